/**
 * Frames of bytes by the scripts of their devices' decoders. A script runs elsewhere and answers later,
 * while decoding waits for nothing: before a batch is decoded, all its frames are asked for at once, and
 * the answers are at hand when their uplinks are. A batch without such devices asks nothing.
 */
import type { Instant } from "../model/clock.ts";
import type { DecodersView, KeptDecoder } from "../model/decoder.ts";
import { LIMITS } from "../model/limits.ts";
import type { DeviceEntry } from "../model/registry.ts";
import type { ScriptAnswer, ScriptAsk } from "./decoders/script-ask.ts";
import { isNested, quoted } from "./gateways/payload.ts";
import type { Mapped, MappingFault } from "./mapping/apply-mapping.ts";
import type { MappingOf } from "./mapping/payload-reader.ts";

/** What a device sent, as its network server or platform hands it on. */
export interface RawFrame {
  readonly bytes: Uint8Array;
  readonly fPort: number | undefined;
  /** When it was heard, by the server's clock. */
  readonly at: Instant | undefined;
}

export interface DeviceFrame {
  readonly entry: DeviceEntry;
  readonly frame: RawFrame;
}

/** By the script of the device's decoder; undefined: it has none. */
export type ReadFrame = (entry: DeviceEntry, frame: RawFrame) => Mapped | undefined;

/** One answer for each, in their order. */
export type RunScripts = (asks: readonly ScriptAsk[]) => Promise<readonly ScriptAnswer[]>;

/** What came of a decoder's script in a batch; its faults are its maker's, or somebody's who means harm. */
export interface ScriptRuns {
  readonly decoderId: string;
  readonly version: number;
  answered: number;
  faults: number;
  lastFault: string | undefined;
}

export interface FrameAnswers {
  readonly read: ReadFrame;
  readonly runs: readonly ScriptRuns[];
}

/** How a batch comes by what its frames hold. */
export interface FrameAsker {
  isNeeded(): boolean;
  isWanted(entry: DeviceEntry): boolean;
  ask(frames: readonly DeviceFrame[]): Promise<FrameAnswers>;
}

interface Deps {
  decoders: DecodersView;
  run: RunScripts;
  mappingOf: MappingOf;
}

type ScriptDecoder = KeptDecoder & { kind: "script" };
type Answer =
  | ScriptAnswer
  | { readonly kind: "given-up" }
  /** Nothing can be run at all, which is no fault of the script's. */
  | { readonly kind: "unrun"; readonly text: string };

interface Asked {
  readonly decoder: ScriptDecoder;
  readonly frame: RawFrame;
  answer?: Answer;
}

/** Where there is nothing to run scripts. */
export const nobodyRuns: RunScripts = async (asks) =>
  asks.map(() => ({ kind: "fault", reason: "crashed", text: "nothing here runs scripts" }));

export const NO_FRAME_ANSWERS: FrameAnswers = { read: () => undefined, runs: [] };

export function createFrameAsker(deps: Deps): FrameAsker {
  return {
    isNeeded: () => deps.decoders.hasScripts(),
    isWanted({ device }) {
      const decoder = scriptOf(device.decoder, deps.decoders);
      return decoder !== undefined && decoder.off === undefined;
    },
    ask: (frames) => askForFrames(frames, deps),
  };
}

async function askForFrames(
  frames: readonly DeviceFrame[],
  { decoders, run, mappingOf }: Deps,
): Promise<FrameAnswers> {
  const asked = new Map<string, Asked>();
  for (const { entry, frame } of frames) {
    const decoder = scriptOf(entry.device.decoder, decoders);
    if (decoder === undefined || decoder.off !== undefined || isTooLong(frame)) continue;
    asked.set(keyOf(entry, frame), { decoder, frame });
  }
  const runs = await runInRounds([...asked.values()], run);
  return {
    runs,
    read(entry, frame) {
      const decoder = scriptOf(entry.device.decoder, decoders);
      if (decoder?.off !== undefined) return refused("DECODER_OFF", offText(decoder));
      if (decoder !== undefined && isTooLong(frame)) {
        return refused("FRAME_INVALID", lengthText(frame));
      }
      const found = asked.get(keyOf(entry, frame));
      // Who got his decoder only while others were asked is read by it from the next batch on.
      if (found?.answer === undefined) return undefined;
      const answered = readAnswer(found.answer, found.decoder);
      if (answered.kind === "none") return { values: [], faults: [answered.fault] };
      return mappingOf(found.decoder, entry.asset.class)(answered.tree);
    },
  };
}

/**
 * A few of each decoder at first and more while it answers: one that does nothing but fail costs a batch
 * no more time than so many failures.
 */
