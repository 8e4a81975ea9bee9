/**
 * Shift marks in a table, the newest of each crew in memory, and what a mark does to the roster's word. Who
 * signs off in its turn is off duty until its next turn, or until it signs on; who signs on
 * without a turn is on duty until it signs off, or for so many hours at most.
 */
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { CrewId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { Crew } from "../model/registry.ts";
import type { ShiftMark } from "../model/shift.ts";
import type { Holdings } from "./holdings.ts";
import type { Write } from "./writer.ts";

export interface Shifts {
  /** The newest mark of the crew. */
  newest(crewId: string): ShiftMark | undefined;
  /** @throws CREW_NOT_FOUND */
  mark(
    said: { crewId: string; state: ShiftMark["state"]; by: string; note?: string | undefined },
    now: Instant,
  ): Promise<ShiftMark>;
  /** Of these crews within the span, the oldest first. */
  between(crewIds: readonly string[], from: Instant, to: Instant): Promise<ShiftMark[]>;
}

interface Row {
  crewId: CrewId;
  state: ShiftMark["state"];
  at: number;
  by: string;
  note: string | null;
}

const COLUMNS = `crew_id as "crewId", state, at, said_by as by, note`;

const toMark = ({ note, ...row }: Row): ShiftMark => ({ ...row, ...(note !== null && { note }) });

export function createShifts(
  holdings: Holdings,
  write: Write,
  reader: Sql,
): Shifts & { load(sql: Sql): Promise<void> } {
  const newest = new Map<string, ShiftMark>();
  return {
    async load(sql) {
      const rows = await sql.all<Row>(
        `select ${COLUMNS} from shift_marks
         where seq in (select max(seq) from shift_marks group by crew_id)`,
      );
      for (const row of rows) newest.set(row.crewId, toMark(row));
    },
    newest: (crewId) => newest.get(crewId),
    mark: ({ crewId: id, state, by, note }, now) =>
      write(async ({ tx, onCommit, note: tell }) => {
        const crewId = holdings.crews.get(id)?.crewId;
        if (crewId === undefined) {
          throw new GridwardenError("CREW_NOT_FOUND", `no crew has the id '${id}'`);
        }
        const mark: ShiftMark = { crewId, state, at: now, by, ...(note !== undefined && { note }) };
        await tx.run(
          `insert into shift_marks (seq, crew_id, state, at, said_by, note)
           values ((select coalesce(max(seq), 0) + 1 from shift_marks), ?, ?, ?, ?, ?)`,
          [crewId, state, now, by, note ?? null],
        );
        onCommit(() => void newest.set(crewId, mark));
        tell({ kind: "roster", id: holdings.crews.get(id)?.unitId ?? id });
        return mark;
      }),
    async between(crewIds, from, to) {
      if (crewIds.length === 0) return [];
      const rows = await reader.all<Row>(
        `select ${COLUMNS} from shift_marks where at >= ? and at < ?
           and crew_id in (${crewIds.map(() => "?").join(", ")}) order by seq`,
        [from, to, ...crewIds],
      );
      return rows.map(toMark);
    },
  };
}

/** What the roster plans for a crew. */
export interface Turns {
  /** When the turn ends that runs then; nothing where none does. */
  endsAt(crewId: string, at: Instant): Instant | undefined;
  nextAt(crewId: string, after: Instant): Instant | undefined;
}

/** What the crew's newest mark says at that time; nothing where the roster's word stands. */
export function saidByMark(
  mark: ShiftMark | undefined,
  at: Instant,
  turns: Turns,
): boolean | undefined {
  if (mark === undefined) return undefined;
  // Ahead of the time, since the clock was set back: it was said already.
  const since = Math.min(mark.at, at);
  if (mark.state === "on") return at < shiftEndsAt(mark.crewId, since, turns) ? true : undefined;
  const next = turns.nextAt(mark.crewId, since);
  return next === undefined || next > at ? false : undefined;
}

/** Of who signed on then: the end of the turn that it belongs to, or the longest that a shift may last. */
export function shiftEndsAt(crewId: string, since: Instant, turns: Turns): Instant {
  const running = turns.endsAt(crewId, since);
  if (running !== undefined) return running;
  const next = turns.nextAt(crewId, since);
  const isOfNext = next !== undefined && next - since <= LIMITS.earlyShiftMs;
  return (isOfNext ? turns.endsAt(crewId, next) : undefined) ?? since + LIMITS.shiftMsMax;
}

/** The crews on duty, the roster's word corrected by the marks; nothing where all are and none signed off. */
export function withMarks(
  rostered: ReadonlySet<CrewId> | undefined,
  crews: readonly Crew[],
  said: (crewId: string) => boolean | undefined,
): ReadonlySet<CrewId> | undefined {
  const words = crews.map(({ crewId }) => ({ crewId, isOn: said(crewId) }));
  if (words.every(({ isOn }) => isOn === undefined)) return rostered;
  const on = words.filter(({ crewId, isOn }) => isOn ?? rostered?.has(crewId) ?? true);
  return new Set(on.map(({ crewId }) => crewId));
}
