/**
 * What happened in memory and is not in the database yet. `freeze` hands out everything for one
 * transaction; only `committed` lets go of it, so a transaction that failed is written again with
 * what came after it, and what comes during one waits for the next.
 */
import type { AlarmHappening, AlarmRecord } from "../model/alarm.ts";
import type { StateRow, WatchRow } from "./alarm-tables.ts";

export type WatchChange =
  | { kind: "kept"; row: WatchRow }
  | { kind: "ended"; assetId: string; conditionId: string };

export interface UnsavedBatch {
  states: Map<string, StateRow>;
  alarms: Map<string, AlarmRecord>;
  /** Each answers its row as it is when the batch is frozen. */
  watches: Map<string, () => WatchChange>;
  happenings: AlarmHappening[];
}

export interface Unsaved {
  state(row: StateRow): void;
  alarm(record: AlarmRecord): void;
  watch(key: string, read: () => WatchChange): void;
  happening(happening: AlarmHappening): void;
  freeze(): { states: StateRow[]; alarms: AlarmRecord[]; watches: WatchChange[] };
  committed(): void;
  /** Of the frozen batch while there is one: what its transaction must tell the others. */
  pending(): readonly AlarmHappening[];
}

export function createUnsaved(): Unsaved {
  let frozen: UnsavedBatch | undefined;
  let current = emptyBatch();
  return {
    state: (row) => void current.states.set(`${row.deviceId} ${row.ruleId}`, row),
    alarm: (record) => void current.alarms.set(record.alarmId, record),
    watch: (key, read) => void current.watches.set(key, read),
    happening: (happening) => void current.happenings.push(happening),
    freeze() {
      const batch = frozen === undefined ? current : merge(frozen, current);
      frozen = batch;
      current = emptyBatch();
      return {
        states: [...batch.states.values()],
        alarms: [...batch.alarms.values()],
        watches: [...batch.watches.values()].map((read) => read()),
      };
    },
    committed() {
      frozen = undefined;
    },
    pending: () => (frozen ?? current).happenings,
  };
}

function emptyBatch(): UnsavedBatch {
  return { states: new Map(), alarms: new Map(), watches: new Map(), happenings: [] };
}

function merge(before: UnsavedBatch, after: UnsavedBatch): UnsavedBatch {
  return {
    states: new Map([...before.states, ...after.states]),
    alarms: new Map([...before.alarms, ...after.alarms]),
    watches: new Map([...before.watches, ...after.watches]),
    happenings: [...before.happenings, ...after.happenings],
  };
}
