/** Stewards of a case's place: named, told, and who may urge; and last year's on last year's cases. */
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { Steward } from "../model/steward.ts";
import { LEAD, MONDAY, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, get, openOne, raised, say, tell } = openCaseDesk();

const YEAR_MS = 365 * DAY_MS;
const WANG = { username: "wang", roles: ["viewer"] as ["viewer"] };

function steward(stewardId: string, more: object = {}): Steward {
  const made = Steward.parse({
    stewardId,
    name: stewardId,
    scopeKind: "grid",
    scope: "411524001",
    username: stewardId,
    validFrom: MONDAY - YEAR_MS,
    ...more,
  });
  desk.stewards.push(made);
  return made;
}

const namesAt = async (caseNo: string, now: number): Promise<string[]> =>
  desk.cases.together
    .stewardsOf((await get(caseNo)).case, now)
    .map(({ stewardId }) => String(stewardId));

test("a filed case tells the steward of its place by a notice to himself, and nobody elsewhere", async () => {
  steward("wang");
  steward("li", { scope: "411524002" });
  steward("zhao", { username: undefined });
  const { caseNo } = await openOne("cover-1", "cover-rattle");
  const filed = await say(caseNo, "confirm", LEAD, MONDAY);
  const told = filed.effects.notices.filter(({ kind }) => kind === "steward-case");
  expect(told).toMatchObject([
    { noticeId: `${caseNo}-wang-steward-case`, username: "wang", caseNo },
  ]);
  const started = await say(caseNo, "start", person("admin"), MONDAY);
  expect(started.effects.notices).toEqual([]);
  const ended = await say(caseNo, "forceClose", person("leader"), MONDAY);
  expect(ended.effects.settled).toContainEqual({ caseNo, kind: "steward-case", at: MONDAY });
});

test("no steward's id takes the place of another notice of the case", async () => {
  steward("5-no-crew");
  desk.crews.clear();
  const { changed, notices } = await tell([raised("cover-1", "flooding")]);
  const { caseNo } = changed[0] ?? expect.fail("no case");
  const ids = notices.map(({ noticeId }) => noticeId);
  expect(ids).toContain(`${caseNo}-5-no-crew-steward-case`);
  expect(new Set(ids).size).toBe(2);
});

test("a report that is not filed tells nobody", async () => {
  steward("wang");
  const { caseNo } = await openOne("cover-1", "cover-rattle");
  const { effects } = await say(caseNo, "void", LEAD, MONDAY);
  expect([...effects.notices, ...effects.settled].map(({ kind }) => kind)).not.toContain(
    "steward-case",
  );
});

test("a steward urges the cases of his place, and his alone, while he is one", async () => {
  steward("wang", { scope: "cover-1", scopeKind: "road", validUntil: MONDAY + HOUR_MS });
  const { caseNo } = await openOne("cover-1");
  const urged = await say(caseNo, "urge", WANG, MONDAY + HOUR_MS - 1);
  expect(urged.effects.orders).toMatchObject([{ kind: "urged", crewId: "crew-1" }]);
  const { history } = await get(caseNo);
  expect(history.at(-1)).toMatchObject({ event: "urge", actor: "wang", role: "steward" });
  await expect(say(caseNo, "urge", WANG, MONDAY + HOUR_MS)).rejects.toMatchObject({
    code: "ROLE_REFUSED",
  });
  const { caseNo: other } = await openOne("cover-2");
  for (const event of ["urge", "supervise", "forceClose"]) {
    const whose = event === "urge" ? other : caseNo;
    await expect(say(whose, event, WANG, MONDAY)).rejects.toMatchObject({ code: "ROLE_REFUSED" });
  }
});

test("a case names who was steward at any time of it: last year's case last year's", async () => {
  const handover = MONDAY + 10 * DAY_MS;
  steward("before", { validUntil: MONDAY });
  steward("first", { validFrom: MONDAY, validUntil: handover });
  steward("second", { validFrom: handover });
  const { caseNo } = await openOne("cover-1");
  expect(await namesAt(caseNo, MONDAY)).toEqual(["first"]);
  expect(await namesAt(caseNo, handover)).toEqual(["first", "second"]);
  await say(caseNo, "forceClose", person("leader"), MONDAY + DAY_MS);
  expect(await namesAt(caseNo, MONDAY + YEAR_MS)).toEqual(["first"]);
});
