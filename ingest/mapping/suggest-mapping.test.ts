import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ASSET_CLASSES, classBySlug } from "../../model/asset-classes/all.ts";
import { timeZone } from "../../model/local-time.ts";
import { pathText, readTreePath } from "../../model/mapping.ts";
import { compileDecoder } from "./compile-decoder.ts";
import { suggestMapping } from "./suggest-mapping.ts";
import { TRADE_WORDS } from "./trade-words.ts";

const zone = timeZone("Asia/Shanghai");

function classOf(slug: string) {
  const found = classBySlug(slug);
  if (found === undefined) throw new Error(`no class '${slug}'`);
  return found;
}

function suggested(tree: unknown, slug = "manhole-cover") {
  const { mapping, past } = suggestMapping(tree, classOf(slug));
  const short = (each: typeof mapping) =>
    each.fields.map(({ path, measurement, unit, states }) =>
      [path, measurement, unit, states].filter((part) => part !== undefined),
    );
  return { fields: short(mapping), ...(past && { past: short(past) }) };
}

describe("a name and a unit are as vendors write them", () => {
  test.each([
    [{ tiltDeg: 3 }, "manhole-cover", [["tiltDeg", "tiltDeg"]]],
    [{ distance: "1700 mm" }, "manhole-cover", [["distance", "waterLevelCm"]]],
    [{ water_level: 12 }, "manhole-cover", [["water_level", "waterLevelCm"]]],
    [{ waterLevelMm: 1_700 }, "manhole-cover", [["waterLevelMm", "waterLevelCm", "mm"]]],
    [{ temperature: "25 ℃" }, "manhole-cover", [["temperature", "temperatureC"]]],
    [{ temp: 25 }, "manhole-cover", [["temp", "temperatureC"]]],
    [{ temprature: 25 }, "manhole-cover", [["temprature", "temperatureC"]]],
    [
      { external_temperature: { value: 77, unit: "°F" } },
      "manhole-cover",
      [["external_temperature", "temperatureC"]],
    ],
    [{ battery: 98 }, "manhole-cover", [["battery", "batteryPercent"]]],
    [{ 电量: "98%" }, "manhole-cover", [["电量", "batteryPercent"]]],
    [{ 水位: "1.7米" }, "manhole-cover", [["水位", "waterLevelCm"]]],
    [{ shuiwei: 12 }, "manhole-cover", [["shuiwei", "waterLevelCm"]]],
    [
      { dianliang: 80, wendu: 21 },
      "manhole-cover",
      [
        ["dianliang", "batteryPercent"],
        ["wendu", "temperatureC"],
      ],
    ],
    [{ manyidu: 55 }, "waste-bin", [["manyidu", "fillPercent"]]],
    [{ voltage_mv: 220_000 }, "streetlight", [["voltage_mv", "voltageV", "mv"]]],
    [{ cover: "open" }, "manhole-cover", [["cover", "isOpen", { open: 1, close: 0 }]]],
    [{ open: true }, "manhole-cover", [["open", "isOpen"]]],
    [{ data: { tilt: { value: 3 } } }, "manhole-cover", [["data.tilt.value", "tiltDeg"]]],
  ])("%j of a %s", (tree, slug, fields) => {
    expect(suggested(tree, slug).fields).toEqual(fields);
  });

  test.each([
    ["of another kind", { temperature: true, isOpen: 25 }],
    ["beyond what the measurement can be", { battery: 3_600, temperature: 65_535 }],
    ["in a unit of something else", { temperature: "25 bar" }],
    ["of another name and no unit", { serial: 7, sn: "6713D1", uptime: 100 }],
    ["in an array", { list: [{ tilt: 3 }] }],
    ["in a unit of something else by its name", { BatV: 3, battery_mv: 90, temperature_ppm: 3 }],
    ["of a battery in volts", { Bat: 3.307, battery: "3.6" }],
    ["with a common word in its name", { co2_level: 400, noise_level: 40, open_count: 1 }],
  ])("a value %s is left out", (_what, tree) => {
    expect(suggested(tree).fields).toEqual([]);
  });
});

