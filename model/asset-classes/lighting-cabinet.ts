/**
 * Lighting cabinets (路灯配电箱): where the lamps of some streets get their current. Mains, three
 * feeders, what leaks from them, and the door. Code 2104 of the extension 大类 21.
 * `voltageV` and `isPowered` are those of the mains before the contactors, thus the same day and night.
 */
import { MINUTE_MS } from "../clock.ts";
import {
  atLeast,
  below,
  DEFAULT_HOLD,
  declareClass,
  numeric,
  outOfRange,
  type RuleDeclaration,
  when,
  yesNo,
} from "./declare-class.ts";
import { LIGHTING_WINDOW, voltageRules } from "./lighting.ts";

const FEEDERS = [1, 2, 3] as const;

const feederCurrent = (feeder: number) => `feeder${feeder}A`;

/**
 * A feeder without current while its lamps should be lit. Binds the feeders whose rated current the
 * cabinet names, as `feeder1RatedA`: of a spare one 0 A is right.
 */
function feederLost(feeder: number): RuleDeclaration {
  const ofRated = (times: number) => ({ attribute: `feeder${feeder}RatedA`, times });
  return {
    name: `feeder-${feeder}-lost`,
    title: { zh: `第${feeder}回路夜间无电流`, en: `No current in feeder ${feeder} at night` },
    condition: below(feederCurrent(feeder), ofRated(0.1), ofRated(0.2)),
    during: LIGHTING_WINDOW,
    onDelayMs: 10 * MINUTE_MS,
    offDelayMs: 10 * MINUTE_MS,
    severity: "major",
    conditionId: "feeder-outage",
    source:
      "own default after the lamp that is off: below 10 % of the rated current for 10 min or more",
  };
}

export const lightingCabinet = declareClass({
  slug: "lighting-cabinet",
  title: { zh: "路灯配电箱", en: "Lighting cabinet" },
  componentCategories: ["2104"],
  measurements: [
    ...FEEDERS.map((feeder) =>
      numeric(feederCurrent(feeder), "A", [0, 1000], 1, {
        zh: `第${feeder}回路电流`,
        en: `Current of feeder ${feeder}`,
      }),
    ),
    yesNo("doorOpen", { zh: "箱门打开", en: "Door open" }),
    // Of the feeder that leaks most.
    numeric("leakageMa", "mA", [0, 5000], 1, { zh: "漏电流", en: "Leakage current" }),
    numeric("powerW", "W", [0, 500_000], 0, { zh: "有功功率", en: "Power" }),
    numeric("voltageV", "V", [0, 500], 1, { zh: "进线电压", en: "Mains voltage" }),
    yesNo("isPowered", { zh: "进线有电", en: "Mains there" }),
  ],
  reportPeriodMs: 15 * MINUTE_MS,
  rules: [
    {
      name: "mains-lost",
      title: { zh: "配电箱失电", en: "Mains lost" },
      condition: when("isPowered", false),
      onDelayMs: MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "major",
      conditionId: "feeder-outage",
      explains: [
        { family: "unlit", waitMs: 0 },
        { family: "silent", waitMs: 0 },
      ],
      source: "own default: 1 min, longer than the grid takes to switch over",
    },
    {
      name: "lamps-dark",
      title: { zh: "多盏路灯同时熄灭", en: "Many of its lamps dark" },
      condition: {
        kind: "children",
        family: "unlit",
        countMin: 5,
        shareMin: 0.2,
        windowMs: 20 * MINUTE_MS,
      },
      onDelayMs: 0,
      offDelayMs: 5 * MINUTE_MS,
      severity: "major",
      conditionId: "feeder-outage",
      source:
        "own default: a fifth of the lamps, since a cabinet has about three feeders; within one report of each lamp",
    },
    {
      name: "lamps-silent",
      title: { zh: "多盏路灯同时失联", en: "Many of its lamps silent" },
      condition: {
        kind: "children",
        family: "silent",
        countMin: 5,
        shareMin: 0.5,
        windowMs: 20 * MINUTE_MS,
      },
      onDelayMs: 0,
      offDelayMs: 5 * MINUTE_MS,
      severity: "notice",
      isDeviceFault: true,
      source: "own default: half of the lamps at once is what they speak through, not each of them",
    },
    ...FEEDERS.map(feederLost),
    {
      name: "leakage-notice",
      title: { zh: "回路漏电流升高", en: "Leakage of a feeder rising" },
      condition: atLeast("leakageMa", 100, 80),
      onDelayMs: 5 * MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "warning",
      source: "100 to 300 mA for one feeder: from the lower end a warning",
    },
    {
      name: "leakage",
      title: { zh: "回路漏电", en: "Feeder leaks current" },
      condition: atLeast("leakageMa", 300, 240),
      onDelayMs: 0,
      offDelayMs: 5 * MINUTE_MS,
      severity: "critical",
      lifeSafety: true,
      latch: true,
      conditionId: "feeder-leakage",
      source: "100 to 300 mA for one feeder: at the upper end a danger to whoever touches a pole",
    },
    {
      name: "door-open",
      title: { zh: "配电箱箱门未关闭", en: "Cabinet door left open" },
      condition: when("doorOpen", true),
      onDelayMs: 30 * MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "warning",
      conditionId: "cabinet-open",
      source:
        "own default: 30 min, longer than switching takes; for longer work the cabinet is put out of service",
    },
    ...voltageRules(),
    outOfRange("powerW", "power-meter", { zh: "功率计量异常", en: "Power meter at fault" }),
  ],
  conditions: [
    {
      conditionId: "feeder-outage",
      kind: "component",
      categoryCode: "",
      title: { zh: "路灯线路停电", en: "Feeder outage" },
      closing: { zh: "恢复供电，全线亮灯", en: "Power restored, the lamps of the line lit" },
      limit: { value: 1, unit: "working-day" },
      filing: "immediate",
      lifeSafety: false,
      hold: { kind: "evening", until: "22:00" },
      source: "own default: half of what one dark lamp has (Yuncheng, component 0137: 2 days)",
    },
    {
      conditionId: "feeder-leakage",
      kind: "component",
      categoryCode: "",
      title: { zh: "路灯线路漏电", en: "Feeder leaking" },
      closing: { zh: "断电、修复", en: "Cut off, repaired" },
      limit: { value: 1, unit: "working-day" },
      filing: "immediate",
      lifeSafety: true,
      hold: DEFAULT_HOLD,
      source: "own default after the filing table of Yuncheng, component 0137: bare wires",
    },
    {
      conditionId: "cabinet-open",
      kind: "component",
      categoryCode: "",
      title: { zh: "配电箱箱门未关闭", en: "Cabinet door open" },
      closing: { zh: "恢复", en: "Restored" },
      limit: { value: 1, unit: "working-day" },
      filing: "review",
      lifeSafety: false,
      hold: DEFAULT_HOLD,
      source: "own default after the filing table of Yuncheng, component 0305: doors left open",
    },
  ],
  hazards: [],
  retentionDays: 365,
});
