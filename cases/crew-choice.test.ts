/** Which crew gets a case: duty, class, skill, orders, way, id; and life safety before all. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MINUTE_MS } from "../model/clock.ts";
import type { CrewPlace } from "../model/presence.ts";
import { Crew } from "../model/registry.ts";
import { type CrewsKnown, type CrewWanted, chooseCrew } from "./crew-choice.ts";

const NOW = Date.UTC(2026, 10, 22, 4);

const crew = (crewId: string, more: object = {}): Crew =>
  Crew.parse({ crewId, name: crewId, unitId: "works", ...more });

const wanted = (more: Partial<CrewWanted> = {}): CrewWanted => ({
  class: "manhole-cover",
  lifeSafety: false,
  lon: 115.41,
  lat: 31.8,
  skills: [],
  passedOver: [],
  ...more,
});

/** So many metres north of the case, so many minutes ago. */
const away = (meters: number, minutesAgo = 0): CrewPlace => ({
  lon: 115.41,
  lat: 31.8 + meters / 111_195,
  at: NOW - minutesAgo * MINUTE_MS,
});

interface Told {
  onDuty?: string[];
  orders?: Record<string, number>;
  places?: Record<string, CrewPlace>;
}

const known = (crews: Crew[], { onDuty, orders = {}, places = {} }: Told = {}): CrewsKnown => ({
  crews,
  onDuty: onDuty && new Set(onDuty),
  openOrders: new Map(Object.entries(orders)),
  places: new Map(Object.entries(places)),
});

const THREE = [crew("c"), crew("a"), crew("b")];

describe("an ordinary case", () => {
  test.each<[string, Told, string | undefined]>([
    ["the lowest id of all, where there is no roster", {}, "a"],
    ["the fewest orders", { orders: { a: 2, b: 1, c: 1 } }, "b"],
    ["of those on duty", { onDuty: ["b", "c"] }, "b"],
    ["nobody, where nobody is", { onDuty: [] }, undefined],
    ["the nearer of two with the same orders", { places: { a: away(900), b: away(100) } }, "b"],
    [
      "fewer orders before the shorter way",
      { orders: { b: 1 }, places: { a: away(9_000), b: away(1) } },
      "a",
    ],
    ["a place of long ago counts for none", { places: { a: away(900), b: away(100, 16) } }, "a"],
    ["a place of 15 minutes ago counts", { places: { a: away(900), b: away(100, 15) } }, "b"],
    ["against a crew whose place is unknown nobody is nearer", { places: { b: away(100) } }, "a"],
    [
      "one whose place is unknown is passed by nobody's way",
      { places: { a: away(900), c: away(1) } },
      "c",
    ],
    ["the lowest id at the same place", { places: { a: away(5), b: away(5), c: away(5) } }, "a"],
  ])("%s", (_title, told, crewId) => {
    expect(chooseCrew(wanted(), known(THREE, told), NOW)?.crewId).toBe(crewId);
  });

  test("a crew that does not take the class, or was passed over, is not asked", () => {
    const crews = [crew("a", { classes: ["streetlight"] }), crew("b"), crew("c")];
    expect(chooseCrew(wanted({ passedOver: ["b"] }), known(crews), NOW)?.crewId).toBe("c");
  });
});

describe("life safety", () => {
  const urgent = wanted({ lifeSafety: true });

  test.each<[string, Told, string, boolean]>([
    ["those on duty first", { onDuty: ["c"] }, "c", false],
    ["with nobody on duty all are on call", { onDuty: [] }, "a", true],
    [
      "the nearest of the free",
      { places: { a: away(4_000), b: away(100), c: away(900) } },
      "b",
      false,
    ],
    [
      "an order in hand is like 3 km: not for 2 km",
      { orders: { b: 1 }, places: { a: away(2_500), b: away(1) } },
      "a",
      false,
    ],
    ["but for 4 km", { orders: { b: 1 }, places: { a: away(4_000), b: away(1) } }, "b", false],
    ["without places the fewest orders", { orders: { a: 1 } }, "b", false],
  ])("%s", (_title, told, crewId, isOnCall) => {
    expect(chooseCrew(urgent, known(THREE, told), NOW)).toMatchObject({ crewId, isOnCall });
  });

  test("on duty or not, one that does not take the class is not sent", () => {
    const crews = [crew("a", { classes: ["streetlight"] })];
    expect(chooseCrew(urgent, known(crews, { onDuty: [] }), NOW)).toBeUndefined();
  });
});

