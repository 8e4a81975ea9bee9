/**
 * A device's twin: how it should be set (wanted, by people), how it says it is set (reported, by itself),
 * and what of the first is not yet so. Flat: names with texts, numbers and booleans. Pure.
 */
import { z } from "zod";
import type { Instant } from "./clock.ts";
import { LIMITS } from "./limits.ts";

const Name = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, "1 to 64 of A-Z a-z 0-9 _ . -");
const Scalar = z.union([
  z.string().max(LIMITS.twinTextLengthMax),
  z.number().refine(Number.isFinite, "a finite number"),
  z.boolean(),
]);

export const TwinState = z
  .record(Name, Scalar)
  .refine((state) => Object.keys(state).length <= LIMITS.twinFieldsMax, {
    error: `at most ${LIMITS.twinFieldsMax} fields`,
  });
export type TwinState = z.infer<typeof TwinState>;

export interface DeviceTwin {
  readonly wanted: TwinState;
  readonly reported: TwinState;
  /** How often each was set; 0: never. */
  readonly versions: { readonly wanted: number; readonly reported: number };
  readonly wantedAt?: Instant;
  readonly wantedBy?: string;
  readonly reportedAt?: Instant;
}

/** What is wanted and not reported so, with the wanted values. */
export function deltaOf({ wanted, reported }: Pick<DeviceTwin, "wanted" | "reported">): TwinState {
  const isOpen = ([name, value]: [string, unknown]): boolean => reported[name] !== value;
  return Object.fromEntries(Object.entries(wanted).filter(isOpen));
}
