import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classBySlug } from "../../model/asset-classes/all.ts";
import { LIMITS } from "../../model/limits.ts";
import { timeZone } from "../../model/local-time.ts";
import { Mapping, readTreePath } from "../../model/mapping.ts";
import { compileMapping } from "./apply-mapping.ts";

const zone = timeZone("Asia/Shanghai");
const AT = Date.parse("2026-11-22T08:30:05+08:00");

type MappingInput = Parameters<typeof Mapping.parse>[0];

function map(tree: unknown, mapping: MappingInput, slug = "manhole-cover") {
  const assetClass = classBySlug(slug);
  return compileMapping(Mapping.parse(mapping), { assetClass, zone })(tree);
}

const one = (raw: unknown, field: object, slug?: string) => {
  const { values, faults } = map({ x: raw }, { fields: [{ path: "x", ...field }] }, slug);
  return values.length > 0 ? values[0]?.value : faults[0]?.text;
};

describe("a value as decoders write it", () => {
  test.each<[unknown, object, number]>([
    [1_700, { measurement: "waterLevelCm", unit: "mm" }, 170],
    ["1700 mm", { measurement: "waterLevelCm" }, 170],
    ["1700mm", { measurement: "waterLevelCm", unit: "m" }, 170],
    ["25 ℃", { measurement: "temperatureC" }, 25],
    ["25.5", { measurement: "temperatureC" }, 25.5],
    [" -3 ", { measurement: "temperatureC" }, -3],
    ["1e2", { measurement: "temperatureC" }, 100],
    ["95%", { measurement: "batteryPercent" }, 95],
    [{ value: 25, unit: "°C" }, { measurement: "temperatureC" }, 25],
    [{ value: "77", unit: "°F" }, { measurement: "temperatureC" }, 25],
    [{ v: 300, u: "K" }, { measurement: "temperatureC" }, 26.85],
    [{ value: 25 }, { measurement: "temperatureC" }, 25],
    [250, { measurement: "temperatureC", scale: 0.1 }, 25],
    [65, { measurement: "temperatureC", offset: -40 }, 25],
    [true, { measurement: "isOpen" }, 1],
    ["false", { measurement: "isOpen" }, 0],
    [1, { measurement: "isOpen" }, 1],
    ["open", { measurement: "isOpen", states: { open: 1, closed: 0 } }, 1],
    [2, { measurement: "isOpen", states: { "2": 1, "1": 0 } }, 1],
    [true, { measurement: "isOpen", states: { true: 0, false: 1 } }, 0],
    [0, { measurement: "temperatureC" }, 0],
    [17, { measurement: "pitch", unit: "furlong" }, 17],
  ])("%j by %j", (raw, field, wanted) => {
    expect(one(raw, field)).toBeCloseTo(wanted, 9);
  });

  test.each<[unknown, object, string]>([
    [65_535, { measurement: "temperatureC", invalid: [65_535] }, "65535 stands for no value"],
    ["N/A", { measurement: "temperatureC", invalid: ["N/A"] }, '"N/A" stands for no value'],
    [null, { measurement: "temperatureC" }, "null is no value"],
    ["", { measurement: "temperatureC" }, '"" is no number'],
    ["warm", { measurement: "temperatureC" }, '"warm" is no number'],
    ["1,700", { measurement: "temperatureC" }, 'its unit ",700" is none'],
    [
      "25 psi",
      { measurement: "temperatureC" },
      "its unit \"psi\" is none that 'temperatureC' can be in: °C",
    ],
    [25, { measurement: "temperatureC", unit: "bar" }, 'its unit "bar" is none'],
    [true, { measurement: "temperatureC" }, "true is no number, which 'temperatureC' is"],
    [2, { measurement: "isOpen" }, "2 is neither 0 nor 1"],
    [
      "ajar",
      { measurement: "isOpen", states: { open: 1, closed: 0 } },
      '"ajar" is none of its states open, closed',
    ],
    [
      [{ toString: 1 }],
      { measurement: "isOpen", states: { open: 1 } },
      "an array of 1 is no value",
    ],
    ["__proto__", { measurement: "isOpen", states: { open: 1 } }, "is none of its states"],
    [[1, 2], { measurement: "temperatureC" }, "an array of 2 is no value"],
    [{ temperature: 3 }, { measurement: "temperatureC" }, "an object has no 'value'"],
    [{ value: { value: 3 } }, { measurement: "temperatureC" }, "an object as its 'value'"],
    [Number.NaN, { measurement: "temperatureC" }, "no finite number"],
    ["1e999", { measurement: "temperatureC" }, "no finite number"],
  ])("%j by %j is put aside", (raw, field, text) => {
    expect(one(raw, field)).toContain(text);
  });
});

