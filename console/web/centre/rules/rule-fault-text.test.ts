import { afterEach, beforeEach, expect, test } from "vitest";
import { RULE_WANTS, type RuleFault, ruleFault } from "../../../../model/rule-fault.ts";
import { knowClasses } from "../../shared/catalogue.ts";
import { language } from "../../shared/language.ts";
import type { ClassInfo } from "../../shared/platform-types.ts";
import { ruleFaultText } from "./rule-fault-text.ts";
import { sayWant } from "./rule-fault-words.ts";

const COVER = {
  slug: "manhole-cover",
  title: { zh: "井盖", en: "Manhole cover" },
  conditions: [],
  measurements: [{ name: "tiltDeg", title: { zh: "倾角", en: "Tilt" } }],
} as unknown as ClassInfo;

beforeEach(() => {
  language.value = "zh";
});
afterEach(() => {
  language.value = "zh";
  knowClasses([]);
});

test("whatever a rule may be told to say has its words in both languages", () => {
  expect(Object.keys(sayWant.words).sort()).toEqual(Object.keys(RULE_WANTS).sort());
  for (const { zh } of Object.values(sayWant.words)) expect(zh).toMatch(/[\u4e00-\u9fff]|^0/);
});

const kind = ruleFault("condition.kind", "limit-of-number", { measurement: "tiltDeg" }, "boolean");
const range = { min: 0, max: 1000, unit: "" };

test.each<[string, RuleFault, string, string]>([
  [
    "a choice, and a measurement by its title",
    kind,
    "应为：“限值”，因为“倾角”是数值；现为：开关量",
    "wanted 'limit', since Tilt is a number, got yes or no",
  ],
  [
    "a class by its title and the nearest name",
    {
      ...ruleFault("condition.measurement", "measurement", { class: "manhole-cover" }, "tilt"),
      nearest: "tiltDeg",
    },
    "应为：“井盖”的指标；现为：tilt 是不是 tiltDeg？",
    "wanted a measurement of class 'Manhole cover', got tilt Did you mean tiltDeg?",
  ],
  [
    "the beginning of an id as it is written",
    ruleFault("ruleId", "id-of-class", { class: "manhole-cover" }, "lid.open"),
    "应为：以“manhole-cover.”开头的名称；现为：lid.open",
    "wanted 'manhole-cover.' and a name, got lid.open",
  ],
  [
    "a severity by its word",
    ruleFault("severity", "milder-than-first-step", { severity: "major" }, "critical"),
    "应为：比第一级“严重”轻；现为：特别严重",
    "wanted less severe than the first step, major, got critical",
  ],
  [
    "a range without a unit",
    ruleFault("condition.raise", "within-range", range, "2000"),
    "应为：在指标量程之内，0 至 1000；现为：2000",
    "wanted within the measurement's range, 0 to 1000, got 2000",
  ],
  [
    "what the platform says of the field in its own words, without those",
    ruleFault("count", "life-safety-count", {}, "2 of 3"),
    "应为：不填，因为人身安全第一条读数就报警",
    "wanted none, since life safety is raised by the first reading",
  ],
])("%s", (_what, fault, zh, en) => {
  knowClasses([COVER]);
  expect(ruleFaultText(fault, "manhole-cover")).toBe(zh);
  language.value = "en";
  expect(ruleFaultText(fault, "manhole-cover")).toBe(en);
});

test("a want that a newer platform has is told as it says it", () => {
  const newer = { ...kind, reason: "toString" } as never;
  expect(ruleFaultText(newer, undefined)).toBe(
    "应为：'limit', since tiltDeg is a number；现为：开关量",
  );
});
