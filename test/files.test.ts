/** Files on a real database and folder: what is kept, refused and removed, and disks that fail. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DatabaseDoor } from "../database/database.ts";
import { type Disk, realDisk } from "../files/disk.ts";
import { EXIF_AT_COVER, jpeg, PDF } from "../files/doubles/pictures.ts";
import { createFiles, type Files, type Upload } from "../files/files.ts";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { StoredFile } from "../model/file.ts";
import { LIMITS } from "../model/limits.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { createTestDatabase } from "./support/city-database.ts";

const NOW = Date.parse("2026-11-23T10:00:00+08:00");
const zone = timeZone("Asia/Shanghai");

let folder: string;
let directory: string;
let database: DatabaseDoor;
let files: Files;

async function opened(disk: Disk = realDisk): Promise<Files> {
  const made = createFiles({ database, zone, metrics: memoryMetrics() }, { directory, disk });
  await made.open();
  return made;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridwarden-files-"));
  directory = join(folder, "files");
  const common = { log: silentLog, metrics: memoryMetrics() };
  database = createTestDatabase(common, { file: join(folder, "city.db") });
  files = await opened();
  await database.open(files.migrations);
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** In parts, as a network brings them. */
async function* parts(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 5_000) yield bytes.subarray(at, at + 5_000);
}

function send(
  bytes: Buffer,
  more: Partial<Upload> & { now?: number; to?: Files } = {},
): Promise<StoredFile> {
  const { now = NOW, to = files, ...given } = more;
  const upload = { parts: parts(bytes), moment: "after" as const, uploadedBy: "wang", ...given };
  return to.receive(upload, (_sha, work) => database.transaction((tx) => work(tx, now)));
}

const attach = (fileId: string, caseNo = "4115242026112300001") =>
  database.transaction((tx) => files.attach(tx, fileId, caseNo));
const find = (fileId: string) => files.find(database.reader, fileId);
const rows = async () =>
  (await database.reader.get<{ n: number }>("select count(*) as n from files"))?.n;

