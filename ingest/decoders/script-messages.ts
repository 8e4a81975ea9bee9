/** What the runner of scripts and its thread say to each other. */
import type { ScriptAnswer, ScriptAsk } from "./script-ask.ts";

/** A source is sent once and then goes by a number. */
export interface RunMessage {
  learn: readonly { script: number; source: string }[];
  forget: readonly number[];
  asks: readonly { script: number; call: ScriptAsk["call"]; input: unknown }[];
  /** Scripts that ran out of time in this round before, and how often. */
  late: ReadonlyMap<number, number>;
}

/** The answers to one message, in its order. */
export type RanMessage = readonly ScriptAnswer[];

export interface ScriptThreadData {
  /** One whole number: which ask is being run, from 1 on; 0 is none. */
  progress: SharedArrayBuffer;
}