describe("skills", () => {
  const gas = wanted({ skills: ["gas"] });
  const able = crew("z", { skills: ["gas", "height"] });

  test("a crew that has them goes before one that has fewer orders", () => {
    const chosen = chooseCrew(gas, known([...THREE, able], { orders: { z: 5 } }), NOW);
    expect(chosen).toEqual({ crewId: "z", isOnCall: false, lacking: [] });
  });

  test("where nobody on duty has them another goes, and it is said what it lacks", () => {
    const chosen = chooseCrew(gas, known([...THREE, able], { onDuty: ["b"] }), NOW);
    expect(chosen).toEqual({ crewId: "b", isOnCall: false, lacking: ["gas"] });
  });

  test("where no crew says what it can, nothing is said to be lacking", () => {
    expect(chooseCrew(gas, known(THREE), NOW)).toMatchObject({ crewId: "a", lacking: [] });
  });
});

const AnyCrew = fc.record({
  classes: fc.option(fc.subarray(["manhole-cover", "streetlight"]), { nil: undefined }),
  skills: fc.option(fc.subarray(["gas", "height"]), { nil: undefined }),
  isOn: fc.boolean(),
  orders: fc.nat(3),
  meters: fc.option(fc.integer({ min: 0, max: 6_000 }), { nil: undefined }),
  minutesAgo: fc.integer({ min: 0, max: 20 }),
});
const AnyUnit = fc.array(AnyCrew, { maxLength: 5 }).map((all) => {
  const ids = all.map((_each, index) => `crew-${index}`);
  const named = all.map(({ classes, skills }, index) =>
    crew(ids[index] ?? "", { ...(classes && { classes }), ...(skills && { skills }) }),
  );
  const places = all.flatMap(({ meters, minutesAgo }, index) =>
    meters === undefined ? [] : [[ids[index] ?? "", away(meters, minutesAgo)] as const],
  );
  return known(named, {
    onDuty: ids.filter((_id, index) => all[index]?.isOn),
    orders: Object.fromEntries(all.map(({ orders }, index) => [ids[index] ?? "", orders])),
    places: Object.fromEntries(places),
  });
});
const AnyWanted = fc
  .record({ lifeSafety: fc.boolean(), skills: fc.subarray(["gas", "height"]) })
  .map(wanted);

test("whatever the roster, a life-safety case has a crew where any of the unit takes its class", () => {
  fc.assert(
    fc.property(AnyUnit, AnyWanted, (unit, asked) => {
      const takes = unit.crews.filter(
        ({ classes = [] }) => classes.length === 0 || classes.includes("manhole-cover"),
      );
      const chosen = chooseCrew({ ...asked, lifeSafety: true }, unit, NOW);
      expect(takes.map(({ crewId }) => crewId).includes(chosen?.crewId as never)).toBe(
        takes.length > 0,
      );
    }),
  );
});

test("an ordinary case goes to nobody who is off duty", () => {
  fc.assert(
    fc.property(AnyUnit, AnyWanted, (unit, asked) => {
      const chosen = chooseCrew({ ...asked, lifeSafety: false }, unit, NOW);
      expect(chosen === undefined || unit.onDuty?.has(chosen.crewId)).toBe(true);
    }),
  );
});

test("an ordinary case goes to nobody with more orders than another who could have had it", () => {
  fc.assert(
    fc.property(AnyUnit, (unit) => {
      const chosen = chooseCrew(wanted(), unit, NOW);
      const orders = (crewId: string): number => unit.openOrders.get(crewId) ?? 0;
      for (const { crewId, classes = [] } of unit.crews) {
        const couldHave =
          unit.onDuty?.has(crewId) && (classes.length === 0 || classes.includes("manhole-cover"));
        if (couldHave) expect(orders(chosen?.crewId ?? "")).toBeLessThanOrEqual(orders(crewId));
      }
    }),
  );
});

test("who gets it does not depend on the order of the crews", () => {
  fc.assert(
    fc.property(AnyUnit, AnyWanted, fc.integer(), (unit, asked, turn) => {
      const at = unit.crews.length === 0 ? 0 : Math.abs(turn) % unit.crews.length;
      const turned = [...unit.crews.slice(at), ...unit.crews.slice(0, at)].reverse();
      const chosen = chooseCrew(asked, unit, NOW);
      expect(chooseCrew(asked, { ...unit, crews: turned }, NOW)).toEqual(chosen);
    }),
  );
});
