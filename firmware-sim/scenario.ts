/**
 * A scenario is a data file: which devices, how often they report, what goes wrong with whom and when,
 * the weather, the noise of sensors and of transport. Anyone can write one; it is checked as a whole
 * when loaded, and every fault of it is named with its path, what was wanted and what was got.
 */
import { readdirSync, readFileSync } from "node:fs";
import { z } from "zod";
import { FaultSpec, NoiseProfile, Share, Slug } from "./fault-spec.ts";
import { OFF_LINE } from "./models/all.ts";
import { Duration, Moment } from "./moments.ts";

export const Scenario = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9-]{1,64}$/, "a name of a-z, 0-9 and -"),
    title: z.strictObject({ zh: z.string(), en: z.string() }),
    about: z.string(),
    /** `county`: all of it; or so many devices of each class, and further components without. */
    fleet: z.union([
      z.literal("county"),
      z.strictObject({
        devices: z.partialRecord(Slug, z.int().positive()),
        components: z.int().min(0),
        /** Other than the county's own, about 60. */
        lampsPerCabinet: z.int().positive().optional(),
        /** Other than the county's own 50. */
        binsPerGateway: z.int().positive().optional(),
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
    /** What sensors, radios and the street do although nothing is wrong; each under its label. */
    noiseProfiles: z.array(NoiseProfile).default([]),
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
  })
  .superRefine(({ faults, noiseProfiles }, context) => {
    const labels = noiseProfiles.filter(({ what }) => OFF_LINE.has(what)).map(({ label }) => label);
    for (const [index, { amid }] of faults.entries()) {
      if (amid === undefined || labels.includes(amid)) continue;
      const message = `the label of a noise profile that keeps devices off line: ${labels.join(", ") || "there is none"}`;
      context.addIssue({ code: "custom", path: ["faults", index, "amid"], message });
    }
  });
export type Scenario = z.infer<typeof Scenario>;

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
