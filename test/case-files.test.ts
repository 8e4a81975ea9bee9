/** Files at cases on a real database: whose they are, what speaks against them, what guards ask. */
import { describe, expect, test } from "vitest";
import { checkHistory } from "../cases/cases.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import type { SqlValue } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import { CREW_1, LEAD, MONDAY, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, get, openOne, photo, say } = openCaseDesk();

const HERE = { lon: 114.7, lat: 32.1 };
const ACCEPTOR = person("acceptor");
const INSPECTOR = person("inspector");

/** A cover at whose case a crew works. */
async function atWork(assetId = "cover-1", now = MONDAY): Promise<string> {
  const { caseNo } = await openOne(assetId);
  await say(caseNo, "start", CREW_1, now);
  return caseNo;
}
const feedback = (caseNo: string, files: string[], now = MONDAY + HOUR_MS, more = {}) =>
  say(caseNo, "feedback", CREW_1, now, { files, ...more });
const filesOf = async (caseNo: string) => (await get(caseNo)).files;
const sql = (text: string, parameters: SqlValue[] = []) =>
  desk.database.transaction((tx) => tx.run(text, parameters));

describe("a step attaches files", () => {
  test("to the case and to its record, whose hash covers them", async () => {
    const caseNo = await atWork();
    const files = [photo(CREW_1, { moment: "before" }), photo(CREW_1)];
    await feedback(caseNo, [...files, files[0] ?? ""]);
    const { history, files: found } = await get(caseNo);
    const record = history.find(({ event }) => event === "feedback");
    expect(found).toMatchObject([
      { fileId: files[0], moment: "before", seq: record?.seq, attachedBy: CREW_1.username },
      { fileId: files[1], moment: "after", seq: record?.seq, attachedAt: MONDAY + HOUR_MS },
    ]);
    expect(record?.files).toEqual(
      found.map(({ fileId, sha256, moment }) => ({ fileId, sha256, moment })),
    );
    expect((await checkHistory(desk.database.reader)).broken).toBeUndefined();
    await sql("update case_history set files = replace(files, 'before', 'after')");
    expect(await checkHistory(desk.database.reader)).toMatchObject({
      broken: { kind: "changed", caseNo, seq: record?.seq },
    });
  });

  test("to the first of several records, and a step that is refused attaches none", async () => {
    const { caseNo } = await openOne("cover-1", "cover-rattle");
    const files = [photo(LEAD)];
    await expect(say(caseNo, "close", LEAD, MONDAY, { files })).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
    });
    expect(await filesOf(caseNo)).toEqual([]);
    await say(caseNo, "confirm", LEAD, MONDAY, { files });
    const { history, files: found } = await get(caseNo);
    expect(history.filter((record) => record.files !== undefined)).toMatchObject([
      { event: "accept", seq: found[0]?.seq },
    ]);
  });

  test("also of a report, of one that joins too", async () => {
    const report = (files: string[]) =>
      desk.database.transaction((tx) =>
        desk.cases.report(
          tx,
          { source: "hotline", assetId: "cover-1", conditionId: "cover-rattle", files },
          ACCEPTOR,
          MONDAY,
        ),
      );
    const { case: made } = await report([photo(ACCEPTOR)]);
    const { case: joined } = await report([photo(ACCEPTOR)]);
    expect(joined.caseNo).toBe(made.caseNo);
    const { files, history } = await get(made.caseNo);
    expect(files.map(({ seq }) => history.find((record) => record.seq === seq)?.event)).toEqual([
      "attach",
      "attach",
    ]);
    expect((await checkHistory(desk.database.reader)).broken).toBeUndefined();
  });
});