test("what is not there is no fault: decoders leave out what a frame does not carry", () => {
  expect(map({}, { fields: [{ path: "x.y", measurement: "tiltDeg" }] })).toEqual({
    values: [],
    faults: [],
  });
});

test("a neighbour says whether a value is to be believed", () => {
  const validWhen = { path: "status.tilt", is: ["ok", 0] };
  const fields = [{ path: "tilt", measurement: "tiltDeg", validWhen }];
  expect(map({ tilt: 30, status: { tilt: "ok" } }, { fields }).values).toHaveLength(1);
  const { values, faults } = map({ tilt: 0, status: { tilt: "error" } }, { fields });
  expect(values).toEqual([]);
  expect(faults).toEqual([
    { reason: "VALUE_INVALID", text: `'tilt' is not valid: 'status.tilt' is "error"` },
  ]);
  expect(map({ tilt: 0 }, { fields }).values).toEqual([]);
});

describe("past readings with their own times", () => {
  const mapping = {
    elements: "history",
    time: { path: "time", format: "s" },
    seq: "no",
    fields: [{ path: "tilt", measurement: "tiltDeg" }],
  } as const;

  test("each stands at its own, and a bad one is put aside alone", () => {
    const history = [
      { time: AT / 1_000, tilt: 1, no: 7 },
      { time: "soon", tilt: 2 },
      { tilt: 3 },
      7,
    ];
    expect(map({ history }, mapping)).toEqual({
      values: [
        { measurement: "tiltDeg", value: 1, at: AT, seq: 7 },
        { measurement: "tiltDeg", value: 3, at: undefined, seq: undefined },
      ],
      faults: [
        { reason: "TIME_INVALID", text: `'time' is "soon"; wanted a time as 's'` },
        { reason: "ELEMENT_INVALID", text: "an element of 'history' is 7" },
      ],
    });
  });

  test("none, and too many", () => {
    expect(map({ history: "x" }, mapping).faults[0]?.reason).toBe("ELEMENT_INVALID");
    const many = new Array(LIMITS.uplinkElementsMax + 1).fill({ tilt: 1 });
    const { values, faults } = map({ history: many }, mapping);
    expect([values, faults[0]?.reason]).toEqual([[], "TOO_MANY_ELEMENTS"]);
  });

  test.each([
    ["iso", "2026-11-22T00:30:05Z"],
    ["iso", "2026-11-22T08:30:05.000000000+08:00"],
    ["local", "2026-11-22 08:30:05"],
    ["local", "20261122083005"],
    ["local", "2026/11/22T08:30:05.000"],
    ["s", AT / 1_000],
    ["s", String(AT / 1_000)],
    ["ms", AT],
    ["us", `${AT}000`],
    ["ns", `${AT}000000`],
  ] as const)("%s %s", (format, time) => {
    const { values } = map(
      { history: [{ time, tilt: 1 }] },
      { ...mapping, time: { path: "time", format } },
    );
    expect(values[0]?.at).toBe(AT);
  });

  test.each([
    ["local", "2026-02-30 08:30:05"],
    ["local", "2026-13-01 08:30:05"],
    ["local", "2026-11-22 24:00:00"],
    ["local", "08:30"],
    ["iso", "2026-11-22 08:30:05"],
    ["s", "0x10"],
    ["ms", {}],
  ] as const)("%s %s is no time", (format, time) => {
    const { faults } = map(
      { history: [{ time, tilt: 1 }] },
      { ...mapping, time: { path: "time", format } },
    );
    expect(faults[0]?.reason).toBe("TIME_INVALID");
  });
});

