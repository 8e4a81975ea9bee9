/**
 * What a script's text of an answer says. The text is the sandbox's own and the script's as well: it
 * may hold anything, and is bounded here in length, in depth and in the number of its sentences.
 */
import { LIMITS } from "../../model/limits.ts";
import { faultOf, type ScriptAnswer, type ScriptAsk, type ScriptFault } from "./script-ask.ts";

/** An error as the sandbox tells it: `out` where it was no error of the script's. */
interface Told {
  out?: unknown;
  text?: unknown;
}

/** As `finish` of the prelude writes it: what is told alone, or with an output. */
interface Written extends ToldBeside {
  threw?: unknown;
  unreadable?: unknown;
  told?: ToldBeside;
  output?: unknown;
  normalized?: unknown;
}

interface ToldBeside {
  /** `typeof`, or `null`. */
  type?: unknown;
  errors?: unknown;
  warnings?: unknown;
  normalizeErrors?: unknown;
}

type Call = ScriptAsk["call"];

export function readAnswer(text: string, call: Call): ScriptAnswer {
  const max = LIMITS.scriptOutputLengthMax;
  if (text.length > max) {
    return faultOf("output", `the answer has ${text.length} letters of JSON; the limit is ${max}`);
  }
  const written = parsed(text);
  if (written.threw !== undefined) return toldFault("threw", written.threw);
  if (written.unreadable !== undefined) return toldFault("output", written.unreadable);
  const { type, errors, warnings, normalizeErrors } = written.told ?? written;
  if (type !== "object" && type !== "undefined" && type !== "null") {
    const wanted = call === "decodeUplink" ? "{data: {…}}" : "{bytes: […], fPort}";
    return faultOf("output", `${call} answered a ${sentence(type)}; wanted ${wanted}`);
  }
  if (sentences(errors).length > 0) return { kind: "errors", errors: sentences(errors) };
  // As scripts do with a port that is not theirs: no fault of theirs, and no value.
  if (written.output === undefined || written.output === null) {
    return { kind: "errors", errors: [`${call} answered nothing for this input`] };
  }
  if (call === "encodeDownlink") return readDownlink(written.output, sentences(warnings));
  const beside = sentences(normalizeErrors).map((each) => `normalizeUplink: ${each}`);
  return readUplink(written, [...sentences(warnings), ...beside]);
}

/** An error that the sandbox told, as one of its kinds. */
export function toldFault(reason: "threw" | "output", told: unknown): ScriptFault {
  const { out, text } = objectOf(told) as Told;
  if (out === "memory") return faultOf("memory", MEMORY_TEXT);
  return faultOf(reason, sentence(text));
}

export const MEMORY_TEXT = `the script wanted more than ${LIMITS.scriptMemoryBytesMax} bytes of memory`;

/** The sandbox writes JSON, by the script's own `toJSON` where it has put one: it may be anything. */
function parsed(text: string): Written {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return { unreadable: { text: "the answer is no text of JSON" } };
  }
}

function objectOf(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

function readUplink({ output, normalized }: Written, warnings: string[]): ScriptAnswer {
  if (!isPlain(output, LIMITS.scriptOutputDepthMax)) return TOO_DEEP;
  if (normalized === undefined) return { kind: "answered", output, warnings };
  if (isPlain(normalized, LIMITS.scriptOutputDepthMax)) {
    return { kind: "answered", output, warnings, normalized };
  }
  return { kind: "answered", output, warnings: [...warnings, `normalizeUplink: ${TOO_DEEP.text}`] };
}

const TOO_DEEP = faultOf(
  "output",
  `the answer is nested deeper than ${LIMITS.scriptOutputDepthMax} levels`,
);

function readDownlink(output: unknown, warnings: string[]): ScriptAnswer {
  const { bytes, fPort } = output as { bytes?: unknown; fPort?: unknown };
  if (!Array.isArray(bytes) || !bytes.every((each) => isWhole(each, 255))) {
    return faultOf("output", "'bytes' of encodeDownlink is no array of numbers from 0 to 255");
  }
  if (bytes.length > LIMITS.decoderFrameBytesMax) {
    const limit = LIMITS.decoderFrameBytesMax;
    return faultOf(
      "output",
      `'bytes' of encodeDownlink are ${bytes.length}; the limit is ${limit}`,
    );
  }
  if (fPort !== undefined && !isWhole(fPort, 255)) {
    return faultOf("output", "'fPort' of encodeDownlink is no number from 0 to 255");
  }
  return {
    kind: "answered",
    output: fPort === undefined ? { bytes } : { bytes, fPort },
    warnings,
  };
}

function isWhole(value: unknown, max: number): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max;
}

/** Also takes out the one name that is more than a name to those who copy objects. */
function isPlain(tree: unknown, levels: number): boolean {
  if (typeof tree !== "object" || tree === null) return true;
  if (levels === 0) return false;
  if (Object.hasOwn(tree, "__proto__")) Reflect.deleteProperty(tree, "__proto__");
  for (const each of Object.values(tree)) if (!isPlain(each, levels - 1)) return false;
  return true;
}

function sentences(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, LIMITS.scriptSentencesMax).map(sentence) : [];
}

/** The sandbox has made texts of them, unless the script has seen to it that it does not. */
function sentence(value: unknown): string {
  const text = typeof value === "object" && value !== null ? "(no text)" : String(value);
  const max = LIMITS.scriptSentenceLengthMax;
  return text.length > max ? `${text.slice(0, max)}…` : text;
}
