/**
 * Decoders as the API asks for them: put once their examples are as they say, tried on inputs or on what
 * a device sent last, and asked what a command is in a device's own bytes.
 */
import {
  createDecoderTrial,
  type TrialInput,
  trialOfFrame,
  trialOfSent,
} from "../ingest/decoders/decoder-trial.ts";
import type { Ingest, RunScripts } from "../ingest/ingest.ts";
import type { Journal } from "../journal/journal.ts";
import type { AssetClass } from "../model/asset-class.ts";
import { commandNote } from "../model/command-notes.ts";
import {
  type Decoder,
  type DecoderTry,
  type ExampleRun,
  type KeptDecoder,
  MAPPING_BY_NAME,
  ScriptInput,
  type TriedDecoder,
} from "../model/decoder.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { DeviceEntry } from "../model/registry.ts";
import type { Registry } from "../registry/registry.ts";
import type { DecoderWatch } from "./decoder-watch.ts";

interface Deps {
  registry: Pick<Registry, "decoders" | "device">;
  ingest: Pick<Ingest, "sentBy">;
  journal: Pick<Journal, "read" | "end" | "stats">;
  classes: readonly AssetClass[];
  zone: TimeZone;
  /** Runs scripts, by a thread that no uplink waits for. */
  run: RunScripts;
  watch: Pick<DecoderWatch, "switchedOn">;
}

/** Of a decoder that is only tried; no device names it. */
const TRIED_ID = "tried";
const RECORDS_AT_ONCE = 2_000;
const BYTES_AT_ONCE = 4 * 1024 * 1024;

export function createDecoderDesk(deps: Deps) {
  const { registry, run } = deps;
  const { decoders } = registry;
  const trial = createDecoderTrial(deps);

  /**
   * `dropped`: the digest of the files that it was taken from.
   * @throws DECODER_EXAMPLES_DIFFER, REQUEST_INVALID
   */
  async function put(
    decoder: Decoder,
    isForced: boolean,
    dropped?: string,
  ): Promise<{ decoder: KeptDecoder; examples: ExampleRun[] }> {
    const examples = await trial.examples(decoder);
    const wrong = examples.filter(({ differences }) => differences.length > 0);
    const [first] = wrong;
    if (first !== undefined && !isForced) {
      const path = first.differences[0]?.path ?? "";
      throw new GridwardenError(
        "DECODER_EXAMPLES_DIFFER",
        `${wrong.length} of ${examples.length} examples differ, the first '${first.name}' at '${path}'; correct them or the decoder, or put it with ?force=true`,
        { details: { differences: wrong } },
      );
    }
    const { kept, former } = await decoders.put(decoder, dropped);
    if (former !== undefined) await deps.watch.switchedOn(former);
    return { decoder: kept, examples };
  }

  /** @throws DECODER_NOT_FOUND, DEVICE_NOT_FOUND, REQUEST_INVALID */
  async function tryOut(asked: DecoderTry): Promise<TriedDecoder> {
    const entry = asked.deviceId === undefined ? undefined : needDevice(deps, asked.deviceId);
    const decoder = decoderOf(deps, asked, entry);
    const slug = entry === undefined ? asked.class : entry.asset.class;
    const assetClass = slug === undefined ? undefined : needClass(deps, slug);
    const given = asked.inputs?.map((each, index) => inputSaid(decoder, each, index));
    const inputs = given ?? (await sentLast(deps, entry, decoder));
    return await trial.inputs(decoder, inputs, assetClass);
  }

  /**
   * What a vendor's `encodeDownlink` makes of a command; undefined where the device has no script that is on.
   * @throws COMMAND_REFUSED with what the script says
   */
  async function encode(
    deviceId: string,
    fields: object,
  ): Promise<{ bytes: Uint8Array; fPort: number | undefined } | undefined> {
    const name = registry.device(deviceId)?.device.decoder;
    const decoder = name === undefined ? undefined : decoders.get(name);
    if (decoder?.kind !== "script" || decoder.off !== undefined) return undefined;
    const { decoderId, version, script: source } = decoder;
    const input = { data: fields };
    const [answer] = await run([{ decoderId, version, source, call: "encodeDownlink", input }]);
    if (answer?.kind === "answered") return encodedIn(answer.output);
    const said = answer?.kind === "errors" ? answer.errors.join("; ") : answer?.text;
    const why = commandNote("not-encoded", { decoderId, said: said ?? "" });
    throw new GridwardenError("COMMAND_REFUSED", why);
  }

  return {
    list: decoders.list,
    get: decoders.get,
    remove: decoders.remove,
    put,
    try: tryOut,
    encode,
  };
}

