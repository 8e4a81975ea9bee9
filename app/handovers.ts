/**
 * Shift handovers and pledges. A handover is written with what the platform knew at that moment and is
 * signed by it by whoever leaves; whoever comes signs it once, as another row. Neither is changed.
 */
import { noEffects, onceOf } from "../cases/cases.ts";
import type { RequestKey } from "../model/audit.ts";
import type { Case } from "../model/case.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { type Handover, HandoverSnapshot, type Pledge } from "../model/handover.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Engine } from "./engine.ts";
import { type HandoverFound, snapshotOf } from "./handover-lines.ts";
import { endPledge, insertPledge, openPledges, pledgeMigration } from "./pledges.ts";

export const handoverMigrations: readonly Migration[] = [
  {
    id: "app-0203-handovers",
    statements: [
      `create table handovers (
        seq integer primary key,
        at bigint not null,
        by_user text not null,
        note text,
        snapshot text not null
      )`,
      `create table handover_signatures (
        seq integer primary key,
        at bigint not null,
        by_user text not null
      )`,
    ],
  },
  pledgeMigration,
];

type Kept = Handover & { snapshot: HandoverSnapshot };
/** Where what the next shift must know is read. */
export interface HandoverSource {
  openCases(): Promise<readonly Case[]>;
  supervisions(): Promise<HandoverFound["supervisions"]>;
  notices(): Promise<HandoverFound["notices"]>;
  shelved(): Promise<HandoverFound["shelved"]>;
  devices(): HandoverFound["devices"];
}

interface Actor {
  username: string;
}

interface Deps<Reader extends Actor> {
  engine: Pick<Engine, "write">;
  trail: Pick<AuditTrail, "say">;
  reader: Sql;
  clock: Clock;
  /** As somebody may read it. */
  source(reader: Reader): HandoverSource;
}

export function createHandovers<Reader extends Actor>(deps: Deps<Reader>) {
  const { engine, trail, reader, clock } = deps;

  async function found(actor: Reader): Promise<HandoverFound> {
    const source = deps.source(actor);
    return {
      cases: await source.openCases(),
      pledges: await openPledges(reader),
      supervisions: await source.supervisions(),
      notices: await source.notices(),
      shelved: await source.shelved(),
      devices: source.devices(),
    };
  }

  function write<T>(
    key: RequestKey | undefined,
    subjectOf: (value: T) => string,
    work: (tx: Sql, now: Instant) => Promise<T>,
  ): Promise<T> {
    return engine.write(async (tx, now) => {
      const done = await onceOf(tx, key, now, async () => ({
        value: await work(tx, now),
        effects: noEffects(),
      }));
      trail.say({ subject: subjectOf(done.value), isRepeat: done.isRepeat });
      return { value: done.value };
    });
  }

  return {
    next: async (actor: Reader) => snapshotOf(await found(actor), clock.now()),
    list: (page: { limit: number; cursor?: string | undefined }) => listHandovers(reader, page),
    get: (handoverId: string) => needHandover(reader, handoverId),
    async add(said: { note?: string | undefined }, actor: Reader, key?: RequestKey): Promise<Kept> {
      // Read before the transaction: a county's cases keep no alarm waiting.
      const known = await found(actor);
      const made = await write<Handover>(
        key,
        ({ handoverId }) => handoverId,
        (tx, now) =>
          insertHandover(tx, { ...said, by: actor.username, snapshot: snapshotOf(known, now) }),
      );
      return await needHandover(reader, made.handoverId);
    },
    async sign(handoverId: string, actor: Actor, key?: RequestKey): Promise<Kept> {
      await write(
        key,
        () => handoverId,
        (tx, now) => signHandover(tx, handoverId, { by: actor.username, now }),
      );
      return await needHandover(reader, handoverId);
    },
    addPledge: (
      said: Pick<Pledge, "text" | "dueAt"> & { caseNo?: string | undefined },
      actor: Actor,
      key?: RequestKey,
    ): Promise<Pledge> =>
      write(
        key,
        ({ pledgeId }) => pledgeId,
        (tx, now) => insertPledge(tx, { ...said, madeAt: now, madeBy: actor.username }),
      ),
    donePledge: (pledgeId: string, actor: Actor, key?: RequestKey): Promise<Pledge> =>
      write(
        key,
        () => pledgeId,
        (tx, now) => endPledge(tx, pledgeId, { by: actor.username, now }),
      ),
  };
}

