/** What the store's door and its thread say to each other, and the thread's side of it. */
import type { MessagePort, Transferable } from "node:worker_threads";
import { GridwardenError } from "../../../model/errors.ts";
import type { Log } from "../../../model/log.ts";
import type { InfluxCore } from "./influx-core.ts";

export type CoreCall = {
  [K in keyof InfluxCore]: { id: number; kind: K; ask: Parameters<InfluxCore[K]> };
}[keyof InfluxCore];

export type FromThread =
  | { kind: "answered"; id: number; answer: unknown }
  | { kind: "refused"; id: number; text: string }
  | { kind: "log"; level: "info" | "warn" | "error"; text: string; about: object };

/** Answers what comes by the port, in any order in which it is done. */
export function serveCore(port: MessagePort, core: InfluxCore): void {
  port.on("message", ({ id, kind, ask }: CoreCall) => {
    const work = core[kind] as (...asked: unknown[]) => Promise<unknown>;
    work(...ask).then(
      (answer) => {
        port.postMessage({ kind: "answered", id, answer } satisfies FromThread, memoryOf(answer));
      },
      (error: unknown) => {
        port.postMessage({ kind: "refused", id, text: textOf(error) } satisfies FromThread);
      },
    );
  });
}

/** Typed arrays are handed over, not copied. */
function memoryOf(answer: unknown): Transferable[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((each: unknown) =>
    Object.values(each ?? {}).flatMap((part) =>
      ArrayBuffer.isView(part) ? [part.buffer as ArrayBuffer] : [],
    ),
  );
}

function textOf(error: unknown): string {
  if (error instanceof GridwardenError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

/** The thread's log goes by its door. */
export function logBy(port: MessagePort): Log {
  const say =
    (level: "info" | "warn" | "error") =>
    (text: string, about: object = {}): void =>
      port.postMessage({ kind: "log", level, text, about } satisfies FromThread);
  const log: Log = {
    ...{ info: say("info"), warn: say("warn"), error: say("error"), debug: () => {} },
    of: () => log,
  };
  return log;
}
