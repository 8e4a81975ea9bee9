/**
 * The thread in which scripts are run. It tells where it is in a number that is shared, because while a
 * script runs it hears nothing; whoever started it ends it if that number stands still for too long.
 */
import { parentPort, workerData } from "node:worker_threads";
import { LIMITS } from "../../model/limits.ts";
import { createSandbox } from "./sandbox.ts";
import { faultOf, type ScriptAnswer } from "./script-ask.ts";
import { createScriptImages } from "./script-images.ts";
import type { RunMessage, ScriptThreadData } from "./script-messages.ts";

const port = parentPort;
if (port === null) throw new Error("this file runs as the thread of the scripts");
const progress = new Int32Array((workerData as ScriptThreadData).progress);
const sandbox = await createSandbox();
const scripts = createScriptImages(sandbox.read);

port.on("message", (message: RunMessage) => {
  scripts.take(message);
  const late = new Map(message.late);
  const answers = message.asks.map(({ script, call, input }, index): ScriptAnswer => {
    const timesLate = late.get(script) ?? 0;
    if (timesLate >= LIMITS.scriptTimeFaultsPerRunMax) return NOT_TRIED;
    Atomics.store(progress, 0, index + 1);
    const answer = sandbox.call(scripts.get(script), call, input);
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
