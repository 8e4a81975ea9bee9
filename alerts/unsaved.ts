/**
 * What happened in memory and is not in the database yet. `freeze` hands out everything for one
 * transaction; only `committed` lets go of it, so a transaction that failed is written again with
 * what came after it, and what comes during one waits for the next. A happening is let go once it
 * was both saved and handed to the others, in whichever order.
 */
import type { AlarmHappening, AlarmRecord } from "../model/alarm.ts";
import type { StateRow, WatchRow } from "./alarm-tables.ts";
import type { DeafSpan } from "./deafness.ts";
import type { HoldRow } from "./hold-tables.ts";
import type { RuleRow } from "./rule-tables.ts";

type WatchChange =
  | { kind: "kept"; row: WatchRow }
  | { kind: "ended"; assetId: string; conditionId: string };

interface UnsavedRows {
  states: Map<string, StateRow>;
  alarms: Map<string, AlarmRecord>;
  /** Each answers its row as it is when it is frozen. */
  watches: Map<string, () => WatchChange>;
  rules: Map<string, RuleRow>;
  holds: Map<string, HoldRow>;
  /** Answers all spans; absent where they have not changed. */
  deafSpans?: () => readonly DeafSpan[];
}

export interface Unsaved {
  state(row: StateRow): void;
  alarm(record: AlarmRecord): void;
  watch(key: string, read: () => WatchChange): void;
  rule(row: RuleRow): void;
  hold(row: HoldRow): void;
  deafness(read: () => readonly DeafSpan[]): void;
  happening(happening: AlarmHappening): void;
  /** As it would be saved; undefined where the database has what there is. */
  alarmOf(alarmId: string): AlarmRecord | undefined;
  /** Of alarms and what holds them, whether anybody is told of it or not. */
  hasAlarms(): boolean;
  freeze(): {
    states: StateRow[];
    alarms: AlarmRecord[];
    watches: WatchChange[];
    rules: RuleRow[];
    holds: HoldRow[];
    deafSpans: readonly DeafSpan[] | undefined;
  };
  pending(): readonly AlarmHappening[];
  committed(): void;
}

export function createUnsaved(): Unsaved {
  let frozen: UnsavedRows | undefined;
  let current = noRows();
  const happenings: AlarmHappening[] = [];
  let savedCount = 0;
  let handedCount = 0;
  return {
    state: (row) => void current.states.set(`${row.bearerId} ${row.ruleId}`, row),
    alarm: (record) => void current.alarms.set(record.alarmId, record),
    watch: (key, read) => void current.watches.set(key, read),
    rule: (row) => void current.rules.set(row.rule.ruleId, row),
    hold: (row) => void current.holds.set(`${row.bearerId} ${row.ruleId}`, row),
    deafness(read) {
      current.deafSpans = read;
    },
    happening: (happening) => void happenings.push(happening),
    alarmOf: (alarmId) => current.alarms.get(alarmId) ?? frozen?.alarms.get(alarmId),
    hasAlarms: () =>
      [current, frozen].some(
        (rows) => rows !== undefined && rows.alarms.size + rows.holds.size > 0,
      ),
    freeze() {
      frozen = frozen === undefined ? current : merge(frozen, current);
      current = noRows();
      savedCount = happenings.length;
      return {
        states: [...frozen.states.values()],
        alarms: [...frozen.alarms.values()],
        watches: [...frozen.watches.values()].map((read) => read()),
        rules: [...frozen.rules.values()],
        holds: [...frozen.holds.values()],
        deafSpans: frozen.deafSpans?.(),
      };
    },
    pending() {
      handedCount = happenings.length;
      return [...happenings];
    },
    committed() {
      frozen = undefined;
      happenings.splice(0, Math.min(savedCount, handedCount));
      savedCount = 0;
      handedCount = 0;
    },
  };
}

function noRows(): UnsavedRows {
  return {
    states: new Map(),
    alarms: new Map(),
    watches: new Map(),
    rules: new Map(),
    holds: new Map(),
  };
}

function merge(before: UnsavedRows, after: UnsavedRows): UnsavedRows {
  const deafSpans = after.deafSpans ?? before.deafSpans;
  return {
    states: new Map([...before.states, ...after.states]),
    alarms: new Map([...before.alarms, ...after.alarms]),
    watches: new Map([...before.watches, ...after.watches]),
    rules: new Map([...before.rules, ...after.rules]),
    holds: new Map([...before.holds, ...after.holds]),
    ...(deafSpans === undefined ? {} : { deafSpans }),
  };
}
