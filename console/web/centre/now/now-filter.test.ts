import { expect, test } from "vitest";
import { filterOf, isClassShown, STATES, toggled } from "./now-filter.ts";

const filter = (text: string) => filterOf(new URLSearchParams(text));

test("an address without filters shows all", () => {
  expect(filter("")).toEqual({
    classes: undefined,
    states: new Set(STATES),
    unitId: undefined,
  });
});

test("an address names classes, states and a unit; what it does not know is left out", () => {
  const { classes, states, unitId } = filter("class=streetlight,-&state=danger,wrong&unit=works");
  expect([[...(classes ?? [])], [...states], unitId]).toEqual([
    ["streetlight", "-"],
    ["danger"],
    "works",
  ]);
  expect(isClassShown(filter("class=streetlight,-"), undefined)).toBe(true);
  expect(isClassShown(filter("class=streetlight"), "manhole-cover")).toBe(false);
  expect(isClassShown(filter(""), "manhole-cover")).toBe(true);
});

test("a choice is taken away and put back; all of them are no filter, none is one", () => {
  const all = ["a", "b", "c"];
  expect(toggled(all, new Set(all), "b")).toBe("a,c");
  expect(toggled(all, new Set(["a", "c"]), "b")).toBe("");
  expect(toggled(all, new Set(["a"]), "a")).toBe("none");
  expect(filter("state=none").states.size).toBe(0);
});