/** Every file below the folder, by its name. */
async function onDisk(): Promise<string[]> {
  const all = await readdir(directory, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

/** As often as it takes to come through all folders. */
async function sweepAll(now: number, of = files): Promise<void> {
  for (let n = 0; n < 256 / 8; n += 1) await of.sweep(now);
}

describe("what is sent", () => {
  test("lies under its digest, with what it is and what was said of it", async () => {
    const bytes = await jpeg(1, { exif: EXIF_AT_COVER });
    const said = { takenAt: NOW - 1, lon: 114.7001, lat: 32.1 };
    const file = await send(bytes, { name: "a.jpg", contentType: "image/jpeg", said });
    expect(file).toEqual({
      fileId: expect.stringMatching(/^[0-9a-f]{32}$/),
      sha256: sha256(bytes),
      type: "image/jpeg",
      bytes: bytes.length,
      moment: "after",
      name: "a.jpg",
      width: 320,
      height: 240,
      exif: { takenAt: Date.parse("2026-11-23T10:05:09+08:00"), lon: 114.7, lat: 32.1 },
      said,
      perceptualHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      uploadedBy: "wang",
      uploadedAt: NOW,
    });
    expect(await find(file.fileId)).toEqual(file);
    const path = join(directory, file.sha256.slice(0, 2), file.sha256);
    expect(await readFile(path)).toEqual(bytes);
    expect(await onDisk()).toEqual([file.sha256, `${file.sha256}.480.jpg`]);
    const back: Buffer[] = [];
    for await (const part of await files.bytes(file)) back.push(part as Buffer);
    expect(Buffer.concat(back)).toEqual(bytes);
  });

  test("twice alike lies on disk once, under two ids", async () => {
    const bytes = await jpeg(2);
    const [first, second] = await Promise.all([send(bytes), send(bytes, { uploadedBy: "li" })]);
    expect(first.fileId).not.toBe(second.fileId);
    expect(await onDisk()).toHaveLength(2);
    expect(await rows()).toBe(2);
  });

  test("is a document, of which there is no thumbnail", async () => {
    const file = await send(PDF, { contentType: "application/pdf", name: "order.pdf" });
    expect(file).toMatchObject({ type: "application/pdf", bytes: PDF.length });
    expect(await files.thumbnail(file, "160")).toBeUndefined();
  });

  test("has thumbnails of three sizes, made when they are asked for and kept without EXIF", async () => {
    const file = await send(await jpeg(3, { width: 1_500, height: 900, exif: EXIF_AT_COVER }));
    for (const size of ["160", "480", "1280"] as const) {
      const small = await sharp(await files.thumbnail(file, size)).metadata();
      expect([small.width, small.format, small.exif]).toEqual([Number(size), "jpeg", undefined]);
    }
    expect(await onDisk()).toHaveLength(4);
    const again = await opened({ ...realDisk, create: () => Promise.reject(new Error("no")) });
    expect(await again.thumbnail(file, "1280")).toEqual(await files.thumbnail(file, "1280"));
  });

  test("of many at once only some are decoded at a time, and all are kept", async () => {
    const bytes = await Promise.all([4, 5, 6, 7, 8, 9].map((seed) => jpeg(seed)));
    await Promise.all(bytes.map((each) => send(each)));
    expect(await rows()).toBe(6);
  });
});

describe("what is refused leaves nothing behind", () => {
  const nothing = async () => expect([await onDisk(), await rows()]).toEqual([[], 0]);

  test.each([
    ["bytes of another type", Buffer.from("MZ\x90\0"), {}, "FILE_TYPE_REFUSED"],
    ["a header that lies", PDF, { contentType: "image/jpeg" }, "FILE_TYPE_REFUSED"],
    ["a name that lies", PDF, { name: "a.jpg" }, "FILE_TYPE_REFUSED"],
    ["a document that was cut off", PDF.subarray(0, 30), {}, "FILE_DAMAGED"],
    ["nothing", Buffer.alloc(0), {}, "FILE_TYPE_REFUSED"],
    ["too many bytes", Buffer.alloc(LIMITS.fileBytesMax + 1), {}, "PAYLOAD_TOO_LARGE"],
  ])("%s", async (_title, bytes, more, code) => {
    await expect(send(bytes, more)).rejects.toMatchObject({ code });
    await nothing();
  });

  test("a photo that was cut off", async () => {
    const whole = await jpeg(1, { width: 800, height: 600 });
    const cut = whole.subarray(0, whole.length / 2);
    await expect(send(cut)).rejects.toMatchObject({ code: "FILE_DAMAGED" });
    await nothing();
  });

  test("a sender that hangs up", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield PDF.subarray(0, 10);
      throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
    }
    await expect(send(PDF, { parts: broken() })).rejects.toThrow("aborted");
    await nothing();
  });
});

test("a user with too many files at no case is told to attach them first", async () => {
  const first = await send(PDF);
  await database.transaction(async (tx) => {
    for (let n = 1; n < LIMITS.filesLoosePerUserMax; n += 1) {
      await tx.run(
        "insert into files (file_id, sha256, uploaded_by, uploaded_at, body) values (?, ?, 'wang', ?, '{}')",
        [`f-${n}`, first.sha256, NOW],
      );
    }
  });
  await expect(send(PDF)).rejects.toMatchObject({ code: "RATE_LIMITED" });
  expect(await send(PDF, { uploadedBy: "li" })).toMatchObject({ uploadedBy: "li" });
  await attach(first.fileId);
  expect(await send(PDF)).toMatchObject({ uploadedBy: "wang" });
});

