/** A drill goes the whole way of a case, is marked everywhere, and nothing real is moved by it. */
import { expect, test } from "vitest";
import { createEvaluations, listRenewals } from "../cases/cases.ts";
import type { Case } from "../model/case.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { Unit } from "../model/registry.ts";
import { readFlood } from "../notify/flood-tables.ts";
import { enqueueOrders } from "../notify/gathering.ts";
import { notifyMigrations } from "../notify/notify.ts";
import {
  ADMIN,
  CREW_1,
  LEAD,
  MONDAY,
  newCrew,
  openCaseDesk,
  person,
  zone,
} from "./support/case-desk.ts";

const { desk, tell, tick, raised, get, say, openOne } = openCaseDesk();

const UNIT = Unit.parse({ unitId: "drains", name: "drains", kind: "contractor" });

async function drill(more: object = {}, now = MONDAY): Promise<Case> {
  const report = { assetId: "cover-1", conditionId: "cover-open", source: "patrol" as const };
  const { case: opened } = await desk.database.transaction((tx) =>
    desk.cases.report(tx, { ...report, isDrill: true, ...more }, LEAD, now),
  );
  return opened;
}

async function throughAllStages(caseNo: string): Promise<Case> {
  await say(caseNo, "confirm", ADMIN, MONDAY + MINUTE_MS);
  await say(caseNo, "start", CREW_1, MONDAY + 2 * MINUTE_MS);
  await say(caseNo, "feedback", CREW_1, MONDAY + 3 * MINUTE_MS);
  const inspector = person("inspector");
  await say(caseNo, "checkPass", inspector, MONDAY + 4 * MINUTE_MS);
  return (await say(caseNo, "close", LEAD, MONDAY + 5 * MINUTE_MS)).case;
}

test("a drill goes the whole way, with orders and notices that are marked", async () => {
  const { caseNo, isDrill, lifeSafety, state } = await drill();
  expect({ isDrill, lifeSafety, state }).toEqual({
    isDrill: true,
    lifeSafety: true,
    state: "REPORTED",
  });
  const { effects } = await say(caseNo, "confirm", ADMIN, MONDAY + MINUTE_MS);
  expect(effects.orders).toMatchObject([{ kind: "dispatched", case: { isDrill: true } }]);
  await say(caseNo, "start", CREW_1, MONDAY + 2 * MINUTE_MS);
  await say(caseNo, "feedback", CREW_1, MONDAY + 3 * MINUTE_MS);
  // Its sensors are not asked: they show the asset as it is.
  const { notices } = await tick(MONDAY + HOUR_MS);
  expect(notices).toContainEqual(
    expect.objectContaining({ kind: "check-wanted", caseNo, isDrill: true }),
  );
  expect(notices.filter((notice) => notice.isDrill !== true)).toEqual([]);
  const { history } = await get(caseNo);
  expect(history[0]).toMatchObject({ event: "report", outcome: "drill", role: "shift-lead" });
});

test("it watches no sensor, and its end resets no alarm of its asset", async () => {
  const { caseNo } = await drill();
  await say(caseNo, "confirm", ADMIN, MONDAY + MINUTE_MS);
  await say(caseNo, "start", CREW_1, MONDAY + 2 * MINUTE_MS);
  const { effects } = await say(caseNo, "feedback", CREW_1, MONDAY + 3 * MINUTE_MS);
  expect(effects.watch).toEqual([]);
});

test("a real alarm at its asset opens a case of its own, beside it and after it", async () => {
  const first = await drill();
  const real = await openOne();
  expect(real.caseNo).not.toBe(first.caseNo);
  expect(real.isDrill).toBeUndefined();
  expect((await get(first.caseNo)).evidence).toEqual([]);
  const second = await drill();
  expect(second.caseNo).not.toBe(real.caseNo);
  await say(real.caseNo, "forceClose", ADMIN, MONDAY + MINUTE_MS);
  const closed = await throughAllStages(second.caseNo);
  expect(closed.state).toBe("CLOSED");
  // No relapse of a drill: the next alarm is a new case.
  const { changed } = await tell([raised("cover-1", "cover-open", MONDAY + HOUR_MS)]);
  expect(changed).toMatchObject([{ state: "DISPATCHED", source: "sensor" }]);
  expect(changed[0]?.caseNo).not.toBe(second.caseNo);
});

test("a real report finds no drill near, and a drill joins nothing", async () => {
  const first = await drill({ assetId: undefined, lon: 114.7, lat: 32.1 });
  const { case: real } = await desk.database.transaction((tx) =>
    desk.cases.report(tx, { source: "citizen", lon: 114.7, lat: 32.1 }, ADMIN, MONDAY),
  );
  expect(real.similar).toBeUndefined();
  await expect(
    desk.database.transaction((tx) =>
      desk.cases.sources.join(
        tx,
        { caseNo: real.caseNo, into: first.caseNo },
        { actor: ADMIN, now: MONDAY },
      ),
    ),
  ).rejects.toThrow("a drill joins nothing");
});

