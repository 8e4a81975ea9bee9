/** Reports with who said them, duplicates that are offered and joined by a person alone. */
import { describe, expect, test } from "vitest";
import type { CaseReport } from "../cases/reporting.ts";
import type { Case } from "../model/case.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import { ADMIN, assets, MONDAY, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, get, openOne, say, tell, raised } = openCaseDesk();

const ACCEPTOR = person("acceptor");
const HERE = { lon: 114.7, lat: 32.1 };
/** So many metres to the north. */
const north = (metres: number) => ({ lon: HERE.lon, lat: HERE.lat + metres / 111_195 });

const report = (said: Partial<CaseReport>, now = MONDAY, actor = ACCEPTOR) =>
  desk.database.transaction((tx) =>
    desk.cases.report(tx, { source: "citizen", ...HERE, ...said }, actor, now),
  );
const join = (caseNo: string, into: string, actor = ACCEPTOR, now = MONDAY) =>
  desk.database.transaction((tx) => desk.cases.sources.join(tx, { caseNo, into }, { actor, now }));
const reportsOf = (caseNo: string) => desk.cases.sources.reportsOf(desk.database.reader, caseNo);
const coverOne = () => {
  const asset = assets.get("cover-1");
  if (asset === undefined) throw new Error("there is no cover-1");
  return asset;
};

describe("who reported", () => {
  test("stands beside the case and nowhere in it, its history or its orders", async () => {
    const reporter = { name: "王小明", phone: "138****8000" };
    const { case: made, effects } = await report({ reporter, description: "a hole" });
    await say(made.caseNo, "confirm", ACCEPTOR, MONDAY + 1);
    expect(await reportsOf(made.caseNo)).toMatchObject([
      { source: "citizen", reporter, description: "a hole" },
    ]);
    const everything = [made, effects, await get(made.caseNo)];
    expect(JSON.stringify(everything)).not.toMatch(/王小明|8000/);
  });

  test("a number of another system names one report, sent twice it is the same case", async () => {
    const order = { externalNo: "A-1", externalSystem: "12345" };
    const first = await report({ ...order, description: "one" });
    const again = await report({ ...order, description: "two" }, MONDAY + 1);
    expect(again.case).toMatchObject({ caseNo: first.case.caseNo, repeated: true });
    expect(again.effects.changed).toEqual([]);
    expect(await reportsOf(first.case.caseNo)).toHaveLength(1);
    const other = await report({ externalNo: "A-1", externalSystem: "12319" });
    expect(other.case.caseNo).not.toBe(first.case.caseNo);
    await expect(report({ externalNo: "A-1" })).rejects.toMatchObject({
      code: "REQUEST_INVALID",
      message: expect.stringContaining("field 'externalSystem'"),
    });
  });
});

describe("who reported is forgotten", () => {
  const reporter = { name: "王小明", phone: "13800138000", email: "w@example.com" };
  const KEPT_MS = LIMITS.reporterDaysMax * DAY_MS;
  const forget = (now: number) =>
    desk.database.transaction((tx) => desk.cases.sources.forgetReporters(tx, now));
  const known = async (caseNo: string) => (await reportsOf(caseNo)).map((each) => each.reporter);

  test("some years after the case has ended, not after it was told", async () => {
    const ended = (await report({ reporter, description: "a hole" })).case;
    const open = (await report({ reporter })).case;
    await say(ended.caseNo, "reject", ACCEPTOR, MONDAY + DAY_MS);
    await forget(MONDAY + DAY_MS + KEPT_MS);
    expect(await known(ended.caseNo)).toEqual([reporter]);
    await forget(MONDAY + DAY_MS + KEPT_MS + 1);
    expect(await reportsOf(ended.caseNo)).toMatchObject([{ description: "a hole" }]);
    expect([await known(ended.caseNo), await known(open.caseNo)]).toEqual([
      [undefined],
      [reporter],
    ]);
    expect(desk.metrics.value("gridwarden_reporters_forgotten_total")).toBe(1);
  });

  test("also behind very many whose cases are not over; what another system dates ahead counts from now", async () => {
    const { case: made } = await report({});
    const rows = Array.from({ length: 501 }, (_, n) => n + 1);
    await desk.database.transaction(async (tx) => {
      for (const n of rows) {
        await tx.run(
          `insert into case_reports (case_no, first_case_no, seq, at, source, reporter_phone)
           values (?, '0', ?, ?, 'citizen', '110')`,
          [made.caseNo, n, MONDAY],
        );
      }
    });
    const ended = (await report({ reporter, receivedAt: MONDAY + 10 * KEPT_MS })).case;
    await say(ended.caseNo, "reject", ACCEPTOR, MONDAY);
    await forget(MONDAY + KEPT_MS + 1);
    expect(await known(ended.caseNo)).toEqual([reporter]);
    await forget(MONDAY + KEPT_MS + 1);
    expect(await known(ended.caseNo)).toEqual([undefined]);
  });
});

