/**
 * Frames of bytes by the scripts of their devices' decoders. A script runs elsewhere and answers later,
 * while decoding waits for nothing: before a batch is decoded, all its frames are asked for at once, and
 * the answers are at hand when their uplinks are. A batch without such devices asks nothing.
 */
import type { Instant } from "../model/clock.ts";
import type { Decoder, DecodersView, KeptDecoder } from "../model/decoder.ts";
import { LIMITS } from "../model/limits.ts";
import { isNested } from "../model/nesting.ts";
import type { DeviceEntry } from "../model/registry.ts";
import { quoted } from "./gateways/payload.ts";
import type { Mapped, MappingFault } from "./mapping/apply-mapping.ts";
import type { MappingOf } from "./mapping/payload-reader.ts";
import {
  type Answer,
  askInRounds,
  type Question,
  type RoundDeps,
  type ScriptDecoder,
  type ScriptRuns,
} from "./script-rounds.ts";

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

interface Deps extends RoundDeps {
  decoders: DecodersView;
  mappingOf: MappingOf;
}

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

async function askForFrames(frames: readonly DeviceFrame[], deps: Deps): Promise<FrameAnswers> {
  const { decoders, mappingOf } = deps;
  const asked = new Map<string, Question>();
  const askedOf = new Set<string>();
  for (const { entry, frame } of frames) {
    const decoder = scriptOf(entry.device.decoder, decoders);
    if (decoder === undefined || decoder.off !== undefined || isTooLong(frame)) continue;
    const { deviceId } = entry.device;
    asked.set(keyOf(entry, frame), { decoder, deviceId, input: inputOf(frame) });
    askedOf.add(deviceId);
  }
  const runs = await askInRounds([...asked.values()], deps);
  return {
    runs,
    read(entry, frame) {
      const decoder = scriptOf(entry.device.decoder, decoders);
      if (decoder?.off !== undefined) return refused("DECODER_OFF", offText(decoder));
      if (decoder !== undefined && isTooLong(frame)) {
        return refused("FRAME_INVALID", lengthText(frame));
      }
      // Most devices have no script; the key of a frame is not made for nothing.
      if (!askedOf.has(entry.device.deviceId)) return undefined;
      const found = asked.get(keyOf(entry, frame));
      // Who got his decoder only while others were asked is read by it from the next batch on.
      if (found?.answer === undefined) return undefined;
      const answered = readAnswer(found.answer, found.decoder);
      if (answered.kind === "none") return { values: [], faults: [answered.fault] };
      return mappingOf(found.decoder, entry.asset.class)(answered.tree);
    },
  };
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
  | { readonly kind: "tree"; readonly tree: unknown; readonly warnings: readonly string[] }
  | { readonly kind: "none"; readonly fault: MappingFault };

/** The tree that a script answered, or why it is put aside. */
export function readAnswer(answer: Answer, decoder: Decoder): AnswerRead {
  const who = `decoder '${decoder.decoderId}'`;
  switch (answer.kind) {
    case "answered": {
      const isNormal = decoder.kind === "script" && decoder.reads === "normalized";
      const tree = isNormal ? answer.normalized : answer.output;
      if (isNested(tree)) return { kind: "tree", tree, warnings: answer.warnings };
      const what = isNormal ? "normalized it to" : "answered";
      return none("DECODER_FAILED", `${who} ${what} ${quoted(tree)}; wanted an object`);
    }
    case "errors":
      return none("DECODER_REFUSED", `${who} says: ${shortened(answer.errors.join("; "))}`);
    case "fault":
      return none("DECODER_FAILED", `${who}: ${answer.reason}: ${shortened(answer.text)}`);
    case "unrun":
      return none("DECODER_FAILED", `${who} could not be run: ${shortened(answer.text)}`);
    case "given-up":
      return none("DECODER_FAILED", `${who} ${answer.why} and was not asked again`);
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
