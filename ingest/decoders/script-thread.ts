/**
 * The thread in which scripts are run. It tells where it is in a number that is shared, because while a
 * script runs it hears nothing; whoever started it ends it if that number stands still for too long.
 */
import { parentPort, workerData } from "node:worker_threads";
import { LIMITS } from "../../model/limits.ts";
import { createSandbox, type ReadScript } from "./sandbox.ts";
import { faultOf, type ScriptAnswer } from "./script-ask.ts";
import type { RunMessage, ScriptThreadData } from "./script-messages.ts";

interface KnownScript {
  source: string;
  /** Absent: not yet read, or put away because others needed the room. */
  read?: ReadScript;
}

const port = parentPort;
if (port === null) throw new Error("this file runs as the thread of the scripts");
const progress = new Int32Array((workerData as ScriptThreadData).progress);
const sandbox = await createSandbox();
/** The one that was used last is the last. */
const known = new Map<number, KnownScript>();
let imagesBytes = 0;

port.on("message", (message: RunMessage) => {
  for (const script of message.forget) {
    putAway(known.get(script));
    known.delete(script);
  }
  for (const { script, source } of message.learn) known.set(script, { source });
  const late = new Map(message.late);
  const answers = message.asks.map(({ script, call, input }, index): ScriptAnswer => {
    const timesLate = late.get(script) ?? 0;
    if (timesLate >= LIMITS.scriptTimeFaultsPerRunMax) return NOT_TRIED;
    Atomics.store(progress, 0, index + 1);
    const answer = sandbox.call(readOnce(script), call, input);
    if (answer.kind === "fault" && answer.reason === "time") late.set(script, timesLate + 1);
    return answer;
  });
  Atomics.store(progress, 0, 0);
  port.postMessage(answers);
});

const NOT_TRIED = faultOf(
  "time",
  `not tried: the script ran out of time ${LIMITS.scriptTimeFaultsPerRunMax} times just before`,
);

function readOnce(script: number): ReadScript {
  const found = known.get(script);
  if (found === undefined) return faultOf("crashed", "the thread does not know the script");
  known.delete(script);
  known.set(script, found);
  if (found.read !== undefined) return found.read;
  const read = sandbox.read(found.source);
  found.read = read;
  imagesBytes += bytesOf(read);
  for (const other of known.values()) {
    if (imagesBytes <= LIMITS.scriptImagesBytesMax) break;
    if (other !== found) putAway(other);
  }
  return read;
}

function putAway(script: KnownScript | undefined): void {
  if (script?.read === undefined) return;
  imagesBytes -= bytesOf(script.read);
  delete script.read;
}

function bytesOf(read: ReadScript): number {
  return read.kind === "ready" ? read.image.low.length + read.image.heap.length : 0;
}
