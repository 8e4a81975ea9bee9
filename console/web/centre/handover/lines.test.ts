import { expect, test } from "vitest";
import { HANDOVER_SECTIONS } from "../../../../model/handover.ts";
import { AWAITING_REPLY } from "../../../../model/supervision.ts";
import { saySection, sayStanding } from "./handover-words.ts";
import { instantOf, leftOf, SECTIONS, targetOf } from "./lines.ts";

test("every section is shown in its order and has its words, and so has what a line may be", () => {
  expect(SECTIONS).toEqual(HANDOVER_SECTIONS);
  expect(Object.keys(saySection.words).sort()).toEqual([...HANDOVER_SECTIONS].sort());
  const standing = [...AWAITING_REPLY, "installed", "maintenance"];
  expect(Object.keys(sayStanding.words).sort()).toEqual(standing.sort());
});

test("a line leads to its case, else to its asset, a device to itself", () => {
  expect(targetOf("urgent", { id: "1", caseNo: "1", assetId: "bin-1" })).toEqual(["cases", "1"]);
  expect(targetOf("shelved", { id: "alarm", assetId: "bin-1" })).toEqual(["assets", "bin-1"]);
  expect(targetOf("devices", { id: "dev", assetId: "bin-1" })).toEqual(["devices", "dev"]);
  expect(targetOf("pledges", { id: "PL-1" })).toBeUndefined();
});

test("what is left is told up to the end, and what is over from it", () => {
  const until = "2026-11-28T08:00:00+08:00";
  const at = Date.parse(until);
  expect(leftOf({ until }, at - 5)).toEqual({ isLate: false, ms: 5 });
  expect(leftOf({ until }, at + 5)).toEqual({ isLate: true, ms: 5 });
  expect(leftOf({}, at)).toBeUndefined();
});

test("a time that is typed is one of the platform's zone", () => {
  expect(instantOf("2026-11-28T08:00", 480)).toBe("2026-11-28T00:00:00.000Z");
  expect(instantOf("", 480)).toBeUndefined();
});
