/** What cases refuse, what they set aside, and what no path through them may do. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CASE_EVENTS } from "../cases/case-words.ts";
import { noEffects } from "../cases/desk-words.ts";
import { CaseState } from "../model/case.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { CrewId, UnitId } from "../model/ids.ts";
import { ADMIN, CREW_1, LEAD, MONDAY, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, get, openOne, raised, reopen, say, tell, tick } = openCaseDesk();

describe("what fails by itself", () => {
  const SET_ASIDE = "gridwarden_cases_set_aside_total";
  const down = new GridwardenError("DATABASE_FAILED", "the disk is full");

  test("an alarm is set aside whole, and the others are filed", async () => {
    desk.poison = { unitId: "drains", error: new TypeError("a crew without a name") };
    const effects = await tell([
      raised("cover-1", "cover-open"),
      raised("cover-3", "cover-open"),
      raised("cover-2", "cover-rattle"),
    ]);
    expect(effects.changed.map(({ caseNo, assetId }) => [caseNo.slice(-5), assetId])).toEqual([
      ["00001", "cover-3"],
      ["00002", "cover-2"],
    ]);
    expect(effects.orders).toEqual([]);
    expect((await desk.cases.list(desk.database.reader, {})).items).toHaveLength(2);
    expect(desk.metrics.value(SET_ASIDE, { what: "alarm" })).toBe(1);
    desk.poison = undefined;
    expect((await tell([raised("cover-1", "cover-open")])).orders).toHaveLength(1);
  });

  test("a due is set aside, the others are done, and it is done later", async () => {
    const review = await openOne("cover-1", "cover-rattle");
    await openOne("cover-3", "cover-rattle");
    desk.poison = { unitId: "drains", error: new GridwardenError("UNIT_NOT_FOUND", "gone") };
    const due = MONDAY + 15 * MINUTE_MS;
    const first = await tick(due);
    expect(first.changed).toMatchObject([{ assetId: "cover-3", state: "DISPATCHED" }]);
    expect(desk.metrics.value(SET_ASIDE, { what: "due" })).toBe(1);
    expect((await get(review.caseNo)).history).toHaveLength(1);
    desk.poison = undefined;
    expect(await desk.cases.nextDue(desk.database.reader)).toBe(due + 5 * MINUTE_MS);
    expect(await tick(due + 5 * MINUTE_MS - 1)).toMatchObject({ changed: [] });
    expect(await tick(due + 5 * MINUTE_MS)).toMatchObject({
      orders: [{ kind: "dispatched" }],
      changed: [{ caseNo: review.caseNo, state: "DISPATCHED" }],
    });
  });

  test("a check that cannot be judged is put off, also over a restart", async () => {
    const { caseNo } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY);
    await say(caseNo, "feedback", CREW_1, MONDAY);
    desk.health = { devices: [undefined as never] };
    const due = MONDAY + 10 * MINUTE_MS;
    expect(await tick(due)).toEqual(noEffects());
    expect(desk.metrics.value(SET_ASIDE)).toBe(1);
    await reopen();
    expect(await desk.cases.nextDue(desk.database.reader)).toBe(due + 5 * MINUTE_MS);
  });

  test("a fault of the database is thrown on and sets nothing aside", async () => {
    await openOne("cover-1", "cover-rattle");
    desk.poison = { unitId: "drains", error: down };
    await expect(tell([raised("cover-2", "cover-open")])).rejects.toBe(down);
    await expect(tick(MONDAY + HOUR_MS)).rejects.toBe(down);
    expect(desk.metrics.value(SET_ASIDE)).toBe(0);
    desk.poison = undefined;
    expect((await tick(MONDAY + HOUR_MS)).changed).toHaveLength(1);
  });
});

describe("refusals", () => {
  test("each has its code and says what would be taken", async () => {
    const { caseNo, version } = await openOne();
    await expect(say("4115242026112399999", "start", CREW_1, MONDAY)).rejects.toMatchObject({
      code: "CASE_NOT_FOUND",
      status: 404,
    });
    await expect(say(caseNo, "close", LEAD, MONDAY)).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      status: 409,
      details: {
        allowed: [
          "consult",
          "rule",
          "acceptOrder",
          "declineOrder",
          "redispatch",
          "start",
          "return",
          "requestExtension",
          "requestSuspend",
          "forceClose",
          "urge",
          "supervise",
        ],
      },
    });
    await expect(say(caseNo, "start", CREW_1, MONDAY, { version: 1 })).rejects.toMatchObject({
      code: "CASE_VERSION_CONFLICT",
      status: 409,
      details: { version },
    });
    await expect(say(caseNo, "start", person("viewer"), MONDAY)).rejects.toMatchObject({
      code: "ROLE_REFUSED",
      status: 403,
    });
    const { case: started } = await say(caseNo, "start", CREW_1, MONDAY, { version });
    expect(started.version).toBe(version + 1);
    await expect(say(caseNo, "feedback", CREW_1, MONDAY, { note: "" })).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
    });
  });

  test("the unit's own, those above it and its crew may act, a stranger may not", async () => {
    const tries: [object, boolean][] = [
      [person("unit", { unitId: UnitId.parse("drains") }), true],
      [person("unit", { unitId: UnitId.parse("city") }), true],
      [person("unit", { unitId: UnitId.parse("centre") }), false],
      [CREW_1, true],
      [person("crew", { crewId: CrewId.parse("crew-2") }), false],
      [ADMIN, true],
    ];
    for (const [actor, isAllowed] of tries) {
      const { caseNo } = await openOne();
      const started = say(caseNo, "start", actor as typeof ADMIN, MONDAY);
      if (isAllowed) expect((await started).case.state).toBe("HANDLING");
      else await expect(started).rejects.toMatchObject({ code: "ROLE_REFUSED" });
      await say(caseNo, "forceClose", ADMIN, MONDAY);
    }
  });
});

test("whatever is said to a case, what ended stays ended and the list agrees", async () => {
  const events = CASE_EVENTS.filter((event) => event !== "report");
  const begun = fc.constantFrom<typeof events>([], ["confirm"], ["confirm", "start"]);
  const rest = fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 12 });
  const path = fc.tuple(begun, rest).map((parts) => parts.flat());
  await fc.assert(
    fc.asyncProperty(path, async (said) => {
      const opened = await openOne("cover-1", "cover-rattle");
      let last = opened.state;
      const orderIds = new Set<string>();
      for (const event of said) {
        const until = MONDAY + HOUR_MS;
        const result = await say(opened.caseNo, event, ADMIN, MONDAY, { until }).catch(
          (error: unknown) => error,
        );
        const { case: stands, history } = await get(opened.caseNo);
        if (result instanceof Error) {
          // A ruling names a unit.
          const code = event === "rule" ? expect.any(String) : "CASE_TRANSITION_REFUSED";
          expect(result).toMatchObject({ code });
          expect(stands.state).toBe(last);
        } else {
          const { orders } = (result as Awaited<ReturnType<typeof say>>).effects;
          for (const { orderId } of orders) {
            expect(orderIds).not.toContain(orderId);
            orderIds.add(orderId);
          }
        }
        expect(history.at(-1)?.to).toBe(stands.state);
        last = CaseState.parse(stands.state);
      }
      const isListed =
        (await desk.cases.list(desk.database.reader, { status: "open" })).items.length === 1;
      const ended = ["NOT_ACCEPTED", "NOT_FILED", "VOIDED", "CLOSED", "FORCE_CLOSED"].includes(
        last,
      );
      expect(isListed).toBe(!ended);
      const load = await desk.database.reader.get<{ sum: number | null }>(
        "select sum(orders) as sum from case_crew_loads",
      );
      const { crewId } = (await get(opened.caseNo)).case;
      const isAtWork = last === "DISPATCHED" || last === "HANDLING";
      expect(load?.sum ?? 0).toBe(isAtWork && crewId !== undefined ? 1 : 0);
      if (ended) return;
      if (last === "VERIFYING") await say(opened.caseNo, "verifyResult", ADMIN, MONDAY);
      const isFiled = !["REPORTED", "VERIFYING", "PENDING_FILING"].includes(last);
      await say(opened.caseNo, isFiled ? "forceClose" : "void", ADMIN, MONDAY);
    }),
    { numRuns: 60 },
  );
});
