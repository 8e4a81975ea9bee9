/**
 * How long what a device said last stands for how things are: as long as it may say nothing, by the
 * longest of its rules of silence, and where it has none for a few report periods of its class. Pure.
 */
import type { AssetClass } from "../model/asset-class.ts";
import type { DurationMs } from "../model/clock.ts";
import { usualHeldMs } from "./compound-compile.ts";
import type { JudgedDevice } from "./devices.ts";
import { silentAfterMs } from "./rule-evaluation.ts";

export function standsMs(
  { rules, transport, asset }: Pick<JudgedDevice, "rules" | "transport" | "asset">,
  classes: readonly AssetClass[],
): DurationMs {
  const silences = rules.silence.map((rule) => silentAfterMs(rule, transport));
  if (silences.length > 0) return Math.max(...silences);
  const { reportPeriodMs = 0 } = classes.find(({ slug }) => slug === asset.class) ?? {};
  return usualHeldMs(reportPeriodMs, "instant");
}
