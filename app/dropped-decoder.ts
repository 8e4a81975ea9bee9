/**
 * A decoder as it lies in a folder: `{decoderId}.json` is the body of its PUT, and `{decoderId}.js` beside
 * it the vendor's script as it is published. Texts in, a decoder or what is wrong with it out. Pure.
 */
import { createHash } from "node:crypto";
import { type Decoder, DecoderBody, DecoderId } from "../model/decoder.ts";

/** The bytes of the two files; a table has no script. */
export interface DroppedFiles {
  readonly json: Uint8Array;
  readonly script: Uint8Array | undefined;
}

export type ReadDrop =
  | { readonly kind: "decoder"; readonly decoder: Decoder }
  | { readonly kind: "fault"; readonly text: string };

const FAULTS_TOLD_MAX = 5;

export function readDropped(name: string, { json, script }: DroppedFiles): ReadDrop {
  const decoderId = DecoderId.safeParse(name);
  if (!decoderId.success) {
    return faultOf(
      `'${name}' is no id of a decoder; name the files with 1 to 64 of A-Z a-z 0-9 . _ : -`,
    );
  }
  const written = textOf(json);
  if (written === undefined) return faultOf(`'${name}.json' is not UTF-8`);
  const source = script && textOf(script);
  if (script !== undefined && source === undefined) return faultOf(`'${name}.js' is not UTF-8`);
  const body = objectIn(written);
  if (typeof body === "string") return faultOf(`'${name}.json' ${body}`);
  if (source !== undefined && "script" in body) {
    return faultOf(`'${name}.json' has a 'script', and '${name}.js' is beside it; leave one out`);
  }
  if (source === undefined && !("script" in body) && !("kind" in body)) {
    return faultOf(
      `there is no '${name}.js' beside '${name}.json'; where no script is wanted, write "kind": "table" into it`,
    );
  }
  const parsed = DecoderBody.safeParse({
    kind: "script",
    ...body,
    ...(source !== undefined && { script: source }),
  });
  if (parsed.success) {
    return { kind: "decoder", decoder: { decoderId: decoderId.data, ...parsed.data } };
  }
  const { issues } = parsed.error;
  const told = issues.slice(0, FAULTS_TOLD_MAX).map(({ path, message }) => {
    return path.length === 0 ? message : `field '${path.join(".")}': ${message}`;
  });
  return faultOf(`'${name}.json': ${told.join("; ")}`);
}

/** The same of the same files, whenever they are read. */
export function digestOf({ json, script }: DroppedFiles): string {
  const hash = createHash("sha256").update(`${json.length} `).update(json);
  return hash.update(script ?? "").digest("hex");
}

function faultOf(text: string): ReadDrop {
  return { kind: "fault", text };
}

/** Without the mark that some editors put first; undefined where it is no UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What is wrong with it is a text. */
function objectIn(text: string): object | string {
  try {
    const body: unknown = JSON.parse(text);
    const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
    return isObject ? body : "is no object; write what a PUT of the decoder has as its body";
  } catch (error) {
    return `is no JSON: ${(error as Error).message}`;
  }
}
