import { expect, test } from "vitest";
import { CaseNo, UnitId } from "../model/ids.ts";
import { Ruling, type RulingScope } from "../model/ruling.ts";
import { chooseRuling, covers, type RuledUnit, type RulingPlace } from "./ruling-choice.ts";

const NOW = Date.UTC(2026, 10, 22, 4);
const PLACE: RulingPlace = {
  kind: "component",
  categoryCode: "0102",
  gridCell: "41152400100101",
  streetId: "411524001",
};
const unit = (id: string) => UnitId.parse(id);
const found = (unitId: string, by: RuledUnit["by"]): RuledUnit => ({ unitId: unit(unitId), by });

let count = 0;
function ruling(scope: object, more: Partial<Ruling> = {}): Ruling {
  count += 1;
  return Ruling.parse({
    rulingId: `ruling-4115242026112200001-${count}`,
    version: 1,
    unitId: "roads",
    kind: "component",
    scope,
    notUnitIds: ["drains"],
    reason: "they lie in the carriageway",
    caseNo: CaseNo.parse("4115242026112200001"),
    ruledAt: NOW - 1_000,
    ruledBy: "a-leader",
    ...more,
  });
}

const choose = (rulings: Ruling[], by = found("centre", "centre"), returnedBy: string[] = []) =>
  chooseRuling(rulings, PLACE, by, returnedBy, NOW)?.rulingId;

const SCOPES: [RulingScope, boolean][] = [
  [{ categoryCode: "0102" }, true],
  [{ categoryCode: "0103" }, false],
  [{ gridPrefix: "411524001" }, true],
  [{ gridPrefix: "41152400100101" }, true],
  [{ gridPrefix: "411524002" }, false],
  [{ streetId: unit("411524001") }, true],
  [{ streetId: unit("411524002") }, false],
  [{ categoryCode: "0102", gridPrefix: "411524002" }, false],
  [{}, true],
];

test.each(SCOPES)("a ruling for %j covers the case: %s", (scope, isCovered) => {
  expect(covers(ruling(scope), PLACE)).toBe(isCovered);
});

test("codes of components and events overlap: a ruling is of its own kind", () => {
  expect(covers(ruling({ categoryCode: "0102" }, { kind: "event" }), PLACE)).toBe(false);
});

test("a place that no grid is known of falls under no ruling for an area", () => {
  const nowhere = { kind: "component", categoryCode: "0102" } as const;
  expect(covers(ruling({ gridPrefix: "411524001" }), nowhere)).toBe(false);
  expect(covers(ruling({ streetId: unit("411524001") }), nowhere)).toBe(false);
});

test("it goes before street and centre, and before an asset's unit only where that was heard", () => {
  const one = ruling({ categoryCode: "0102" });
  for (const by of ["street", "centre"] as const) {
    expect(choose([one], found("anybody", by))).toBe(one.rulingId);
  }
  expect(choose([one], found("drains", "asset"))).toBe(one.rulingId);
  expect(choose([one], found("telecom", "asset"))).toBeUndefined();
});

test("the narrower goes before the wider, the newer before the older", () => {
  const wide = ruling({ categoryCode: "0102" });
  const street = ruling({ gridPrefix: "411524001" });
  const both = ruling({ gridPrefix: "411524001", categoryCode: "0102" });
  const cell = ruling({ gridPrefix: "41152400100101" });
  const newer = ruling({ gridPrefix: "41152400100101" }, { ruledAt: NOW });
  const inOrder = [wide, street, both, cell, newer];
  for (let length = 1; length <= inOrder.length; length += 1) {
    const some = inOrder.slice(0, length);
    expect(choose(some)).toBe(some.at(-1)?.rulingId);
    expect(choose(some.toReversed())).toBe(some.at(-1)?.rulingId);
  }
});

test("one that has ended, was revoked, or whose unit has returned the case is none", () => {
  const scope = { categoryCode: "0102" };
  expect(choose([ruling(scope, { validUntil: NOW })])).toBeUndefined();
  const lasting = ruling(scope, { validUntil: NOW + 1 });
  expect(choose([lasting])).toBe(lasting.rulingId);
  expect(choose([ruling(scope, { revokedAt: NOW - 1 })])).toBeUndefined();
  expect(choose([lasting], found("centre", "centre"), ["roads"])).toBeUndefined();
});
