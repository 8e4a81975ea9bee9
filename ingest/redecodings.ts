/** Re-decodings as they are kept: what was asked for, how far it has come, and what it did. */
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql, SqlRow } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import type {
  RedecodedName,
  Redecoding,
  RedecodingCounts,
  RedecodingFault,
  RedecodingState,
} from "../model/redecoding.ts";

export const redecodingMigrations: readonly Migration[] = [
  {
    id: "ingest-0140-redecodings",
    statements: [
      `create table redecodings (
        redecoding_id text primary key,
        made_at bigint not null,
        made_by text not null,
        state text not null,
        next bigint not null,
        body text not null
      )`,
    ],
  },
];

export const NO_COUNTS: RedecodingCounts = Object.freeze({
  replaced: 0,
  added: 0,
  same: 0,
  refused: 0,
});

/** As it is from now on; of those that have ended the newest `keptMax` stay. */
export async function saveRedecoding(tx: Sql, of: Redecoding, keptMax: number): Promise<void> {
  const { redecodingId, madeAt, by, state, next, ...body } = of;
  await tx.run(
    `insert into redecodings (redecoding_id, made_at, made_by, state, next, body)
     values (?, ?, ?, ?, ?, ?)
     on conflict (redecoding_id) do update set state = excluded.state, next = excluded.next,
       body = excluded.body`,
    [redecodingId, madeAt, by, state, next, JSON.stringify(body)],
  );
  await tx.run(
    `delete from redecodings where state not in ('waiting', 'running') and redecoding_id not in
       (select redecoding_id from redecodings order by made_at desc, redecoding_id limit ?)`,
    [keptMax],
  );
}

export async function findRedecoding(sql: Sql, id: string): Promise<Redecoding | undefined> {
  const row = await sql.get("select * from redecodings where redecoding_id = ?", [id]);
  return row && ofRow(row);
}

/** Those that have not ended, in the order in which they were asked for. */
export async function openRedecodings(sql: Sql): Promise<Redecoding[]> {
  const rows = await sql.all(
    `select * from redecodings where state in ('waiting', 'running')
     order by made_at, redecoding_id`,
  );
  return rows.map(ofRow);
}

function ofRow(row: SqlRow): Redecoding {
  const body = JSON.parse(String(row.body)) as Omit<
    Redecoding,
    "redecodingId" | "madeAt" | "by" | "state" | "next" | "names" | "endedAt" | "fault"
  > & { names?: RedecodedName[]; endedAt?: Instant; fault?: string };
  return {
    endedAt: undefined,
    fault: undefined,
    // Of one that began before they were told.
    names: [],
    ...body,
    redecodingId: String(row.redecoding_id),
    madeAt: Number(row.made_at),
    by: String(row.made_by),
    state: String(row.state) as RedecodingState,
    next: Number(row.next),
  };
}

/**
 * How values stand beside what stood before; `standing` by value, undefined where nothing did.
 * `isFlagged`: the value is the same, its flags are others.
 */
export function countPast(
  past: readonly { reading: { value: number } }[],
  standing: readonly (number | undefined)[],
  isFlagged: (index: number) => boolean = () => false,
): Pick<RedecodingCounts, "added" | "replaced" | "same"> {
  const counts = { added: 0, replaced: 0, same: 0 };
  for (const [index, { reading }] of past.entries()) {
    const stood = standing[index];
    if (stood === undefined) counts.added += 1;
    else if (stood === reading.value && !isFlagged(index)) counts.same += 1;
    else counts.replaced += 1;
  }
  return counts;
}

/** Reasons, each once with its first text. */
export function addFaults(
  known: readonly RedecodingFault[],
  found: readonly Pick<RedecodingFault, "reason" | "text" | "count">[],
): RedecodingFault[] {
  const faults = new Map(known.map((fault) => [fault.reason, { ...fault }]));
  for (const { reason, text, count } of found) {
    const fault = faults.get(reason) ?? { reason, text, count: 0 };
    faults.set(reason, { ...fault, count: fault.count + count });
  }
  return [...faults.values()];
}

/** Each once; beyond the bound no further ones. */
export function addNames(
  known: readonly RedecodedName[],
  found: readonly RedecodedName[],
): RedecodedName[] {
  const keyOf = ({ whose, measurement }: RedecodedName): string => `${whose} ${measurement}`;
  const names = new Map(known.map((name) => [keyOf(name), { ...name }]));
  for (const name of found) {
    const before = names.get(keyOf(name));
    if (before !== undefined) {
      before.answered += name.answered;
      before.standing += name.standing;
    } else if (names.size < LIMITS.redecodingNamesMax) names.set(keyOf(name), { ...name });
  }
  return [...names.values()];
}

export function addCounts(one: RedecodingCounts, other: RedecodingCounts): RedecodingCounts {
  return {
    replaced: one.replaced + other.replaced,
    added: one.added + other.added,
    same: one.same + other.same,
    refused: one.refused + other.refused,
  };
}