describe("a file that is not there for this case is refused by name", () => {
  test("unknown", async () => {
    const caseNo = await atWork();
    await expect(feedback(caseNo, ["f-1"])).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
      message: expect.stringContaining("'f-1'"),
    });
  });

  test("another case's", async () => {
    const [first, second] = [await atWork("cover-1"), await atWork("cover-2")];
    const fileId = photo(CREW_1);
    await feedback(first, [fileId]);
    await expect(feedback(second, [fileId])).rejects.toMatchObject({
      code: "FILE_NOT_YOURS",
      message: expect.stringContaining(`attached to case '${first}'`),
    });
    expect((await get(second)).case.state).toBe("HANDLING");
  });

  test("somebody else's, unless it is at this case already", async () => {
    const caseNo = await atWork();
    const fileId = photo({ username: "li" });
    await expect(feedback(caseNo, [fileId])).rejects.toMatchObject({
      code: "FILE_NOT_YOURS",
      message: expect.stringContaining("was sent by 'li'"),
    });
    const own = photo(CREW_1);
    await feedback(caseNo, [own]);
    await say(caseNo, "rework", INSPECTOR, MONDAY + 2 * HOUR_MS, { files: [own] });
    expect((await filesOf(caseNo)).map((file) => file.fileId)).toEqual([own, own]);
  });
});

describe("what speaks against a photo is kept with it", () => {
  test("of time and place by the case as it was", async () => {
    const caseNo = await atWork("cover-1", MONDAY);
    const exif = { takenAt: MONDAY + MINUTE_MS, ...HERE };
    const good = photo(CREW_1, { exif });
    const early = photo(CREW_1, { exif: { ...exif, takenAt: MONDAY - 1 } });
    const elsewhere = photo(CREW_1, { said: { ...exif, lat: 32.2 } });
    await feedback(caseNo, [good, early, elsewhere, photo(CREW_1)]);
    expect((await filesOf(caseNo)).map(({ flags }) => flags)).toEqual([
      [],
      ["taken-before-start"],
      ["far-away"],
      ["no-time", "no-place"],
    ]);
  });

  const HASH = "0123456789abcdef";
  /** Six bits of it are others, spread over all bands. */
  const ALIKE = "1127556799ab8dee";
  const SEVEN_BITS = "1127556799ab8dce";

  async function reuse(first: object, second: object, afterMs = DAY_MS) {
    const [a, b] = [await atWork("cover-1"), await atWork("cover-2")];
    await feedback(a, [photo(CREW_1, first)]);
    await feedback(b, [photo(CREW_1, second)], MONDAY + HOUR_MS + afterMs);
    const [{ flags = [], reusedFrom = undefined } = {}] = await filesOf(b);
    return { isFlagged: flags.includes("reused"), isFromFirst: reusedFrom === a };
  }
  const flagged = { isFlagged: true, isFromFirst: true };
  const free = { isFlagged: false, isFromFirst: false };
  const same = { sha256: "ab".repeat(32) };
  const DAYS_90 = LIMITS.photoReuseDays * DAY_MS;

  test.each([
    ["the same bytes", same, same, DAY_MS, flagged],
    ["the same bytes on the last day", same, same, DAYS_90, flagged],
    ["the same bytes later", same, same, DAYS_90 + 1, free],
    ["a photo that looks the same", { perceptualHash: HASH }, { perceptualHash: HASH }, 1, flagged],
    ["six other bits", { perceptualHash: HASH }, { perceptualHash: ALIKE }, 1, flagged],
    [
      "six other bits later",
      { perceptualHash: HASH },
      { perceptualHash: ALIKE },
      DAYS_90 + 1,
      free,
    ],
    ["seven other bits", { perceptualHash: HASH }, { perceptualHash: SEVEN_BITS }, 1, free],
    ["another photo", { perceptualHash: HASH }, { perceptualHash: "fedcba9876543210" }, 1, free],
    [
      "documents alike",
      { ...same, type: "application/pdf" },
      { ...same, type: "application/pdf" },
      1,
      free,
    ],
  ])("%s, used again", async (_title, first, second, afterMs, wanted) => {
    expect(await reuse(first, second, afterMs)).toEqual(wanted);
  });

  test("the same photo twice at one case is no reuse", async () => {
    const caseNo = await atWork();
    await feedback(caseNo, [photo(CREW_1, same), photo(CREW_1, same)]);
    expect((await filesOf(caseNo)).flatMap(({ flags }) => flags)).not.toContain("reused");
  });
});

