/** Hands what happens in the engine to whoever watches; costs nothing while nobody does. */
import type { AlarmRecord } from "../model/alarm.ts";
import type { Case } from "../model/case.ts";
import type { Notice } from "../model/notice.ts";
import type { Reading } from "../model/reading.ts";
import type { EngineWatch } from "./judge.ts";

export type StreamEvent =
  | { kind: "readings"; readings: readonly Reading[] }
  | { kind: "alarm"; alarm: AlarmRecord }
  | { kind: "case"; case: Case }
  | { kind: "notice"; notice: Notice };

export interface Stream extends EngineWatch {
  /** Answers how to stop. */
  subscribe(listener: (event: StreamEvent) => void): () => void;
}

export function createStream(): Stream {
  const listeners = new Set<(event: StreamEvent) => void>();
  const tell = (event: StreamEvent): void => {
    for (const listener of listeners) listener(event);
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    readings(readings) {
      if (listeners.size > 0) tell({ kind: "readings", readings });
    },
    alarms(happenings) {
      for (const { alarm } of happenings) tell({ kind: "alarm", alarm });
    },
    cases(changed) {
      for (const each of changed) tell({ kind: "case", case: each });
    },
    notices(notices) {
      for (const notice of notices) tell({ kind: "notice", notice });
    },
  };
}
