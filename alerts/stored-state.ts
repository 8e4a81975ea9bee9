/** A state of the alarm machine as it is saved: what older versions wrote stays readable. */
import { z } from "zod";
import type { AlarmMachineState } from "./alarm-states.ts";

export const StoredEvidence = z.strictObject({
  measurement: z.string(),
  value: z.number(),
  observedAt: z.int(),
  receivedAt: z.int(),
  flags: z.int(),
});

const Step = z.int().min(2).optional();

const standing = { raisedAt: z.int(), step: Step, normalSince: z.int().optional() };
const back = {
  raisedAt: z.int(),
  abnormalSince: z.int().optional(),
  evidence: StoredEvidence.optional(),
  step: Step,
};

const StoredState = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("normal") }),
  z.strictObject({
    state: z.literal("pending"),
    since: z.int(),
    evidence: StoredEvidence.optional(),
    step: Step,
  }),
  z.strictObject({
    state: z.literal("unacknowledged"),
    ...standing,
    remindedAt: z.int().optional(),
  }),
  z.strictObject({ state: z.literal("acknowledged"), ...standing }),
  z.strictObject({ state: z.literal("returned"), ...back }),
  z.strictObject({ state: z.literal("latched"), ...back, isAcknowledged: z.boolean() }),
]);

/** Our own rows: an absent optional of the schema is an absent property, as JSON left it. */
export function readState(text: string): AlarmMachineState {
  return StoredState.parse(JSON.parse(text)) as AlarmMachineState;
}

/** The same state is the same text, whichever way it came about. */
export function writtenState(state: AlarmMachineState): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
}
