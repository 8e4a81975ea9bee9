/**
 * A folder into which decoders are dropped: looked at when the platform starts and every few seconds. Files
 * that rest are taken as a PUT of them would be, each content once, whatever happens to the decoder
 * afterwards; what is wrong with one is told by its name and holds up no other. A file that goes
 * takes no decoder with it. Nothing is ever written here.
 */
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Timer } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { Registry } from "../registry/registry.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { createDecoderDesk } from "./decoders.ts";
import { type DroppedFiles, digestOf, readDropped } from "./dropped-decoder.ts";

export interface DecoderFolderDeps {
  decoders: Pick<Registry["decoders"], "get" | "droppedAs">;
  desk: Pick<ReturnType<typeof createDecoderDesk>, "put">;
  trail: Pick<AuditTrail, "during">;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface DecoderFolder {
  /** Looks at once, and again and again; waits for nothing. */
  start(): void;
  /** Settles with the file in hand; whoever runs its script may be closed meanwhile. */
  stop(): Promise<void>;
  look(): Promise<void>;
}

/** A decoder's files as the last look found them. */
interface Drop {
  readonly mark: string;
  state: "changing" | "taken" | "refused" | "waiting";
  /** Told last. */
  fault?: string;
}

/** What nobody has written to for so long is read at the first look already. */
const REST_WALL_MS = 2_000;
const REFUSALS: ReadonlySet<string> = new Set(["DECODER_EXAMPLES_DIFFER", "REQUEST_INVALID"]);
const DIFFERENCES_TOLD_MAX = 5;

export function createDecoderFolder(deps: DecoderFolderDeps, folder: string): DecoderFolder {
  const { decoders, desk, trail, clock } = deps;
  const log = deps.log.of("decoders");
  const drops = new Map<string, Drop>();
  let timer: Timer | undefined;
  let isStopped = false;
  let looking: Promise<void> | undefined;
  /** Why the folder could not be read at the last look. */
  let folderFault = "";
  deps.metrics.gaugeBy(
    "gridwarden_decoder_folder_decoders",
    "Decoders in the drop-in folder by what became of their newest files.",
    "state",
    () => {
      const counts = { changing: 0, taken: 0, refused: 0, waiting: 0 };
      for (const { state } of drops.values()) counts[state] += 1;
      return counts;
    },
  );

  function refuse(name: string, drop: Drop, text: string): void {
    drop.state = "refused";
    drop.fault = text;
    log.warn("a decoder of the folder is refused until its files change", { name, reason: text });
  }

  async function take(name: string, drop: Drop): Promise<void> {
    const files = await readFiles(folder, name);
    if (typeof files === "string") return refuse(name, drop, files);
    const digest = digestOf(files);
    if (decoders.droppedAs(name) === digest) {
      drop.state = "taken";
      return;
    }
    const read = readDropped(name, files);
    if (read.kind === "fault") return refuse(name, drop, read.text);
    const { decoder } = await asSystem(name, () => desk.put(read.decoder, false, digest));
    drop.state = "taken";
    log.info("a decoder of the folder is taken", { name, version: decoder.version });
  }

  /** Its entry of the trail is written with it. */
  function asSystem<T>(subject: string, work: () => Promise<T>): Promise<T> {
    const draft = { requestId: `decoder-folder-${subject}-${clock.now()}`, subject };
    const by = { actor: "system", roles: ["system"] };
    const what = { action: "decoders.write", route: "the folder of decoders" };
    return new Promise((resolve, reject) => {
      trail.during({ ...draft, ...by, ...what, isKept: false, result: "done" }, () => {
        work().then(resolve, reject);
      });
    });
  }

  /** What is no fault of the files' is tried again at the next look. */
  async function takeSafely(name: string, drop: Drop): Promise<void> {
    try {
      await take(name, drop);
    } catch (error) {
      const text = textOf(error);
      if (error instanceof GridwardenError && REFUSALS.has(error.code)) {
        return refuse(name, drop, text);
      }
      drop.state = "waiting";
      if (drop.fault === text || isStopped) return;
      drop.fault = text;
      log.error("a decoder of the folder could not be taken and is tried again", { name, error });
    }
  }

  function noteGone(marks: ReadonlyMap<string, unknown>): void {
    for (const name of drops.keys()) {
      if (marks.has(name)) continue;
      drops.delete(name);
      if (decoders.get(name) === undefined) continue;
      log.warn("the files of a decoder are gone; it stays until it is removed by a DELETE", {
        name,
      });
    }
  }

  async function lookOnce(isFirst: boolean): Promise<void> {
    const marks = await marksIn(folder);
    noteGone(marks);
    for (const [name, { mark, restsMs }] of marks) {
      if (isStopped) return;
      const known = drops.get(name);
      const drop: Drop = known?.mark === mark ? known : { mark, state: "changing" };
      drops.set(name, drop);
      const rests = drop === known || (isFirst && restsMs > REST_WALL_MS);
      const isDone = drop.state === "taken" || drop.state === "refused";
      if (rests && !isDone) await takeSafely(name, drop);
    }
    folderFault = "";
  }

  function look(isFirst = false): Promise<void> {
    looking ??= lookOnce(isFirst)
      .catch((error: unknown) => {
        const text = String(error);
        if (text !== folderFault)
          log.warn("the folder of decoders cannot be read", { error: text });
        folderFault = text;
      })
      .finally(() => {
        looking = undefined;
      });
    return looking;
  }

  return {
    start() {
      timer = clock.every(LIMITS.decoderFolderLookMs * clock.speed, () => void look());
      void look(true);
    },
    async stop() {
      isStopped = true;
      timer?.cancel();
      await looking;
    },
    look,
  };
}

interface Mark {
  readonly mark: string;
  /** For how long nobody has written to it, by the machine's clock. */
  readonly restsMs: number;
}

/** By the decoders' names; files of other kinds are nobody's. No folder at all has none. */
async function marksIn(folder: string): Promise<Map<string, Mark>> {
  const marks = new Map<string, Mark>();
  for (const file of (await namesIn(folder)).sort()) {
    const [, name = "", kind = ""] = /^([^.].*)\.(json|js)$/.exec(file) ?? [];
    if (name === "") continue;
    const found = await stat(join(folder, file)).catch(() => undefined);
    if (found === undefined) continue;
    const known = marks.get(name);
    if (known === undefined && marks.size >= LIMITS.decodersMax) continue;
    const restsMs = Date.now() - Math.max(found.mtimeMs, found.ctimeMs);
    marks.set(name, {
      mark: `${known?.mark ?? ""} ${kind} ${found.size} ${found.mtimeMs} ${found.ino}`,
      restsMs: Math.min(known?.restsMs ?? restsMs, restsMs),
    });
  }
  return marks;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** A text says why they cannot be read. */
async function readFiles(folder: string, name: string): Promise<DroppedFiles | string> {
  const json = await readFile(folder, `${name}.json`);
  const script = await readFile(folder, `${name}.js`);
  if (typeof json === "string") return json;
  if (typeof script === "string") return script;
  if (json === undefined) {
    return `'${name}.json' is missing; it has what a PUT of the decoder has as its body, without 'script'`;
  }
  return { json, script };
}

/** Undefined: there is none. */
async function readFile(folder: string, file: string): Promise<Uint8Array | string | undefined> {
  const path = join(folder, file);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isFile()) return `'${file}' is no file`;
  let handle: FileHandle | undefined;
  try {
    handle = await open(path);
    const bytes = Buffer.alloc(LIMITS.requestBytesMax + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read) {
      read = (await handle.read(bytes, length)).bytesRead;
    }
    if (length < bytes.length) return bytes.subarray(0, length);
    return `'${file}' has more than ${LIMITS.requestBytesMax} bytes`;
  } catch (error) {
    return `'${file}' cannot be read: ${(error as Error).message}`;
  } finally {
    await handle?.close();
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof GridwardenError)) return String(error);
  const { differences = [] } = (error.details ?? {}) as { differences?: object[] };
  const told =
    differences.length === 0
      ? ""
      : ` ${JSON.stringify(differences.slice(0, DIFFERENCES_TOLD_MAX))}`;
  return `${error.code}: ${error.message}${told}`;
}
