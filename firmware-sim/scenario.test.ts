import { expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { makeCounty } from "./county.ts";
import { planFaults } from "./faults.ts";
import { cutFleet, type Fleet, limitFleet } from "./fleet.ts";
import { loadScenario, parseScenario, Scenario, ScenarioError, scenarioNames } from "./scenario.ts";
import { nextLocalMinute } from "./weather.ts";

const START = Date.parse("2026-11-23T09:00:00+08:00");

const county = makeCounty(1);
const fleetFor = ({ fleet }: Scenario): Fleet =>
  fleet === "county"
    ? county
    : cutFleet(county, {
        mix: fleet.devices,
        plain: fleet.components,
        lampsPerCabinet: fleet.lampsPerCabinet,
        binsPerGateway: fleet.binsPerGateway,
      });

const faultsIn = (text: string): readonly string[] => {
  try {
    parseScenario(text, "mine.json");
    return [];
  } catch (error) {
    return error instanceof ScenarioError ? error.faults : [String(error)];
  }
};

const SMALL = {
  name: "small",
  title: { zh: "小", en: "small" },
  about: "",
  fleet: { devices: { streetlight: 2 }, components: 0 },
  suggested: { clock: "2026-11-23T09:00:00+08:00,1", duration: "1h" },
  faults: [] as unknown[],
};
const LAMP_OFF = {
  what: "lamp-off",
  class: "streetlight",
  count: 1,
  at: "5m",
  expectsCase: "lamp-off",
};

test("the twelve scenarios are there, each file under its own name", () => {
  expect(scenarioNames()).toEqual([
    "bin-fire",
    "county",
    "cover-theft",
    "effluent-exceedance",
    "feeder-outage",
    "gas-leak",
    "gateway-outage",
    "normal-day",
    "pump-failure",
    "rainstorm",
    "sensor-faults",
    "truth",
  ]);
  for (const name of scenarioNames()) expect(loadScenario(name).name).toBe(name);
});

test.each(scenarioNames())(
  "%s finds a device for every fault it names, on its own clock",
  (name) => {
    const scenario = loadScenario(name);
    const fleet = fleetFor(scenario);
    const [clock = "", speed = ""] = scenario.suggested.clock.split(",");
    const start = Date.parse(clock);
    expect(start).not.toBeNaN();
    expect(Number(speed)).toBeGreaterThan(0);
    const plan = planFaults({
      scenario,
      fleet,
      seed: 1,
      start,
      horizonMs: scenario.suggested.duration,
    });
    const nameOf = (one: { what: string; expectsCase?: string | null; label?: string }): string =>
      `${one.what} ${one.label ?? one.expectsCase}`;
    const struck = new Set(plan.map(nameOf));
    const named = new Set([...scenario.faults, ...scenario.noiseProfiles].map(nameOf));
    expect(struck).toEqual(named);
    const ids = new Set(fleet.devices.map((device) => device.deviceId));
    for (const fault of plan) {
      expect(ids.has(fault.deviceId)).toBe(true);
      expect(fault.at).toBeGreaterThanOrEqual(start);
      expect(fault.until ?? Number.POSITIVE_INFINITY).toBeGreaterThan(fault.at);
    }
  },
);

test("a scenario is checked as a whole: path, what was wanted, what was got", () => {
  const text = JSON.stringify({
    ...SMALL,
    fleet: { devices: { streetlight: 2, tree: 4 }, components: -1 },
    weather: { rain: [{ at: "soon", for: "1h", mmPerHour: 3 }] },
    faults: [
      { ...LAMP_OFF, what: "bin-fire" },
      { ...LAMP_OFF, share: 0.5 },
      { ...LAMP_OFF, for: 5 },
    ],
    colour: "red",
  });
  const faults = faultsIn(text).join("\n");
  for (const part of [
    'weather.rain[0].at: wanted a duration after the start like 10m, or a local time of day like 02:30, got "soon"',
    "faults[0].what: wanted one of lamp-off",
    'for class streetlight, got "bin-fire"',
    "faults[1]: wanted exactly one of count, share and assetIds, got",
    "faults[2].for: wanted",
    "the file: wanted no field 'colour'",
    "fleet",
  ]) {
    expect(faults).toContain(part);
  }
});

test.each([
  ["{", "it is not JSON"],
  ["[]", "the file: wanted object, got []"],
  [
    JSON.stringify({ ...SMALL, faults: [{ ...LAMP_OFF, what: "clock-jump" }] }),
    "'by' for clock-jump",
  ],
  [
    JSON.stringify({ ...SMALL, faults: [{ ...LAMP_OFF, oneCase: true }] }),
    "no 'oneCase', since 'lamp-off' strikes nothing that hangs on one asset",
  ],
])("a file that is no scenario is refused by name: %s", (text, part) => {
  expect(faultsIn(text).join("\n")).toContain(part);
});

test("an unknown scenario's error lists those that there are", () => {
  expect(() => loadScenario("nope")).toThrow(
    /there is no such scenario; there are bin-fire, county/,
  );
});

test("the same seed and start plan the same faults, another seed strikes others", () => {
  const scenario = loadScenario("cover-theft");
  const fleet = fleetFor(scenario);
  const plan = (seed: number) =>
    planFaults({ scenario, fleet, seed, start: START, horizonMs: HOUR_MS });
  expect(plan(1)).toEqual(plan(1));
  expect(plan(1)).not.toEqual(plan(2));
});

test("a fault at a time of day begins then, a repeated one strikes others each time and not in between", () => {
  const scenario = Scenario.parse({
    ...SMALL,
    faults: [
      { ...LAMP_OFF, at: "19:50" },
      { ...LAMP_OFF, at: ["0s", "30m"], for: "10m", every: "1h", count: 3 },
    ],
  });
  const fleet = fleetFor(loadScenario("feeder-outage"));
  const plan = planFaults({ scenario, fleet, seed: 3, start: START, horizonMs: 4 * HOUR_MS });
  expect(plan.filter((fault) => fault.until === undefined).map((fault) => fault.at)).toEqual([
    nextLocalMinute(START, 19 * 60 + 50),
  ]);
  const repeated = plan.filter((fault) => fault.until !== undefined);
  expect(repeated).toHaveLength(12);
  expect(new Set(plan.map((fault) => fault.deviceId)).size).toBe(13);
  for (const { at, until } of repeated) {
    expect((at - START) % HOUR_MS).toBeLessThanOrEqual(30 * MINUTE_MS);
    expect(Number(until) - at).toBe(10 * MINUTE_MS);
  }
});

test("a feeder outage takes 200 lamps and their cabinet at the same moment, for one case on the cabinet", () => {
  const scenario = loadScenario("feeder-outage");
  const fleet = fleetFor(scenario);
  const dark = planFaults({ scenario, fleet, seed: 1, start: START, horizonMs: HOUR_MS }).filter(
    (fault) => fault.what === "feeder-outage",
  );
  const feeder = dark[0]?.feederAssetId;
  const fed = fleet.devices.filter(
    ({ feederAssetId, assetId }) => feederAssetId === feeder || assetId === feeder,
  );
  expect(dark.map((fault) => fault.deviceId).sort()).toEqual(fed.map((one) => one.deviceId).sort());
  expect(dark.filter((fault) => fault.class === "streetlight")).toHaveLength(200);
  expect(dark.filter((fault) => fault.class === "lighting-cabinet")).toHaveLength(1);
  expect(new Set(dark.map((fault) => `${fault.expectsCase} ${fault.caseAssetId}`))).toEqual(
    new Set([`feeder-outage ${feeder}`]),
  );
  expect(new Set(dark.map((fault) => fault.at)).size).toBe(1);
});

test("the lamps that die beside an outage hang on other cabinets", () => {
  const scenario = loadScenario("feeder-outage");
  const fleet = fleetFor(scenario);
  for (let seed = 1; seed <= 10; seed += 1) {
    const plan = planFaults({ scenario, fleet, seed, start: START, horizonMs: HOUR_MS });
    const feeder = plan.find((fault) => fault.what === "feeder-outage")?.feederAssetId;
    const dead = plan.filter((fault) => fault.what === "lamp-off");
    expect(dead).toHaveLength(3);
    for (const { deviceId, caseAssetId } of dead) {
      const lamp = fleet.devices.find((device) => device.deviceId === deviceId);
      expect(lamp?.feederAssetId).not.toBe(feeder);
      expect(caseAssetId).toBeUndefined();
    }
  }
});

test("where each lamp of an outage makes its own case, the cabinet's device makes none", () => {
  const scenario = Scenario.parse({
    ...SMALL,
    faults: [{ ...LAMP_OFF, what: "feeder-outage" }],
  });
  const fleet = fleetFor(loadScenario("feeder-outage"));
  const plan = planFaults({ scenario, fleet, seed: 1, start: START, horizonMs: HOUR_MS });
  for (const fault of plan) {
    expect(fault.expectsCase).toBe(fault.class === "streetlight" ? "lamp-off" : null);
  }
  expect(plan.filter((fault) => fault.expectsCase === null)).toHaveLength(1);
});

test("a pump failure takes a station and all its wells, and no other", () => {
  const scenario = loadScenario("pump-failure");
  const fleet = fleetFor(scenario);
  const struck = planFaults({ scenario, fleet, seed: 1, start: START, horizonMs: HOUR_MS }).filter(
    (fault) => fault.what === "pump-failure",
  );
  const station = struck[0]?.stationAssetId;
  const wells = fleet.devices.filter((device) => device.stationAssetId === station);
  expect(wells.length).toBeGreaterThan(5);
  expect(struck).toHaveLength(wells.length + 1);
  expect(struck.filter((fault) => fault.assetId === station)).toMatchObject([
    { class: "pump-station", caseAssetId: station, expectsCase: "sewer-level" },
  ]);
});

test("only assets with the wanted attributes are struck, and named assets exactly", () => {
  const fleet = limitFleet(fleetFor(loadScenario("county")), 400);
  const [first] = fleet.devices.filter((device) => device.class === "manhole-cover");
  const scenario = Scenario.parse({
    ...SMALL,
    faults: [
      {
        what: "sewer-surge",
        class: "manhole-cover",
        share: 1,
        only: { medium: "rain" },
        at: "1m",
        expectsCase: "sewer-level",
      },
      {
        what: "cover-stolen",
        class: "manhole-cover",
        assetIds: [first?.assetId],
        at: "1m",
        expectsCase: "cover-displaced",
      },
    ],
  });
  const plan = planFaults({ scenario, fleet, seed: 1, start: START, horizonMs: HOUR_MS });
  const mediumOf = new Map(fleet.devices.map((one) => [one.deviceId, one.attributes.medium]));
  const surges = plan.filter((fault) => fault.what === "sewer-surge");
  expect(surges.length).toBeGreaterThan(5);
  expect(surges.every((fault) => mediumOf.get(fault.deviceId) === "rain")).toBe(true);
  const stolen = plan.filter((fault) => fault.what === "cover-stolen");
  expect(stolen.map((fault) => fault.assetId)).toEqual([first?.assetId]);
});