test("it keeps no crew from work and counts in nobody's load", async () => {
  desk.crews.set("crew-2", newCrew("crew-2", "drains"));
  const { caseNo } = await drill();
  const { case: given } = await say(caseNo, "confirm", ADMIN, MONDAY + MINUTE_MS);
  expect(given.crewId).toBe("crew-1");
  // Both crews have nothing in hand, so the first one has the real order.
  const real = await openOne("cover-2");
  expect(real.crewId).toBe("crew-1");
  const work = await desk.cases.crewWork(desk.database.reader, MONDAY + HOUR_MS);
  expect(work).toMatchObject([{ crewId: "crew-1", orders: 1 }]);
});

test("it counts in no evaluation and no renewal", async () => {
  for (let n = 0; n < 3; n += 1) await throughAllStages((await drill()).caseNo);
  const evaluations = createEvaluations({
    zone,
    areaCode: "411524",
    people: () => ({ units: [UNIT], crews: [] }),
  });
  const asked = { period: "2026-11", subject: "unit", model: "B" } as const;
  for (const answer of [
    await evaluations.read(desk.database, asked, MONDAY + 24 * HOUR_MS),
    await evaluations.recompute(desk.database.reader, asked, MONDAY + 24 * HOUR_MS),
  ]) {
    expect(answer.items).toMatchObject([{ indicators: { dispatched: 0, closed: 0 }, score: null }]);
    expect(answer.verified).toBe(true);
  }
  const renewals = await listRenewals(desk.database, { zone }, {}, MONDAY + 24 * HOUR_MS);
  expect(renewals.items).toEqual([]);
});

test("a case whose row is marked later is counted all the same", async () => {
  const real = await openOne();
  await desk.database.transaction((tx) =>
    tx.run("update cases set is_drill = 1, body = ? where case_no = ?", [
      JSON.stringify({ ...real, isDrill: true }),
      real.caseNo,
    ]),
  );
  const evaluations = createEvaluations({
    zone,
    areaCode: "411524",
    people: () => ({ units: [UNIT], crews: [] }),
  });
  const asked = { period: "2026-11", subject: "unit", model: "B" } as const;
  const { items } = await evaluations.recompute(desk.database.reader, asked, MONDAY + 24 * HOUR_MS);
  expect(items).toMatchObject([{ subjectId: "drains", indicators: { dispatched: 1 } }]);
});

test("it is no burden: no flood counts it, and in a flood it goes out by itself", async () => {
  const order = (n: number, isDrill: boolean) => ({
    ...{ orderId: `o-${n}`, crewId: "crew-1", caseNo: `c-${n}`, kind: "dispatched", payload: "{}" },
    ...{ createdAt: MONDAY, lifeSafety: false, isDrill },
  });
  const { database } = desk;
  for (const { statements } of notifyMigrations) {
    for (const statement of statements) {
      await database.transaction((tx) => tx.run(statement));
    }
  }
  const put = (from: number, count: number, isDrill: boolean) =>
    database.transaction((tx) =>
      enqueueOrders(
        tx,
        Array.from({ length: count }, (_, n) => order(from + n, isDrill)),
      ),
    );
  await put(0, 40, true);
  expect(await readFlood(database.reader, "centre")).toMatchObject({ state: "calm" });
  await put(100, 40, false);
  await put(200, 1, true);
  const row = await database.reader.get<{ gathered: number | null }>(
    "select gathered from outbox where order_id = 'o-200'",
  );
  expect(row?.gathered).toBeNull();
});

test.each([
  ["reporter", { name: "Li" }],
  ["externalNo", "A-1"],
])("nobody outside is told of it: %s is refused", async (field, value) => {
  await expect(drill({ [field]: value })).rejects.toThrow(
    `field '${field}': a drill has no reporter`,
  );
});

test("an inspector opens none", async () => {
  const report = { assetId: "cover-1", conditionId: "cover-open", source: "patrol" as const };
  await expect(
    desk.database.transaction((tx) =>
      desk.cases.report(tx, { ...report, isDrill: true }, person("inspector"), MONDAY),
    ),
  ).rejects.toMatchObject({ code: "ROLE_REFUSED" });
});

test("no order of a leader stands over one", async () => {
  const { caseNo } = await drill();
  const draft = {
    ...{ title: "lids", text: "close them", level: "urgent" as const, workingDays: 5 },
    ...{ orderingLeader: "Wang", accountableLeader: "Li", responsiblePerson: "Zhang" },
    ...{ unitId: "drains" as const, caseNos: [caseNo] },
  };
  await expect(
    desk.database.transaction((tx) =>
      desk.cases.supervisions.issue(tx, draft as never, ADMIN as never, MONDAY),
    ),
  ).rejects.toThrow(`case '${caseNo}' is a drill`);
});

test("it is found by its mark, and is ended by a void", async () => {
  const { caseNo } = await drill();
  const real = await openOne();
  const listed = async (filter: object): Promise<string[]> =>
    (await desk.cases.list(desk.database.reader, filter)).items.map((each) => each.caseNo);
  expect(await listed({ drill: true })).toEqual([caseNo]);
  expect(await listed({ drill: false })).toEqual([real.caseNo]);
  expect(await listed({})).toHaveLength(2);
  const { case: ended } = await say(caseNo, "void", LEAD, MONDAY + MINUTE_MS);
  expect(ended.state).toBe("VOIDED");
});
