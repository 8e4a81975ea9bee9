import { expect, test } from "vitest";
import { language } from "../../shared/language.ts";
import {
  type Checked,
  gasesOf,
  itemsOf,
  missingOf,
  noteOf,
  placeOf,
  UNCHECKED,
  unsafeOf,
} from "./checklist.ts";

language.value = "en";
const WELL: Checked = {
  ticked: itemsOf("well"),
  measured: { o2: "20,9", ch4: "0", h2s: "1", co: " 2 " },
  guard: "Zhang",
};

test.each([
  [{ class: "manhole-cover", conditionId: "cover-broken" }, false, "well"],
  [{ class: "pump-station", conditionId: "pump-failure" }, true, "well"],
  [{ class: "gas-line", conditionId: "gas-leak-fence" }, true, "gas-site"],
  [{ conditionId: "lpg-smell" }, false, "gas-site"],
  [{ conditionId: "sewer-pipe-break" }, false, "well"],
  [{ class: "a-city-s-own", conditionId: "general-component" }, true, "well"],
  [{ class: "streetlight", conditionId: "lamp-off" }, false, undefined],
])("%j is a place of its kind", (item, hasHazards, place) => {
  expect(placeOf(item, hasHazards)).toBe(place);
});

test("all is missing at first, nothing at the end, and each thing alone is missed", () => {
  expect(missingOf("well", UNCHECKED)).toHaveLength(7 + 4 + 1);
  expect(missingOf("gas-site", UNCHECKED)).toHaveLength(4 + 1);
  expect(missingOf("well", WELL)).toEqual([]);
  for (const item of itemsOf("well")) {
    const ticked = itemsOf("well").filter((each) => each !== item);
    expect(missingOf("well", { ...WELL, ticked })).toHaveLength(1);
  }
  for (const gas of gasesOf("well")) {
    for (const typed of ["", "abc", "-3"]) {
      const measured = { ...WELL.measured, [gas]: typed };
      expect(missingOf("well", { ...WELL, measured })).toHaveLength(1);
    }
  }
  expect(missingOf("well", { ...WELL, guard: " " })).toEqual(["Who keeps watch"]);
});

test.each([
  ["o2", "19.4", true],
  ["o2", "19.5", false],
  ["o2", "23.5", false],
  ["o2", "23.6", true],
  ["ch4", "9.9", false],
  ["ch4", "10", true],
  ["h2s", "6.9", false],
  ["h2s", "7", true],
  ["co", "24", false],
  ["co", "25", true],
])("%s of %s is unsafe: %s", (gas, typed, isUnsafe) => {
  const measured = { ...WELL.measured, [gas]: typed };
  expect(unsafeOf("well", { ...WELL, measured })).toEqual(isUnsafe ? [gas] : []);
});

test("the note says what was ticked and measured, by whom and when, and fits into one", () => {
  const note = noteOf("well", WELL, "crew-1", "2026-11-27 21:20");
  expect(note).toContain("Ticked by crew-1 at 2026-11-27 21:20");
  expect(note).toContain("O2 % 20,9, CH4 %LEL 0, H2S ppm 1, CO ppm 2");
  expect(note).toContain("Watch: Zhang");
  expect(note.length).toBeLessThan(1_000);
});