describe("a disk without room", () => {
  const failing = (code: string, at: "write" | "sync"): Disk => ({
    ...realDisk,
    async create(path) {
      const file = await realDisk.create(path);
      const fail = async () => {
        throw Object.assign(new Error(`${code}: it failed`), { code, syscall: at });
      };
      return { ...file, [at]: fail };
    },
  });

  test.each([
    ["ENOSPC", "write", "FILE_STORE_FULL", 507],
    ["EDQUOT", "sync", "FILE_STORE_FULL", 507],
    ["EIO", "sync", "FILE_STORE_FAILED", 503],
  ] as const)("%s at %s is %s", async (code, at, error, status) => {
    const to = await opened(failing(code, at));
    await expect(send(PDF, { to })).rejects.toMatchObject({ code: error, status });
    expect([await onDisk(), await rows()]).toEqual([[], 0]);
    expect(await send(PDF)).toMatchObject({ bytes: PDF.length });
  });

  test("is noticed while readings still have some", async () => {
    const freeBytes = async () => LIMITS.fileDiskFreeBytesMin - 1;
    const to = await opened({ ...realDisk, freeBytes });
    await expect(send(PDF, { to })).rejects.toMatchObject({
      code: "FILE_STORE_FULL",
      message: expect.stringContaining("are kept for readings"),
    });
  });

  test("keeps nobody from seeing a photo small; it is only not kept", async () => {
    const file = await send(await jpeg(9));
    const before = await onDisk();
    const freeBytes = async () => LIMITS.fileDiskFreeBytesMin - 1;
    for (const disk of [{ ...realDisk, freeBytes }, failing("EIO", "write")]) {
      const small = await (await opened(disk)).thumbnail(file, "160");
      expect((await sharp(small).metadata()).format).toBe("jpeg");
    }
    expect(await onDisk()).toEqual(before);
  });

  test.each(["rename", "syncFolder"] as const)("a failing %s leaves no row", async (step) => {
    const fail = async () => {
      throw Object.assign(new Error("EIO: it failed"), { code: "EIO", syscall: step });
    };
    const to = await opened({ ...realDisk, [step]: fail });
    await expect(send(PDF, { to })).rejects.toMatchObject({ code: "FILE_STORE_FAILED" });
    expect(await rows()).toBe(0);
    await sweepAll(NOW);
    expect(await onDisk()).toEqual([]);
  });
});

describe("the sweep", () => {
  const WEEK_LATER = NOW + LIMITS.fileLooseDaysMax * DAY_MS;

  test("removes what nobody attached for a week, and nothing else", async () => {
    const [loose, attached] = [await send(await jpeg(1)), await send(await jpeg(2))];
    await attach(attached.fileId);
    await sweepAll(WEEK_LATER);
    expect(await find(loose.fileId)).toEqual(loose);
    await sweepAll(WEEK_LATER + 1);
    expect(await find(loose.fileId)).toBeUndefined();
    expect(await find(attached.fileId)).toMatchObject({ caseNo: "4115242026112300001" });
    expect(await onDisk()).toEqual([attached.sha256, `${attached.sha256}.480.jpg`]);
  });

  test("leaves bytes that another row has", async () => {
    const [loose, attached] = [await send(PDF), await send(PDF, { now: NOW + HOUR_MS })];
    await attach(attached.fileId);
    await sweepAll(WEEK_LATER + 1);
    expect([await find(loose.fileId), await onDisk()]).toEqual([undefined, [attached.sha256]]);
  });

  test("after a kill between the bytes and their row removes the bytes", async () => {
    const killed = files.receive(
      { parts: parts(PDF), moment: "after", uploadedBy: "wang" },
      async () => {
        throw new Error("killed");
      },
    );
    await expect(killed).rejects.toThrow("killed");
    expect(await onDisk()).toEqual([sha256(PDF)]);
    const after = await opened();
    await sweepAll(NOW, after);
    expect(await onDisk()).toEqual([]);
  });

  test("after a kill in the middle of the bytes nothing half written is left by the start", async () => {
    const half = await realDisk.create(join(directory, "new", "half"));
    await half.write(PDF.subarray(0, 10));
    await half.close();
    await opened();
    expect(existsSync(join(directory, "new", "half"))).toBe(false);
  });

  test("does not take bytes whose row is just being written", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const sending = files.receive(
      { parts: parts(PDF), moment: "after", uploadedBy: "wang" },
      async (_sha, work) => {
        await held;
        return await database.transaction((tx) => work(tx, NOW));
      },
    );
    await expect.poll(onDisk).toEqual([sha256(PDF)]);
    const sweeping = sweepAll(NOW);
    await new Promise((resolve) => setTimeout(resolve, 50));
    release();
    await Promise.all([sending, sweeping]);
    expect(await onDisk()).toEqual([sha256(PDF)]);
  });
});
