/** Rosters and load over the API: who may put and see whose, and how times are shown. */
import { expect, test } from "vitest";
import { UnitId, Username } from "../model/ids.ts";
import { setUp } from "./called-server.ts";
import type { Doubles } from "./doubles.ts";

const UNDER: Record<string, string[]> = { city: ["city", "works"], works: ["works"] };
const ROSTER = {
  startMonday: "2026-11-02",
  weeks: [{ mon: [{ from: "08:00", to: "20:00", crewIds: ["crew-1"] }] }],
};

/** Leads of a unit above, of the unit itself, and of another. */
function withLeads({ deps, users }: Doubles): void {
  deps.registry.units.under = (unitId) => UNDER[unitId] ?? [unitId];
  for (const unitId of ["city", "works", "lamps"]) {
    const username = `lead-${unitId}`;
    users.set(username, {
      username: Username.parse(username),
      roles: ["unit"],
      unitId: UnitId.parse(unitId),
    });
  }
}

test.each([
  ["admin", 200],
  ["dispatcher", 200],
  ["shift-lead", 200],
  ["lead-city", 200],
  ["lead-works", 200],
  ["lead-lamps", 403],
  ["unit", 403],
  ["leader", 403],
  ["crew", 403],
])("the roster of a unit is put by '%s': %s", async (as, status) => {
  const { call, doubles } = await setUp({}, withLeads);
  const answer = await call("PUT", "/api/v1/units/works/roster", { as, body: ROSTER });
  expect(answer.status).toBe(status);
  const asked = doubles.asked.filter(({ what }) => what === "duty.putRoster");
  expect(asked).toEqual(
    status === 200 ? [{ what: "duty.putRoster", with: { unitId: "works", roster: ROSTER } }] : [],
  );
});

test("the warnings of a roster are in its answer", async () => {
  const { call } = await setUp();
  const { body } = await call("PUT", "/api/v1/units/works/roster", { body: ROSTER });
  expect(body).toMatchObject({
    unitId: "works",
    roster: ROSTER,
    warnings: ["nobody on duty Sunday 02:00-06:00"],
  });
});

test.each([
  [{ weeks: [{}] }, "field 'startMonday': got nothing, wanted the Monday on which"],
  [
    { ...ROSTER, startMonday: "2026-11-03" },
    "field 'startMonday': got '2026-11-03', wanted a date that is a Monday",
  ],
  [{ ...ROSTER, weeks: [{ monday: [] }] }, "field 'monday': not known in 'weeks.0'"],
  [
    { ...ROSTER, swaps: [{ date: "24.12.", crewId: "a", standInId: "b" }] },
    "field 'swaps.0.date': got '24.12.', wanted a date yyyy-MM-dd",
  ],
])("a roster that is at fault is refused by its place: %j", async (body, text) => {
  const { call, doubles } = await setUp();
  const answer = await call("PUT", "/api/v1/units/works/roster", { body });
  expect(answer).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID" } });
  expect(answer.body.message).toContain(text);
  expect(doubles.asked).toEqual([]);
});

test.each([
  ["admin", undefined],
  ["leader", undefined],
  ["lead-city", ["city", "works"]],
  ["unit", []],
])("'%s' asks for the load of the units %j", async (as, unitIds) => {
  const { call, doubles } = await setUp({}, withLeads);
  const { status, body } = await call("GET", "/api/v1/units/load?limit=5", { as });
  expect(status).toBe(200);
  expect(doubles.asked).toEqual([{ what: "duty.load", with: { limit: 5, unitIds } }]);
  expect(body.items).toMatchObject([
    {
      unitId: "works",
      standing: 1,
      oldestWaitingAt: "2026-11-22T08:29:00.000+08:00",
      crews: [
        {
          crewId: "crew-1",
          position: { at: "2026-11-22T08:29:30.000+08:00" },
          positionAgeMs: 30_000,
        },
      ],
    },
  ]);
});