test("an answer as a published formatter writes it", () => {
  const { fields } = suggested({
    ...{ Bat: 3.307, Distance: "1700 mm", Interrupt_flag: 0, TempC_DS18B20: "25.00" },
    Sensor_flag: 1,
  });
  expect(fields).toEqual([
    ["Distance", "waterLevelCm"],
    ["TempC_DS18B20", "temperatureC"],
  ]);
});

test("of two names for the same measurement the better one has it", () => {
  const { fields } = suggested({ external_temperature: 20, temperature: 21 });
  expect(fields).toEqual([["temperature", "temperatureC"]]);
});

test("what is mapped already is left as it is, and no other path is given its measurement", () => {
  const known = [{ path: "t2", measurement: "temperatureC" }];
  const { mapping, why } = suggestMapping(
    { temperature: 21, tilt: 3 },
    classOf("manhole-cover"),
    known,
  );
  expect(mapping.fields).toEqual([...known, { path: "tilt", measurement: "tiltDeg" }]);
  expect(why).toEqual([{ path: "tilt", measurement: "tiltDeg", text: "its name is 'tiltDeg'" }]);
});

test.each([
  [1_795_307_405, "s"],
  [1_795_307_405_000, "ms"],
  ["2026-11-22T08:30:05+08:00", "iso"],
  ["2026-11-22 08:30:05", "local"],
])("readings of before in an array, with their times as %j", (timestamp, format) => {
  const tree = { temperature: 25, history: [{ timestamp, temperature: 24, length: 3 }] };
  const { mapping, past } = suggestMapping(tree, classOf("manhole-cover"));
  expect(past).toEqual({
    elements: "history",
    time: { path: "timestamp", format },
    fields: [{ path: "temperature", measurement: "temperatureC" }],
  });
  if (past === undefined) return;
  const about = { assetClass: classOf("manhole-cover"), zone };
  const { values, faults } = compileDecoder({ mapping, past }, about)(tree);
  expect(faults).toEqual([]);
  expect(values.map(({ measurement, value, at }) => [measurement, value, at])).toEqual([
    ["temperatureC", 25, undefined],
    ["temperatureC", 24, 1_795_307_405_000],
  ]);
});

test("names of the trade are those of measurements that a class has", () => {
  const names = new Set(
    ASSET_CLASSES.flatMap(({ measurements }) => measurements.map(({ name }) => name)),
  );
  expect(Object.keys(TRADE_WORDS).filter((name) => !names.has(name))).toEqual([]);
});

test("a suggestion always compiles, maps no two paths to one measurement and makes no fault", () => {
  const words = Object.values(TRADE_WORDS).flat();
  const name = fc.oneof(
    fc.constantFrom(...words, "value", "unit", "time", "0", "a.b", "__proto__", "constructor", ""),
    fc.string({ maxLength: 12 }),
  );
  const leaf = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -50, max: 5_000_000_000 }),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom("1700 mm", "25 ℃", "-3", "open", "关", "N/A", "98%", "2026-11-22 08:30:05"),
    fc.string(),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(name, tie("tree"), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.constantFrom(...ASSET_CLASSES), (root, assetClass) => {
      const json: unknown = JSON.parse(JSON.stringify(root));
      const { mapping, past } = suggestMapping(json, assetClass);
      for (const { fields } of past === undefined ? [mapping] : [mapping, past]) {
        expect(new Set(fields.map(({ measurement }) => measurement)).size).toBe(fields.length);
        expect(new Set(fields.map(({ path }) => path)).size).toBe(fields.length);
      }
      const { values } = compileDecoder({ mapping, past }, { assetClass, zone })(json);
      const named = values.map(({ measurement }) => measurement);
      for (const { measurement } of mapping.fields) expect(named).toContain(measurement);
    }),
    { numRuns: 1_000 },
  );
});

test("a path that is written is read as it was", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 8 })), (steps) => {
      expect(readTreePath(pathText(steps))).toEqual(steps);
    }),
    { numRuns: 1_000 },
  );
});
