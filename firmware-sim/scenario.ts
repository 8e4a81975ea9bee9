/**
 * A scenario is a data file: which devices, how often they report, what goes wrong with whom and when,
 * the weather, the noise of sensors and of transport. Anyone can write one; it is checked as a whole
 * when loaded, and every fault of it is named with its path, what was wanted and what was got.
 */
import { readdirSync, readFileSync } from "node:fs";
import { z } from "zod";
import { DAY_MS, type DurationMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../model/clock.ts";
import { DEVICE_CLASSES, faultsOf, GROUP_FAULTS } from "./models/all.ts";

const UNIT_MS: Record<string, number> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};

const DURATION = /^(\d+(?:\.\d+)?)([smhd])$/;
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;

const Duration = z
  .string()
  .regex(DURATION, "a duration like 90s, 10m, 2h or 1d")
  .transform((text) => durationMs(text));

/** After the scenario's start, at a local time of day, or anywhere between two such. */
const Moment = z
  .string()
  .refine(
    (text) => DURATION.test(text) || TIME_OF_DAY.test(text),
    "a duration after the start like 10m, or a local time of day like 02:30",
  );
const Share = z.number().min(0).max(1);
const Slug = z.enum(DEVICE_CLASSES);

const FaultSpec = z
  .strictObject({
    what: z.string(),
    class: Slug,
    /** How many devices, or cabinets and gateways where the fault is theirs. */
    count: z.int().positive().optional(),
    share: Share.optional(),
    assetIds: z.array(z.string()).min(1).optional(),
    /** Only devices on assets whose attributes hold these values. */
    only: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    at: z.union([Moment, z.tuple([Moment, Moment])]),
    /** How long; absent: to the end. */
    for: z.union([Duration, z.tuple([Duration, Duration])]).optional(),
    /** Again and again, with other devices. */
    every: Duration.optional(),
    /** The filing condition of the case that is to come of it; null: none. */
    expectsCase: z.string().min(1).nullable(),
    /** So long after its beginning the case stands at the latest. */
    within: Duration.optional(),
    measurement: z.string().optional(),
    value: z.number().optional(),
    /** Of a clock-jump: how far the device's clock goes wrong, like -1d or 20m. */
    by: z
      .string()
      .regex(/^-?\d+(?:\.\d+)?[smhd]$/, "a duration with or without a minus, like -1d")
      .transform((text) => (text.startsWith("-") ? -durationMs(text.slice(1)) : durationMs(text)))
      .optional(),
  })
  .superRefine((fault, context) => {
    const known = [...faultsOf(fault.class)];
    if (!known.includes(fault.what)) {
      const message = `one of ${known.join(", ")} for class ${fault.class}`;
      context.addIssue({ code: "custom", path: ["what"], message });
    }
    const ways = [fault.count, fault.share, fault.assetIds].filter((way) => way !== undefined);
    if (ways.length !== 1) {
      const message = "exactly one of count, share and assetIds";
      context.addIssue({ code: "custom", path: [], message });
    }
    if (fault.assetIds !== undefined && GROUP_FAULTS[fault.what] !== undefined) {
      const message = `count or share, since '${fault.what}' takes a whole group`;
      context.addIssue({ code: "custom", path: ["assetIds"], message });
    }
    const needs = { "sensor-spike": "value", "clock-jump": "by" } as const;
    const need = needs[fault.what as keyof typeof needs];
    if (need !== undefined && fault[need] === undefined) {
      context.addIssue({ code: "custom", path: [need], message: `'${need}' for ${fault.what}` });
    }
  });
export type FaultSpec = z.infer<typeof FaultSpec>;

export const Scenario = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,64}$/, "a name of a-z, 0-9 and -"),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
  about: z.string(),
  /** `county`: all of it; or so many devices of each class, and further components without. */
  fleet: z.union([
    z.literal("county"),
    z.strictObject({
      devices: z.partialRecord(Slug, z.int().positive()),
      components: z.int().min(0),
    }),
  ]),
  /** A clock that suits it and how long it takes, for whoever chooses none. */
  suggested: z.strictObject({ clock: z.string(), duration: Duration }),
  /** Other than the class's usual times between reports. */
  rates: z.partialRecord(Slug, Duration).default({}),
  weather: z
    .strictObject({
      warmerByC: z.number().min(-30).max(30).default(0),
      rain: z
        .array(z.strictObject({ at: Moment, for: Duration, mmPerHour: z.number().positive() }))
        .default([]),
    })
    .default({ warmerByC: 0, rain: [] }),
  faults: z.array(FaultSpec),
  /** Factor on the noise of every sensor. */
  noise: z.number().min(0).max(20).default(1),
  transport: z
    .strictObject({
      /** Of the messages, so many are sent twice. */
      duplicateShare: Share.default(0),
      /** Of the reports, so many are held back and come later as one batch. */
      lateBatches: z.strictObject({ share: Share, heldFor: Duration }).optional(),
      /** Of the devices, so many have a clock that is wrong by up to so much. */
      skew: z.strictObject({ share: Share, upTo: Duration }).optional(),
      /** Sessions that the broker keeps for devices while they are away. */
      keepsSessions: z.boolean().default(false),
    })
    .default({ duplicateShare: 0, keepsSessions: false }),
});
export type Scenario = z.infer<typeof Scenario>;

export function durationMs(text: string): DurationMs {
  const [, value, unit] = DURATION.exec(text) ?? [];
  return Number(value) * (UNIT_MS[unit ?? ""] ?? Number.NaN);
}

/** What is wrong with a scenario file; `faults` has a line for each. */
export class ScenarioError extends Error {
  readonly faults: readonly string[];
  constructor(file: string, faults: readonly string[]) {
    super(`scenario '${file}' is not usable:\n  ${faults.join("\n  ")}`);
    this.name = "ScenarioError";
    this.faults = faults;
  }
}

/** @throws ScenarioError with every fault found. */
export function parseScenario(text: string, file: string): Scenario {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new ScenarioError(file, [`it is not JSON: ${(error as Error).message}`]);
  }
  const parsed = Scenario.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new ScenarioError(
    file,
    parsed.error.issues.map((issue) => faultLine(issue, data)),
  );
}

const FOLDER = new URL("./scenarios/", import.meta.url);

export function scenarioNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/** @throws ScenarioError when there is none of this name, or it has faults. */
export function loadScenario(name: string): Scenario {
  const names = scenarioNames();
  if (!names.includes(name)) {
    throw new ScenarioError(name, [`there is no such scenario; there are ${names.join(", ")}`]);
  }
  return parseScenario(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"), `${name}.json`);
}

function faultLine(issue: z.core.$ZodIssue, data: unknown): string {
  const got = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    data,
  );
  const path = issue.path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
  const shown = got === undefined ? "nothing" : JSON.stringify(got).slice(0, 120);
  return `${path || "the file"}: wanted ${wantedBy(issue)}, got ${shown}`;
}

function wantedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "unrecognized_keys":
      return `no field ${issue.keys.map((key) => `'${key}'`).join(", ")}`;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_type":
      return issue.expected;
    case "too_small":
      return `at least ${issue.minimum}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}