/** As the runner has checked it. */
function encodedIn(output: unknown): { bytes: Uint8Array; fPort: number | undefined } {
  const { bytes, fPort } = output as { bytes: number[]; fPort?: number };
  return { bytes: Uint8Array.from(bytes), fPort };
}

function needDevice({ registry }: Deps, deviceId: string): DeviceEntry {
  const entry = registry.device(deviceId);
  if (entry !== undefined) return entry;
  throw new GridwardenError("DEVICE_NOT_FOUND", `no device has the id '${deviceId}'`);
}

function needClass({ classes }: Deps, slug: string): AssetClass {
  const found = classes.find((each) => each.slug === slug);
  if (found !== undefined) return found;
  const known = classes.map((each) => each.slug).join(", ");
  throw invalid(`field 'class': got '${slug}', wanted one of ${known}`);
}

/** What is said, or the device's; by name where there is none. */
function decoderOf(
  { registry }: Deps,
  { decoder: said }: DecoderTry,
  entry: DeviceEntry | undefined,
): Decoder {
  if (typeof said === "object") return { decoderId: TRIED_ID, ...said };
  const decoderId = said ?? entry?.device.decoder;
  const byName = { decoderId: TRIED_ID, name: TRIED_ID, mapping: MAPPING_BY_NAME };
  if (decoderId === undefined) return { ...byName, kind: "table" };
  const found = registry.decoders.get(decoderId);
  if (found !== undefined) return found;
  throw new GridwardenError("DECODER_NOT_FOUND", `no decoder has the id '${decoderId}'`);
}

function inputSaid({ kind }: Decoder, said: unknown, index: number): TrialInput {
  if (kind === "table") return { tree: said };
  const parsed = ScriptInput.safeParse(said);
  if (parsed.success) return trialOfFrame(parsed.data);
  const [issue] = parsed.error.issues;
  const where = ["inputs", index, ...(issue?.path ?? [])].join(".");
  throw invalid(`field '${where}': ${issue?.message ?? "it is no frame"}; wanted {bytes, fPort}`);
}

/** The newest first, as far back as the journal and the bound reach. */
async function sentLast(
  { ingest, journal }: Deps,
  entry: DeviceEntry | undefined,
  { kind }: Decoder,
): Promise<TrialInput[]> {
  if (entry === undefined) throw invalid("'inputs' or a 'deviceId' is wanted");
  const wants = kind === "script" ? "frames" : "trees";
  const sent: TrialInput[] = [];
  const first = Math.max(journal.stats().first, journal.end() - LIMITS.decoderTryRecordsMax);
  for (let from = first; from < journal.end(); ) {
    const read = await journal.read(from, { records: RECORDS_AT_ONCE, bytes: BYTES_AT_ONCE });
    if (read.records.length === 0) break;
    sent.push(...ingest.sentBy(entry, wants, read.records, read.from).map(trialOfSent));
    from = read.from + read.records.length;
  }
  const last = sent.slice(-LIMITS.decoderTryInputsMax).reverse();
  if (last.length > 0) return last;
  const { deviceId } = entry.device;
  throw invalid(
    `device '${deviceId}' sent nothing of late that this decoder reads; give 'inputs' instead`,
  );
}

function invalid(message: string): GridwardenError {
  return new GridwardenError("REQUEST_INVALID", message);
}