describe("a false report is voided with a photo", () => {
  const nothing = { outcome: "nothingFound" };

  test("that the crew sent with its feedback, or that comes with the void", async () => {
    const [first, second] = [await atWork("cover-1"), await atWork("cover-2")];
    await feedback(first, [photo(CREW_1)], MONDAY + HOUR_MS, nothing);
    expect((await say(first, "void", LEAD, MONDAY + 2 * HOUR_MS)).case.state).toBe("VOIDED");
    await feedback(second, [], MONDAY + HOUR_MS, nothing);
    const files = [photo(LEAD, { moment: "other" })];
    expect((await say(second, "void", LEAD, MONDAY + 2 * HOUR_MS, { files })).case.state).toBe(
      "VOIDED",
    );
  });

  test("and not without one, nor by a document or a photo from before the feedback", async () => {
    const caseNo = await atWork();
    await say(caseNo, "urge", LEAD, MONDAY + MINUTE_MS, { files: [photo(LEAD)] });
    const pdf = photo(CREW_1, { type: "application/pdf" });
    await feedback(caseNo, [pdf], MONDAY + HOUR_MS, nothing);
    await expect(say(caseNo, "void", LEAD, MONDAY + 2 * HOUR_MS)).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      message: expect.stringContaining("needs a photo that shows it"),
    });
    const sent = await say(caseNo, "sendCheck", ACCEPTOR, MONDAY + 2 * HOUR_MS);
    expect(sent.case.state).toBe("CHECKING");
  });
});

test("a small matter is settled with a photo from before and one from after", async () => {
  const report = { kind: "event", source: "patrol", ...HERE } as const;
  const before = photo(INSPECTOR, { moment: "before" });
  const { case: made } = await desk.database.transaction((tx) =>
    desk.cases.report(tx, { ...report, files: [before] }, INSPECTOR, MONDAY),
  );
  const settle = (files: string[]) => say(made.caseNo, "settle", INSPECTOR, MONDAY, { files });
  await expect(settle([])).rejects.toMatchObject({
    message: expect.stringContaining("1 photos from before and 0 from after"),
  });
  expect((await settle([photo(INSPECTOR)])).case.state).toBe("CLOSED");
});

test("a photo is found among many by its bands, at the cost of a few look-ups", async () => {
  const random = (n: number): string =>
    ((BigInt(n + 1) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn).toString(16).padStart(16, "0");
  const row = (n: number): SqlValue[] => {
    const hash = random(n);
    const bands = [0, 4, 8, 12].map((at) => Number.parseInt(hash.slice(at, at + 4), 16));
    return [`${n}`, 1, `f-${n}`, hash.repeat(4), MONDAY - n, hash, ...bands, "{}"];
  };
  const COUNT = 30_000;
  const AT_ONCE = 1_000;
  const values = Array(AT_ONCE).fill("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").join(", ");
  await desk.database.transaction(async (tx) => {
    for (let first = 0; first < COUNT; first += AT_ONCE) {
      const rows = Array.from({ length: AT_ONCE }, (_, n) => row(first + n));
      await tx.run(`insert into case_files values ${values}`, rows.flat());
    }
  });
  let cpuMs = 0;
  for (let n = 0; n < 20; n += 1) {
    const caseNo = await atWork();
    const perceptualHash = random(n * 1_009);
    const sent = photo(CREW_1, { perceptualHash, sha256: `${n}`.padStart(64, "0") });
    const before = process.cpuUsage();
    await feedback(caseNo, [sent]);
    const { user, system } = process.cpuUsage(before);
    cpuMs += (user + system) / 1_000;
    expect(await filesOf(caseNo)).toMatchObject([{ reusedFrom: `${n * 1_009}` }]);
    await say(caseNo, "forceClose", person("leader"), MONDAY + HOUR_MS);
  }
  // The whole step.
  expect(cpuMs / 20).toBeLessThan(25);
});