describe("joining an open case", () => {
  const rattle = { conditionId: "cover-rattle" };

  test("a report near the only asset of the condition's class joins its open case", async () => {
    const { case: first } = await report({ ...rattle, assetId: "cover-1" });
    desk.near = [coverOne()];
    const { case: joined } = await report({ ...rattle, ...north(20) }, MONDAY + 1);
    expect(joined).toMatchObject({
      caseNo: first.caseNo,
      joined: true,
      reportCount: 2,
      version: 1,
    });
    expect((await get(first.caseNo)).history.at(-1)).toMatchObject({ event: "join" });
  });

  test("what is said to be repaired, or is suspended, and is reported again is told, once a state", async () => {
    const said = { ...rattle, assetId: "cover-1" };
    const { case: first } = await report(said);
    await say(first.caseNo, "confirm", ADMIN, MONDAY);
    expect((await report(said)).effects.notices).toEqual([]);
    await say(first.caseNo, "start", ADMIN, MONDAY + 1);
    await say(first.caseNo, "feedback", ADMIN, MONDAY + 2);
    const told = async () => (await report(said, MONDAY + 9)).effects.notices;
    const [notice] = await told();
    expect(notice).toMatchObject({ kind: "reported-again", caseNo: first.caseNo });
    expect((await told()).map(({ noticeId }) => noticeId)).toEqual([notice?.noticeId]);
    // So is a duplicate that a person joins to it.
    const duplicate = (await report({})).case;
    const merged = await join(duplicate.caseNo, first.caseNo);
    expect(merged.effects.notices.map(({ kind }) => kind)).toEqual(["reported-again"]);
    const { effects } = await say(first.caseNo, "rework", ADMIN, MONDAY + 10);
    expect(effects.settled).toContainEqual(expect.objectContaining({ kind: "reported-again" }));
    expect(await told()).toEqual([]);
  });

  test("of two assets nearby nobody knows which is meant: it is offered", async () => {
    const { case: first } = await report({ ...rattle, assetId: "cover-1" });
    desk.near = [coverOne(), { ...coverOne() }];
    const { case: made } = await report({ ...rattle, ...north(20) }, MONDAY + 1);
    expect(made.joined).toBeUndefined();
    expect(made.similar).toMatchObject([{ caseNo: first.caseNo, distanceM: 20 }]);
  });

  test("a general report never joins, it is told what is near", async () => {
    const sensed = await openOne("cover-1");
    desk.near = [coverOne()];
    const { case: made } = await report({ description: "a smell" }, MONDAY + MINUTE_MS);
    expect(made.similar).toMatchObject([
      {
        caseNo: sensed.caseNo,
        distanceM: 0,
        ageMs: MINUTE_MS,
        state: "DISPATCHED",
        conditionId: "cover-open",
      },
    ]);
  });

  test("a sensor's case counts the people who reported it, too; lines stop, counting does not", async () => {
    const sensed = await openOne("cover-1", "cover-open");
    const said = { assetId: "cover-1", conditionId: "cover-open" };
    let last: Case | undefined;
    for (let n = 0; n < LIMITS.reportJoinsNotedMax + 2; n += 1) last = (await report(said)).case;
    expect(last?.reportCount).toBe(LIMITS.reportJoinsNotedMax + 2);
    const joins = (await get(sensed.caseNo)).history.filter(({ event }) => event === "join");
    expect(joins).toHaveLength(LIMITS.reportJoinsNotedMax);
  });
});

