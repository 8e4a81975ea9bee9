/**
 * What goes wrong, as a scenario file says it: faults, which are something to be found, and labelled
 * noise, which is not. Both name whom they strike, when and for how long; the checks name what is
 * wrong with one.
 */
import { z } from "zod";
import { DEVICE_CLASSES, type DeviceClass, faultsOf, GROUP_FAULTS, noiseOf } from "./models/all.ts";
import { Duration, durationMs, Moment } from "./moments.ts";

export const Share = z.number().min(0).max(1);
export const Slug = z.enum(DEVICE_CLASSES);

/** Whom, when and how much. */
const STRIKE = {
  what: z.string(),
  class: Slug,
  /** How many devices, or cabinets and gateways where the fault is theirs. */
  count: z.int().positive().optional(),
  share: Share.optional(),
  assetIds: z.array(z.string()).min(1).optional(),
  /** Only devices on assets whose attributes hold these values. */
  only: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** How long; absent: to the end. */
  for: z.union([Duration, z.tuple([Duration, Duration])]).optional(),
  /** Again and again, with other devices. */
  every: Duration.optional(),
  /** The rule, without its class, whose alarm is to come of it: work on a device, or no city case. */
  expectsAlarm: z.string().min(1).optional(),
  /** So long after its beginning its case or alarm stands at the latest. */
  within: Duration.optional(),
  measurement: z.string().optional(),
  value: z.number().optional(),
  /** Of a clock-jump: how far the device's clock goes wrong, like -1d or 20m. */
  by: z
    .string()
    .regex(/^-?\d+(?:\.\d+)?[smhd]$/, "a duration with or without a minus, like -1d")
    .transform((text) => (text.startsWith("-") ? -durationMs(text.slice(1)) : durationMs(text)))
    .optional(),
};
const At = z.union([Moment, z.tuple([Moment, Moment])]);

/** What some kinds cannot do without. */
const NEEDS: Readonly<Record<string, readonly ("measurement" | "value" | "by")[]>> = {
  "sensor-spike": ["value"],
  "sensor-noisy": ["measurement", "value"],
  "radio-loss": ["value"],
  "clock-jump": ["by"],
};

type Issue = (path: string[], message: string) => void;

function checkStrike(
  spec: Pick<
    FaultSpec,
    "what" | "count" | "share" | "assetIds" | "measurement" | "value" | "by"
  > & {
    class: DeviceClass;
  },
  known: readonly string[],
  issue: Issue,
): void {
  const { what } = spec;
  if (!known.includes(what)) {
    issue(["what"], `one of ${known.join(", ")} for class ${spec.class}`);
  }
  const ways = [spec.count, spec.share, spec.assetIds].filter((way) => way !== undefined);
  if (ways.length !== 1) issue([], "exactly one of count, share and assetIds");
  if (spec.assetIds !== undefined && GROUP_FAULTS[what] !== undefined) {
    issue(["assetIds"], `count or share, since '${what}' takes a whole group`);
  }
  for (const need of NEEDS[what] ?? []) {
    if (spec[need] === undefined) issue([need], `'${need}' for ${what}`);
  }
}

export const FaultSpec = z
  .strictObject({
    ...STRIKE,
    at: At,
    /** The filing condition of the case that is to come of it; null: none. */
    expectsCase: z.string().min(1).nullable(),
    /** The whole group makes one case, on its cabinet or pump station. */
    oneCase: z.literal(true).optional(),
    /** Only devices that a noise profile of this label keeps off line from before until after it. */
    amid: z.string().optional(),
  })
  .superRefine((fault, context) => {
    const issue: Issue = (path, message) => context.addIssue({ code: "custom", path, message });
    checkStrike(fault, faultsOf(fault.class), issue);
    const carrier = GROUP_FAULTS[fault.what];
    if (fault.oneCase === true && (carrier === undefined || carrier === "gatewayId")) {
      issue(
        ["oneCase"],
        `no 'oneCase', since '${fault.what}' strikes nothing that hangs on one asset`,
      );
    }
    if (fault.amid !== undefined && (fault.for === undefined || carrier !== undefined)) {
      issue(["amid"], "'for', and a fault of single devices, with 'amid'");
    }
  });
export type FaultSpec = z.infer<typeof FaultSpec>;

/** Noise has no case: an alarm of noise alone is a false one, unless it is work on the device. */
export const NoiseProfile = z
  .strictObject({
    ...STRIKE,
    /** What false alarms are counted under. */
    label: z.string().regex(/^[a-z0-9-]{1,40}$/, "a label of a-z, 0-9 and -"),
    at: At.optional(),
    /** In each of the weather's showers, in place of `at` and `for`. */
    while: z.literal("rain").optional(),
  })
  .superRefine((profile, context) => {
    const issue: Issue = (path, message) => context.addIssue({ code: "custom", path, message });
    checkStrike(profile, noiseOf(profile.class), issue);
    if ((profile.at === undefined) === (profile.while === undefined)) {
      issue([], "exactly one of at and while");
    }
    if (profile.while !== undefined && (profile.for ?? profile.every) !== undefined) {
      issue(["while"], "no 'for' and no 'every' with 'while'");
    }
  });
export type NoiseProfile = z.infer<typeof NoiseProfile>;
