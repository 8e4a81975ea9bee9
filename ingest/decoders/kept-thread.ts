/** A thread of scripts that is there when it is needed: after a fall the next ask starts another one. */
import type { Log } from "../../model/log.ts";
import { type Outcome, type RunningThread, startScriptThread } from "./running-thread.ts";
import { RunnerClosed, type ScriptAsk } from "./script-ask.ts";
import type { RunMessage } from "./script-messages.ts";
import { createScriptNumbers, type ScriptNumbers } from "./script-numbers.ts";

export interface KeptThread {
  /** `late`: how often a source ran out of time in this round. Rejects once it is closed. */
  run(asks: readonly ScriptAsk[], late: ReadonlyMap<string, number>): Promise<Outcome>;
  close(): Promise<void>;
}

export interface ThreadDeps {
  log: Log;
  /** A double where the thread itself is not what is tested. */
  startThread?: typeof startScriptThread;
}

export function keepThread(
  { log, startThread = startScriptThread }: ThreadDeps,
  callMsMax: number,
): KeptThread {
  let now: { thread: RunningThread; numbers: ScriptNumbers } | undefined;
  let isClosed = false;
  return {
    async run(asks, late) {
      if (isClosed) throw new RunnerClosed();
      now ??= { thread: startThread(callMsMax), numbers: createScriptNumbers() };
      const { thread, numbers } = now;
      const outcome = await thread.run(messageOf(asks, late, numbers));
      if (outcome.kind === "ran") return outcome;
      now = undefined;
      await thread.end();
      if (isClosed) throw new RunnerClosed();
      const guilty = outcome.index === undefined ? undefined : asks[outcome.index];
      const about = { decoderId: guilty?.decoderId, version: guilty?.version, why: outcome.text };
      log.warn("the thread of the scripts is started again", about);
      return outcome;
    },
    async close() {
      isClosed = true;
      await now?.thread.end();
    },
  };
}

function messageOf(
  asks: readonly ScriptAsk[],
  late: ReadonlyMap<string, number>,
  numbers: ScriptNumbers,
): RunMessage {
  const changes = numbers.changesFor(asks);
  return {
    ...changes,
    asks: asks.map(({ source, call, input }) => ({
      script: numbers.numberOf(source),
      call,
      input,
    })),
    late: new Map([...late].map(([source, times]) => [numbers.numberOf(source), times])),
  };
}