describe("duplicates", () => {
  test.each([
    ["the same place", {}, 0, true],
    ["50 m away", north(49.9), 0, true],
    ["more than 50 m away", north(50.2), 0, false],
    ["a day old", {}, 24 * HOUR_MS, true],
    ["older", {}, 24 * HOUR_MS + 1, false],
    ["another category", { categoryCode: "0126" }, 0, false],
  ])("%s", async (_title, place, ageMs, isOffered) => {
    const first = await report({ categoryCode: "0505", conditionId: "flooding" });
    const { case: made } = await report(
      { categoryCode: "0505", ...place, conditionId: "flooding" },
      MONDAY + ageMs,
    );
    const numbers = (made.similar ?? []).map(({ caseNo }) => caseNo);
    expect(numbers).toEqual(isOffered ? [first.case.caseNo] : []);
  });

  test("what has ended is not offered, and never more than the limit, the nearest first", async () => {
    const ended = await report({});
    await say(ended.case.caseNo, "reject", ACCEPTOR, MONDAY);
    const ask = () => desk.cases.sources.similar(desk.database.reader, HERE, MONDAY);
    expect(await ask()).toEqual([]);
    for (let n = 0; n <= LIMITS.similarCasesMax; n += 1) await report(north(40 - n));
    const found = await ask();
    expect(found).toHaveLength(LIMITS.similarCasesMax);
    expect(found.map(({ distanceM }) => distanceM)).toEqual(
      found.map(({ distanceM }) => distanceM).sort((a, b) => a - b),
    );
    expect(found[0]?.distanceM).toBe(40 - LIMITS.similarCasesMax);
  });

  test("a case's detail offers others while nobody has filed it, never itself", async () => {
    const first = (await report({})).case;
    const second = (await report(north(10))).case;
    const similarTo = async (caseNo: string) =>
      await desk.cases.sources.similarTo(desk.database.reader, (await get(caseNo)).case, MONDAY);
    expect(await similarTo(second.caseNo)).toMatchObject([{ caseNo: first.caseNo, distanceM: 10 }]);
    await say(second.caseNo, "confirm", ACCEPTOR, MONDAY);
    expect(await similarTo(second.caseNo)).toEqual([]);
  });
});

describe("joining by a person", () => {
  test("voids the duplicate with its reason; the other has its reports, its orders and a line", async () => {
    const kept = (await report({ description: "kept" })).case;
    const order = { externalNo: "7", externalSystem: "12345", reporter: { name: "李" } };
    const gone = (await report({ ...order, description: "gone" })).case;
    const { case: after, effects } = await join(gone.caseNo, kept.caseNo);
    expect(after).toMatchObject({ caseNo: kept.caseNo, state: "REPORTED", reportCount: 2 });
    expect(effects.changed.map(({ state }) => state)).toEqual(["VOIDED", "REPORTED"]);
    const voided = await get(gone.caseNo);
    expect(voided.case).toMatchObject({ state: "VOIDED", mergedInto: kept.caseNo, version: 2 });
    expect(voided.history.at(-1)).toMatchObject({
      event: "join",
      from: "REPORTED",
      to: "VOIDED",
      role: "acceptor",
      reason: `duplicate of case '${kept.caseNo}'`,
    });
    expect((await get(kept.caseNo)).history.at(-1)).toMatchObject({
      event: "join",
      note: `case '${gone.caseNo}' is a duplicate: gone`,
    });
    expect(await reportsOf(gone.caseNo)).toEqual([]);
    expect(await reportsOf(kept.caseNo)).toMatchObject([
      { description: "kept" },
      { description: "gone", firstCaseNo: gone.caseNo, reporter: { name: "李" } },
    ]);
    const again = await report({ externalNo: "7", externalSystem: "12345" });
    expect(again.case).toMatchObject({ caseNo: kept.caseNo, repeated: true });
    // Nothing of the duplicate falls due any more.
    const dues = await desk.database.reader.all(
      "select kind from case_dues where case_no = ? and done_at is null",
      [gone.caseNo],
    );
    expect(dues).toEqual([]);
  });

  test.each([
    ["itself", "itself", "CASE_TRANSITION_REFUSED", "cannot join itself"],
    ["a case that has ended", "ended", "CASE_TRANSITION_REFUSED", "takes no other on"],
    ["a case that is not there", "4115242026010100001", "CASE_NOT_FOUND", "no case"],
  ])("into %s it is refused", async (_title, into, code, text) => {
    const made = (await report({})).case;
    const ended = (await report({})).case;
    await say(ended.caseNo, "reject", ACCEPTOR, MONDAY);
    const target = into === "itself" ? made.caseNo : into === "ended" ? ended.caseNo : into;
    await expect(join(made.caseNo, target)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
    expect((await get(made.caseNo)).case.state).toBe("REPORTED");
  });

  test("a case that is filed, one that a sensor stands for, and anybody else's word are refused", async () => {
    const into = (await report({})).case;
    const filed = (await report({})).case;
    await say(filed.caseNo, "confirm", ACCEPTOR, MONDAY);
    await expect(join(filed.caseNo, into.caseNo)).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      message: expect.stringContaining("is DISPATCHED and does not take 'join'"),
    });
    const [sensed] = (await tell([raised("cover-1", "cover-rattle")])).changed;
    await expect(join(sensed?.caseNo ?? "", into.caseNo)).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      message: expect.stringContaining("sensor's alarm"),
    });
    const other = (await report({})).case;
    for (const role of ["shift-lead", "dispatcher", "inspector", "leader", "unit", "viewer"]) {
      await expect(join(other.caseNo, into.caseNo, person(role))).rejects.toMatchObject({
        code: "ROLE_REFUSED",
      });
    }
    await join(other.caseNo, into.caseNo, ADMIN);
  });
});