const seqOf = (handoverId: string): number => Number(handoverId.slice("HO-".length));

interface HandoverRow {
  seq: number;
  at: Instant;
  by_user: string;
  note: string | null;
  signed_at: Instant | null;
  signed_by: string | null;
}

const READ = `h.seq, h.at, h.by_user, h.note, s.at as signed_at, s.by_user as signed_by
  from handovers h left join handover_signatures s on s.seq = h.seq`;

const handoverOf = (row: HandoverRow): Handover => ({
  ...{ handoverId: `HO-${row.seq}`, at: row.at, by: row.by_user },
  ...(row.note !== null && { note: row.note }),
  ...(row.signed_at !== null && { signedAt: row.signed_at }),
  ...(row.signed_by !== null && { signedBy: row.signed_by }),
});

/** Newest first. */
async function listHandovers(
  sql: Sql,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: Handover[]; next?: string }> {
  if (cursor !== undefined && !/^\d{1,9}$/.test(cursor)) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'cursor': got '${cursor.slice(0, 40)}', wanted the 'next' of the page before`,
    );
  }
  const below = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
  const rows = await sql.all<HandoverRow>(
    `select ${READ} where h.seq < cast(? as bigint) order by h.seq desc limit ?`,
    [below, limit + 1],
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const page = { items: items.map(handoverOf) };
  return rows.length > limit && last !== undefined ? { ...page, next: `${last.seq}` } : page;
}

/** @throws GridwardenError HANDOVER_NOT_FOUND */
async function needHandover(sql: Sql, handoverId: string): Promise<Kept> {
  const row = await sql.get<HandoverRow & { snapshot: string }>(
    `select h.snapshot, ${READ} where h.seq = ?`,
    [seqOf(handoverId)],
  );
  if (row !== undefined) {
    return { ...handoverOf(row), snapshot: HandoverSnapshot.parse(JSON.parse(row.snapshot)) };
  }
  throw new GridwardenError("HANDOVER_NOT_FOUND", `no handover has the id '${handoverId}'`);
}

async function insertHandover(
  tx: Sql,
  { by, note, snapshot }: { by: string; note?: string | undefined; snapshot: HandoverSnapshot },
): Promise<Handover> {
  const last = await tx.get<{ seq: number | null }>("select max(seq) as seq from handovers");
  const seq = (last?.seq ?? 0) + 1;
  await tx.run("insert into handovers (seq, at, by_user, note, snapshot) values (?, ?, ?, ?, ?)", [
    ...[seq, snapshot.at, by],
    ...[note ?? null, JSON.stringify(snapshot)],
  ]);
  return {
    ...{ handoverId: `HO-${seq}`, at: snapshot.at, by },
    ...(note !== undefined && { note }),
  };
}

/** @throws GridwardenError HANDOVER_NOT_FOUND, HANDOVER_SIGN_REFUSED */
async function signHandover(
  tx: Sql,
  handoverId: string,
  { by, now }: { by: string; now: Instant },
): Promise<Handover> {
  const { snapshot: _, ...kept } = await needHandover(tx, handoverId);
  const refused = (why: string): GridwardenError =>
    new GridwardenError("HANDOVER_SIGN_REFUSED", `handover '${handoverId}' ${why}`);
  if (kept.signedBy !== undefined) throw refused(`was signed by '${kept.signedBy}' already`);
  if (kept.by === by) {
    throw refused(`is handed over by '${by}'; whoever comes signs it, under another name`);
  }
  await tx.run("insert into handover_signatures (seq, at, by_user) values (?, ?, ?)", [
    ...[seqOf(handoverId), now, by],
  ]);
  return { ...kept, signedAt: now, signedBy: by };
}
