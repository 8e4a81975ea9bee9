import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PendingAudit } from "../model/audit.ts";
import { manualClock } from "../model/clock.ts";
import type { Decoder, KeptDecoder } from "../model/decoder.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { type Log, silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { createDecoderFolder } from "./decoder-folder.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gridwarden-decoders-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Of two writes within a moment the second has another time all the same. */
let written = 1_700_000_000;
function write(file: string, content: string): void {
  writeFileSync(join(folder, file), content);
  written += 1;
  utimesSync(join(folder, file), written, written);
}

function setUp(refused: (decoder: Decoder) => Error | undefined = () => undefined) {
  const puts: { decoder: Decoder; isForced: boolean }[] = [];
  const said: { message: string; about: Record<string, unknown> }[] = [];
  const entries: PendingAudit[] = [];
  const digests = new Map<string, string>();
  const say = (message: string, about: Record<string, unknown> = {}): void => {
    said.push({ message, about });
  };
  const log: Log = { ...silentLog, info: say, warn: say, error: say, of: () => log };
  const open = () =>
    createDecoderFolder(
      {
        decoders: {
          get: (id) => (digests.has(id) ? ({ decoderId: id } as KeptDecoder) : undefined),
          droppedAs: (id) => digests.get(id),
        },
        desk: {
          async put(decoder, isForced, dropped = "") {
            const error = refused(decoder);
            if (error !== undefined) throw error;
            puts.push({ decoder, isForced });
            digests.set(decoder.decoderId, dropped);
            return { decoder: { ...decoder, version: 1 }, examples: [] };
          },
        },
        trail: {
          during(pending, work) {
            entries.push(pending);
            work();
          },
        },
        clock: manualClock(0),
        log,
        metrics: memoryMetrics(),
      },
      folder,
    );
  const names = (): string[] => puts.map(({ decoder }) => decoder.decoderId);
  return { open, puts, said, entries, names };
}

const TABLE = '{"name":"Bin","kind":"table"}';
const SCRIPT = '{"name":"Level"}';

test("files are taken at the second look that finds them as they were, by the system, and once", async () => {
  const { open, puts, entries, names } = setUp();
  const { look } = open();
  write("bin.json", TABLE);
  await look();
  expect(names()).toEqual([]);
  await look();
  await look();
  expect(puts).toMatchObject([{ decoder: { decoderId: "bin", kind: "table" }, isForced: false }]);
  expect(entries).toMatchObject([
    { actor: "system", action: "decoders.write", subject: "bin", isKept: false, result: "done" },
  ]);
});

test("files that change between two looks wait for a third", async () => {
  const { open, puts } = setUp();
  const { look } = open();
  write("level.js", "function deco");
  write("level.json", SCRIPT);
  await look();
  write("level.js", "function decodeUplink() {}");
  await look();
  expect(puts).toEqual([]);
  await look();
  expect(puts).toMatchObject([{ decoder: { script: "function decodeUplink() {}" } }]);
});

test("the same content is not taken again: not when it is written anew, nor after a restart", async () => {
  const { open, names } = setUp();
  const { look } = open();
  write("bin.json", TABLE);
  for (let n = 0; n < 2; n += 1) await look();
  write("bin.json", TABLE);
  for (let n = 0; n < 2; n += 1) await look();
  const again = open();
  for (let n = 0; n < 2; n += 1) await again.look();
  expect(names()).toEqual(["bin"]);
  write("bin.json", '{"name":"Bin 2","kind":"table"}');
  for (let n = 0; n < 2; n += 1) await again.look();
  expect(names()).toEqual(["bin", "bin"]);
});

test("a bad file is told by its name, once, and holds up no other", async () => {
  const { open, said, names } = setUp(({ decoderId }) =>
    decoderId === "differs"
      ? new GridwardenError("DECODER_EXAMPLES_DIFFER", "1 of 1 examples differ", {
          details: { differences: [{ name: "tank" }] },
        })
      : undefined,
  );
  const { look } = open();
  write("a.json", "{");
  write("b.js", "function decodeUplink() {}");
  write("differs.json", TABLE);
  write("huge.json", `{"name":"${"x".repeat(LIMITS.requestBytesMax)}"}`);
  mkdirSync(join(folder, "sub.json"));
  symlinkSync(join(folder, "nowhere"), join(folder, "gone.json"));
  const socket = createServer();
  await new Promise<void>((resolve) => socket.listen(join(folder, "pipe.json"), resolve));
  write("readme.txt", "nothing");
  write(".hidden.json", "{");
  write("z.json", TABLE);
  for (let n = 0; n < 4; n += 1) await look();
  socket.close();
  expect(names()).toEqual(["z"]);
  const refused = said.filter(({ message }) => message.includes("refused"));
  expect(refused.map(({ about }) => about.name)).toEqual([
    "a",
    "b",
    "differs",
    "huge",
    "pipe",
    "sub",
  ]);
  const reasons = JSON.stringify(refused);
  for (const part of ["is no JSON", "'b.json' is missing", "tank", "1048576 bytes", "is no file"]) {
    expect(reasons).toContain(part);
  }
});

test("what is no fault of the files' is tried again", async () => {
  let faults = 2;
  const { open, said, names } = setUp(() => {
    faults -= 1;
    return faults < 0 ? undefined : new GridwardenError("DATABASE_FAILED", "it is away");
  });
  const { look } = open();
  write("bin.json", TABLE);
  for (let n = 0; n < 4; n += 1) await look();
  expect(names()).toEqual(["bin"]);
  expect(said.filter(({ message }) => message.includes("tried again"))).toHaveLength(1);
});

test("a file that goes takes no decoder with it, which is told; a folder that is not there holds nothing", async () => {
  const { open, said, puts } = setUp();
  const { look } = open();
  write("bin.json", TABLE);
  for (let n = 0; n < 2; n += 1) await look();
  rmSync(folder, { recursive: true });
  for (let n = 0; n < 2; n += 1) await look();
  expect(puts).toHaveLength(1);
  expect(said.filter(({ message }) => message.includes("are gone"))).toHaveLength(1);
});
