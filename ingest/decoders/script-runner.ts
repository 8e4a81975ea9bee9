/**
 * Runs vendors' scripts in a thread of their own, in the order in which they are asked, a bounded number
 * at once. Each ask is answered: whatever a script does, it costs its own answer and nobody else's. A
 * thread that had to be ended is started again, and the asks beside the guilty one are run once more;
 * a call leaves nothing behind, so that they answer as before.
 */
import { LIMITS } from "../../model/limits.ts";
import { type KeptThread, keepThread, type ThreadDeps } from "./kept-thread.ts";
import type { Outcome } from "./running-thread.ts";
import { faultOf, RunnerClosed, type ScriptAnswer, type ScriptAsk } from "./script-ask.ts";

export type { ScriptAnswer, ScriptAsk } from "./script-ask.ts";

export interface ScriptRunner {
  /** One answer for each, in their order. Rejects where nothing can be run at all, or after `close`. */
  run(asks: readonly ScriptAsk[]): Promise<ScriptAnswer[]>;
  close(): Promise<void>;
}

export interface ScriptRunnerOptions {
  /** Of the wall. */
  callMsMax?: number;
  asksAtOnceMax?: number;
  asksWaitingMax?: number;
}

/** So often in a row a thread may fall with nothing to blame; then it is given up. */
const FALLS_MAX = 3;

export function createScriptRunner(
  deps: ThreadDeps,
  options: ScriptRunnerOptions = {},
): ScriptRunner {
  const thread = keepThread(deps, options.callMsMax ?? LIMITS.scriptCallMsMax);
  const atOnceMax = options.asksAtOnceMax ?? LIMITS.scriptAsksAtOnceMax;
  const waitingMax = options.asksWaitingMax ?? LIMITS.scriptAsksWaitingMax;
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let isClosed = false;
  return {
    async run(asks) {
      if (isClosed) throw new RunnerClosed();
      if (waiting + asks.length > waitingMax) {
        const text = `${waiting} asks of scripts wait, and ${asks.length} more would`;
        throw new Error(`${text}; the limit is ${waitingMax}: ask fewer, or later`);
      }
      waiting += asks.length;
      const ran = turn.then(() => runAll(asks, thread, atOnceMax));
      turn = ran.catch(() => {});
      try {
        return await ran;
      } finally {
        waiting -= asks.length;
      }
    },
    async close() {
      isClosed = true;
      await thread.close();
      await turn;
    },
  };
}

async function runAll(
  asks: readonly ScriptAsk[],
  thread: KeptThread,
  atOnceMax: number,
): Promise<ScriptAnswer[]> {
  const answers: ScriptAnswer[] = [];
  const late = new Map<string, number>();
  let falls = 0;
  let left = asks.map((ask, index) => ({ ask, index }));
  while (left.length > 0) {
    const now = left.slice(0, atOnceMax);
    const outcome = await thread.run(
      now.map(({ ask }) => ask),
      late,
    );
    const settled = settledBy(outcome);
    for (const [at, { ask, index }] of now.entries()) {
      const answer = settled.get(at);
      if (answer === undefined) continue;
      answers[index] = answer;
      if (isLate(answer)) late.set(ask.source, (late.get(ask.source) ?? 0) + 1);
    }
    falls = settled.size === 0 ? falls + 1 : 0;
    if (falls === FALLS_MAX) throw new Error(`scripts cannot be run: ${textOf(outcome)}`);
    left = left.filter(({ index }) => answers[index] === undefined);
  }
  return answers;
}

/** What an outcome settles: all asks, the guilty one, or none. */
function settledBy(outcome: Outcome): ReadonlyMap<number, ScriptAnswer> {
  if (outcome.kind === "ran") return new Map(outcome.answers.entries());
  if (outcome.index === undefined) return new Map();
  const reason = outcome.kind === "late" ? "time" : "crashed";
  return new Map([[outcome.index, faultOf(reason, outcome.text)]]);
}

function isLate(answer: ScriptAnswer): boolean {
  return answer.kind === "fault" && answer.reason === "time";
}

function textOf(outcome: Outcome): string {
  return outcome.kind === "ran" ? "" : outcome.text;
}
