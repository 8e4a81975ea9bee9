/**
 * Questions to scripts of decoders, a few at first and more while they are answered in time: a script
 * that only fails, or is slow without failing, is given up before it costs a batch more than a moment,
 * and costs no other decoder an answer. The clock that is handed in measures nothing but that.
 */
import type { KeptDecoder } from "../model/decoder.ts";
import { LIMITS } from "../model/limits.ts";
import { RunnerClosed, type ScriptAnswer, type ScriptAsk } from "./decoders/script-ask.ts";

/** One answer for each, in their order. */
export type RunScripts = (asks: readonly ScriptAsk[]) => Promise<readonly ScriptAnswer[]>;

export type ScriptDecoder = KeptDecoder & { kind: "script" };

export type Answer =
  | ScriptAnswer
  | { readonly kind: "given-up"; readonly why: string }
  /** Nothing can be run at all, which is no fault of the script's. */
  | { readonly kind: "unrun"; readonly text: string };

/** What came of a decoder's script in a batch; its faults are its maker's, or somebody's who means harm. */
export interface ScriptRuns {
  readonly decoderId: string;
  readonly version: number;
  answered: number;
  faults: number;
  /** Of these, frames that the script threw at: that costs nobody else anything. */
  throws: number;
  lastFault: string | undefined;
  readonly devices: Map<string, FramesOfDevice>;
}

/** What came of a device's frames in a batch. */
export interface FramesOfDevice {
  /** Frames that could not be read since the last one that was. */
  unread: number;
  /** Some were read; also as nothing, where the script says so. */
  wasRead: boolean;
  /** Some nobody was asked for: nothing could be run, or the script was given up. */
  wasUnasked: boolean;
}

export interface Question {
  readonly decoder: ScriptDecoder;
  readonly deviceId: string;
  /** Of TS013. */
  readonly input: object;
  answer?: Answer;
}

export interface RoundDeps {
  run: RunScripts;
  /** Of the wall. */
  nowMs(): number;
}

/** Where there is nothing to run scripts. */
export const nobodyRuns: RunScripts = async (asks) =>
  asks.map(() => ({ kind: "fault", reason: "crashed", text: "nothing here runs scripts" }));

const FIRST_ROUND: number = LIMITS.decoderFaultsMax;
const ROUND_MAX = 1_000;
const UNANSWERED: ScriptAnswer = { kind: "fault", reason: "crashed", text: "it never answered" };
const FAILED_WHY = `failed ${LIMITS.decoderFaultsMax} times just before`;
const SLOW_WHY = `took more than ${LIMITS.decoderBatchMsMax} ms of one batch`;

/** Puts the answers into the questions, one decoder after another. */
export async function askInRounds(
  questions: readonly Question[],
  deps: RoundDeps,
): Promise<ScriptRuns[]> {
  const byDecoder = new Map<ScriptDecoder, Question[]>();
  for (const question of questions) {
    const others = byDecoder.get(question.decoder);
    if (others === undefined) byDecoder.set(question.decoder, [question]);
    else others.push(question);
  }
  const all: ScriptRuns[] = [];
  for (const [decoder, waiting] of byDecoder) all.push(await askDecoder(decoder, waiting, deps));
  return all;
}

async function askDecoder(
  { decoderId, version, script: source }: ScriptDecoder,
  questions: readonly Question[],
  { run, nowMs }: RoundDeps,
): Promise<ScriptRuns> {
  const runs: ScriptRuns = {
    decoderId,
    version,
    answered: 0,
    faults: 0,
    throws: 0,
    lastFault: undefined,
    devices: new Map(),
  };
  let spentMs = 0;
  for (let next = 0, size = FIRST_ROUND; next < questions.length; ) {
    const round = questions.slice(next, next + size);
    const about = { decoderId, version, source, call: "decodeUplink" } as const;
    const begunMs = nowMs();
    const answers = await answersOf(
      run,
      round.map(({ input }) => ({ ...about, input })),
    );
    spentMs += nowMs() - begunMs;
    for (const [index, question] of round.entries()) {
      question.answer = answers[index] ?? UNANSWERED;
      count(runs, question.answer);
    }
    next += round.length;
    const isSlow = spentMs > LIMITS.decoderBatchMsMax;
    if (isSlow || isFailing(runs)) {
      giveUp(questions.slice(next), runs, isSlow);
      break;
    }
    size = spentMs > LIMITS.decoderBatchMsMax / 4 ? FIRST_ROUND : Math.min(2 * size, ROUND_MAX);
  }
  for (const question of questions) countDevice(runs.devices, question);
  return runs;
}

function countDevice(
  devices: ScriptRuns["devices"],
  { deviceId, answer = UNANSWERED }: Question,
): void {
  const known = devices.get(deviceId) ?? { unread: 0, wasRead: false, wasUnasked: false };
  const { kind } = answer;
  if (kind === "answered" || kind === "errors") {
    devices.set(deviceId, { unread: 0, wasRead: true, wasUnasked: false });
    return;
  }
  known.unread += 1;
  if (kind !== "fault") known.wasUnasked = true;
  devices.set(deviceId, known);
}

/** As it is switched off: in a large batch a few bad frames are no reason to leave the others out. */
function isFailing({ faults, throws, answered }: ScriptRuns): boolean {
  return faults - throws - answered / LIMITS.decoderAnswersPerFault >= LIMITS.decoderFaultsMax;
}

/** Whoever is slow fails with each frame that could not be waited for. */
function giveUp(left: readonly Question[], runs: ScriptRuns, isSlow: boolean): void {
  const why = isSlow ? SLOW_WHY : FAILED_WHY;
  for (const question of left) question.answer = { kind: "given-up", why };
  if (!isSlow || left.length === 0) return;
  runs.faults += left.length;
  runs.lastFault = `time: it ${SLOW_WHY}`;
}

/**
 * Uplinks that are put aside can be tried again; a batch that waits for a sandbox stops them all. Only where
 * the platform stops is it better that they wait in the journal.
 * @throws RunnerClosed then
 */
async function answersOf(run: RunScripts, asks: readonly ScriptAsk[]): Promise<readonly Answer[]> {
  try {
    return await run(asks);
  } catch (error) {
    if (error instanceof RunnerClosed) throw error;
    return asks.map(() => ({ kind: "unrun", text: String(error) }));
  }
}

function count(runs: ScriptRuns, answer: Answer): void {
  if (answer.kind === "fault") {
    runs.faults += 1;
    if (answer.reason === "threw") runs.throws += 1;
    runs.lastFault = `${answer.reason}: ${answer.text}`;
  } else if (answer.kind !== "unrun") runs.answered += 1;
}