describe("what nothing maps", () => {
  test("is kept under its own name, and what is mapped is not kept twice", () => {
    const tree = {
      object: {
        tilt: 30,
        tiltDeg: 31,
        ok: true,
        words: "x",
        inner: { deep: 2, list: [4, 5] },
        temperatureC: { value: 77, unit: "°F" },
      },
      outside: 1,
    };
    const { values, faults } = map(tree, {
      fields: [{ path: "object.tilt", measurement: "angle" }],
      rest: "object",
    });
    expect(faults).toEqual([]);
    expect(values.map(({ measurement, value }) => [measurement, value])).toEqual([
      ["angle", 30],
      ["tiltDeg", 31],
      ["ok", 1],
      ["temperatureC", 25],
      ["inner.deep", 2],
      ["inner.list.0", 4],
      ["inner.list.1", 5],
    ]);
  });

  test("is bounded", () => {
    const object = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`n${n}`, n]));
    const { values } = map({ object }, { fields: [], rest: "object" });
    expect(values).toHaveLength(LIMITS.mappingRestMax);
    const last = map({ ...object, tiltDeg: 31 }, { fields: [], rest: "" }).values.at(-1);
    expect(last).toMatchObject({ measurement: "tiltDeg", value: 31 });
  });

  test("costs no time with thousands of texts under a long name", () => {
    const tree = { ["a".repeat(16_000)]: Array.from({ length: 60_000 }, () => "") };
    const begunMs = performance.now();
    expect(map(tree, { fields: [], rest: "" }).values).toEqual([]);
    expect(performance.now() - begunMs).toBeLessThan(500);
  });
});

test.each([
  ["a.b", ["a", "b"]],
  ["a[0].b", ["a", "0", "b"]],
  ['["a.b"].c', ["a.b", "c"]],
  ['x["a\\"b"]', ["x", 'a"b']],
  ["", []],
  ["电量.值", ["电量", "值"]],
])("path %s", (text, steps) => {
  expect(readTreePath(text)).toEqual(steps);
});

test.each([".a", "a..b", "a[", "a[x]", "a[0]b", "a.", '["a]'])("no path: %s", (text) => {
  expect(readTreePath(text)).toBeUndefined();
  const { success, error } = Mapping.safeParse({ fields: [{ path: text, measurement: "x" }] });
  expect(success).toBe(false);
  expect(error?.issues[0]?.message).toContain("is no path; write it like object.distance");
});

test("whatever comes: never throws, never a value that was not in the payload", () => {
  const mapping: MappingInput = {
    time: { path: "t", format: "ms" },
    fields: [
      { path: "a", measurement: "tiltDeg" },
      { path: "b.c", measurement: "temperatureC", unit: "°F" },
      { path: "d[0]", measurement: "isOpen", states: { on: 1 } },
    ],
    rest: "",
  };
  const key = fc.constantFrom("a", "b", "c", "d", "t", "value", "unit", "__proto__", "0");
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.constant("3 mm")),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(key, tie("tree"), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (root) => {
      const json: unknown = JSON.parse(JSON.stringify(root));
      const { values, faults } = map(json, mapping);
      const numbers = new Set(numbersIn(json));
      for (const { measurement, value } of values) {
        const before = measurement === "temperatureC" ? (value * 9) / 5 + 32 : value;
        const isThere = [...numbers].some(
          (n) => Math.abs(n - before) <= 1e-9 * Math.max(1, Math.abs(n)),
        );
        expect(isThere || measurement === "isOpen").toBe(true);
      }
      for (const { text } of faults) expect(text.length).toBeLessThan(400);
    }),
    { numRuns: 2_000 },
  );
});

function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value === "boolean") return [Number(value)];
  if (typeof value === "string") {
    const number = Number.parseFloat(value);
    const word = value.trim().toLowerCase();
    return [number, word === "true" ? 1 : 0].filter((each) => !Number.isNaN(each));
  }
  return value === null ? [] : Object.values(value as object).flatMap(numbersIn);
}