async function runInRounds(all: readonly Asked[], run: RunScripts): Promise<ScriptRuns[]> {
  const queues = new Map<ScriptDecoder, { waiting: Asked[]; size: number; runs: ScriptRuns }>();
  for (const each of all) {
    const { decoder } = each;
    const queue = queues.get(decoder);
    if (queue !== undefined) queue.waiting.push(each);
    else queues.set(decoder, { waiting: [each], size: FIRST_ROUND, runs: noRuns(decoder) });
  }
  for (;;) {
    const round = [...queues.values()].flatMap(({ waiting, size, runs }) =>
      waiting.splice(0, size).map((asked) => ({ asked, runs })),
    );
    if (round.length === 0) break;
    const answers = await answersOf(
      run,
      round.map(({ asked }) => askOf(asked)),
    );
    for (const [index, { asked, runs }] of round.entries()) {
      asked.answer = answers[index] ?? UNANSWERED;
      count(runs, asked.answer);
    }
    for (const queue of queues.values()) {
      queue.size = Math.min(queue.size * 2, ROUND_MAX);
      if (queue.runs.faults < LIMITS.decoderFaultsMax) continue;
      for (const asked of queue.waiting.splice(0)) asked.answer = { kind: "given-up" };
    }
  }
  return [...queues.values()].map(({ runs }) => runs);
}

/** Uplinks that are put aside can be tried again; a batch that waits for a sandbox stops them all. */
async function answersOf(run: RunScripts, asks: readonly ScriptAsk[]): Promise<readonly Answer[]> {
  try {
    return await run(asks);
  } catch (error) {
    return asks.map(() => ({ kind: "unrun", text: String(error) }));
  }
}

const UNANSWERED: ScriptAnswer = { kind: "fault", reason: "crashed", text: "it never answered" };
const FIRST_ROUND = LIMITS.decoderFaultsMax;
const ROUND_MAX = 1_000;

function noRuns({ decoderId, version }: KeptDecoder): ScriptRuns {
  return { decoderId, version, answered: 0, faults: 0, lastFault: undefined };
}

function count(runs: ScriptRuns, answer: Answer): void {
  if (answer.kind === "fault") {
    runs.faults += 1;
    runs.lastFault = `${answer.reason}: ${answer.text}`;
  } else if (answer.kind !== "unrun") runs.answered += 1;
}

function askOf({ decoder, frame }: Asked): ScriptAsk {
  const { decoderId, version, script: source } = decoder;
  return { decoderId, version, source, call: "decodeUplink", input: inputOf(frame) };
}

/** As TS013 says it. */
export function inputOf({ bytes, fPort, at }: RawFrame): object {
  return {
    bytes: [...bytes],
    fPort: fPort ?? 0,
    ...(at === undefined ? {} : { recvTime: new Date(at).toISOString() }),
  };
}

export type AnswerRead =
  | { readonly kind: "tree"; readonly tree: object; readonly warnings: readonly string[] }
  | { readonly kind: "none"; readonly fault: MappingFault };

/** The tree that a script answered, or why it is put aside. */
export function readAnswer(answer: Answer, decoder: Pick<KeptDecoder, "decoderId">): AnswerRead {
  const who = `decoder '${decoder.decoderId}'`;
  switch (answer.kind) {
    case "answered":
      return isNested(answer.output)
        ? { kind: "tree", tree: answer.output, warnings: answer.warnings }
        : none("DECODER_FAILED", `${who} answered ${quoted(answer.output)}; wanted an object`);
    case "errors":
      return none("DECODER_REFUSED", `${who} says: ${shortened(answer.errors.join("; "))}`);
    case "fault":
      return none("DECODER_FAILED", `${who}: ${answer.reason}: ${shortened(answer.text)}`);
    case "unrun":
      return none("DECODER_FAILED", `${who} could not be run: ${shortened(answer.text)}`);
    case "given-up":
      return none(
        "DECODER_FAILED",
        `${who} failed ${LIMITS.decoderFaultsMax} times just before and was not asked again`,
      );
  }
}

function none(reason: MappingFault["reason"], text: string): AnswerRead {
  return { kind: "none", fault: { reason, text } };
}

const TEXT_LENGTH_MAX = 300;

function shortened(text: string): string {
  return text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}…` : text;
}

function refused(reason: MappingFault["reason"], text: string): Mapped {
  return { values: [], faults: [{ reason, text }] };
}

function offText({ decoderId, off }: KeptDecoder): string {
  const since = off === undefined ? "" : new Date(off.at).toISOString();
  return `decoder '${decoderId}' is off since ${since} (${shortened(off?.reason ?? "")}); put a corrected one`;
}

function isTooLong({ bytes }: RawFrame): boolean {
  return bytes.length > LIMITS.decoderFrameBytesMax;
}

function lengthText({ bytes }: RawFrame): string {
  return `the frame has ${bytes.length} bytes; a decoder is given up to ${LIMITS.decoderFrameBytesMax}`;
}

function scriptOf(name: string | undefined, decoders: DecodersView): ScriptDecoder | undefined {
  const found = name === undefined ? undefined : decoders.get(name);
  return found?.kind === "script" ? found : undefined;
}

/** The same frame of the same device is one question, however often it is read. */
function keyOf({ device }: DeviceEntry, { bytes, fPort, at }: RawFrame): string {
  return `${device.deviceId} ${fPort ?? ""} ${at ?? ""} ${Buffer.from(bytes).toString("base64")}`;
}
