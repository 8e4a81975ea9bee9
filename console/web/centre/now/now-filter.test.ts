import { expect, test } from "vitest";
import { filterOf, isClassShown, PEOPLE, STATES, toggled } from "./now-filter.ts";

const filter = (text: string) => filterOf(new URLSearchParams(text));

test("an address without filters shows all", () => {
  expect(filter("")).toEqual({
    classes: undefined,
    states: new Set(STATES),
    people: new Set(PEOPLE),
    unitId: undefined,
  });
});

test("an address names classes, states and a unit; what it does not know is left out", () => {
  const text = "class=streetlight,-&state=danger,wrong&people=inspector&unit=works";
  const { classes, states, people, unitId } = filter(text);
  expect([[...(classes ?? [])], [...states], [...people], unitId]).toEqual([
    ["streetlight", "-"],
    ["danger"],
    ["inspector"],
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
