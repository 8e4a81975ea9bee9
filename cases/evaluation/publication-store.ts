/**
 * Publications as rows: a heading that changes with its state, a brief that never does, and how far
 * the periods were taken care of. Every write takes the transaction it belongs to.
 */
import { createHash } from "node:crypto";
import type { Instant } from "../../model/clock.ts";
import type { Migration, Sql, SqlValue } from "../../model/database.ts";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import type {
  Brief,
  Publication,
  PublicationDetails,
  PublicationKind,
  PublicationState,
} from "../../model/publication.ts";

export const publicationMigrations: readonly Migration[] = [
  {
    id: "cases-0045-publications",
    statements: [
      `create table publications (
        publication_id text primary key,
        kind text not null,
        period text not null,
        edition integer not null,
        version integer not null,
        state text not null,
        ends_at bigint not null,
        hash text not null,
        heading text not null,
        brief text not null
      )`,
      "create unique index publications_edition on publications (period, edition)",
      "create index publications_newest on publications (ends_at, publication_id)",
      "create index publications_kind on publications (kind, ends_at, publication_id)",
      "create unique index publications_approved on publications (period) where state = 'approved'",
      "create index publications_state on publications (state, ends_at, publication_id)",
      `create table publication_cursor (
        id integer primary key check (id = 1),
        done_until bigint not null
      )`,
    ],
  },
];

export interface PublicationFilter {
  kind?: PublicationKind | undefined;
  period?: string | undefined;
  state?: PublicationState | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface PublicationPage {
  items: Publication[];
  next?: string;
}

export const hashOf = (brief: string): string => createHash("sha256").update(brief).digest("hex");

export async function insertPublication(
  tx: Sql,
  publication: Publication,
  brief: string,
): Promise<void> {
  const { publicationId, kind, period, edition, version, state, to, hash } = publication;
  await tx.run(
    `insert into publications (publication_id, kind, period, edition, version, state, ends_at, hash,
      heading, brief) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[publicationId, kind, period, edition, version, state, to, hash],
      JSON.stringify(publication),
      brief,
    ],
  );
}

/** @throws GridwardenError PUBLICATION_VERSION_CONFLICT when it is no longer at `formerVersion`. */
export async function updatePublication(
  tx: Sql,
  publication: Publication,
  formerVersion: number,
): Promise<void> {
  const { publicationId, version, state } = publication;
  const { changes } = await tx.run(
    `update publications set version = ?, state = ?, heading = ?
     where publication_id = ? and version = ?`,
    [version, state, JSON.stringify(publication), publicationId, formerVersion],
  );
  if (changes !== 1) throw publicationConflict(publicationId, formerVersion, undefined);
}

/** `current` is absent where it is not known any more. */
export function publicationConflict(
  publicationId: string,
  wanted: number,
  current: number | undefined,
): GridwardenError {
  const stands = current === undefined ? "another version" : `version ${current}`;
  return new GridwardenError(
    "PUBLICATION_VERSION_CONFLICT",
    `publication '${publicationId}' is at ${stands}, you changed version ${wanted}; read it again`,
    { details: { publicationId, ...(current !== undefined && { version: current }) } },
  );
}

interface Row {
  heading: string;
  brief: string;
}

/** As this file wrote it; nobody else writes it. */
const headingOf = ({ heading }: Pick<Row, "heading">): Publication =>
  JSON.parse(heading) as Publication;

/** With the brief as it is kept. @throws GridwardenError PUBLICATION_NOT_FOUND */
export async function needPublication(
  sql: Sql,
  publicationId: string,
): Promise<{ publication: Publication; brief: string }> {
  const row = await sql.get<Row>(
    "select heading, brief from publications where publication_id = ?",
    [publicationId],
  );
  if (row !== undefined) return { publication: headingOf(row), brief: row.brief };
  throw new GridwardenError(
    "PUBLICATION_NOT_FOUND",
    `no publication has the id '${publicationId}'; GET /api/v1/evaluation/publications lists them`,
    { details: { publicationId } },
  );
}

/** @throws GridwardenError PUBLICATION_NOT_FOUND */
export async function readPublication(
  sql: Sql,
  publicationId: string,
): Promise<PublicationDetails> {
  const { publication, brief } = await needPublication(sql, publicationId);
  return { publication, brief: JSON.parse(brief) as Brief };
}

/** The one edition that everybody may read. */
export async function approvedOf(
  sql: Sql,
  period: string,
): Promise<PublicationDetails | undefined> {
  const row = await sql.get<Row>(
    "select heading, brief from publications where period = ? and state = 'approved'",
    [period],
  );
  if (row === undefined) return undefined;
  return { publication: headingOf(row), brief: JSON.parse(row.brief) as Brief };
}

/** An edition of the period that says the same and stands. */
export async function sameEdition(
  sql: Sql,
  period: string,
  hash: string,
): Promise<Publication | undefined> {
  const row = await sql.get<Pick<Row, "heading">>(
    `select heading from publications where period = ? and hash = ? and state <> 'withdrawn'
     order by edition desc limit 1`,
    [period, hash],
  );
  return row === undefined ? undefined : headingOf(row);
}

export async function lastEdition(sql: Sql, period: string): Promise<number> {
  const row = await sql.get<{ last: number | null }>(
    "select max(edition) as last from publications where period = ?",
    [period],
  );
  return row?.last ?? 0;
}

/** Periods that ended after `from` and have an edition. */
export async function periodsMade(
  sql: Sql,
  from: Instant,
  now: Instant,
): Promise<ReadonlySet<string>> {
  const rows = await sql.all<{ heading: string }>(
    "select heading from publications where ends_at > ?",
    [from],
  );
  const headings = rows.map(({ heading }) => JSON.parse(heading) as Publication);
  // One that a clock made which ran ahead knows nothing of the period's end.
  return new Set(
    headings.filter(({ computedAt }) => computedAt <= now).map(({ period }) => period),
  );
}

/** Those whose period ended last come first. @throws GridwardenError REQUEST_INVALID */
export async function listPublications(
  sql: Sql,
  filter: PublicationFilter,
): Promise<PublicationPage> {
  const limit = Math.min(LIMITS.listMax, Math.max(1, filter.limit ?? LIMITS.listDefault));
  const wheres = ["1 = 1"];
  const parameters: SqlValue[] = [];
  for (const column of ["kind", "period", "state"] as const) {
    const wanted = filter[column];
    if (wanted === undefined) continue;
    wheres.push(`${column} = ?`);
    parameters.push(wanted);
  }
  if (filter.cursor !== undefined) {
    wheres.push("(ends_at, publication_id) < (?, ?)");
    parameters.push(...decodeCursor(filter.cursor));
  }
  const rows = await sql.all<Pick<Row, "heading">>(
    `select heading from publications where ${wheres.join(" and ")}
     order by ends_at desc, publication_id desc limit ?`,
    [...parameters, limit + 1],
  );
  const items = rows.slice(0, limit).map(headingOf);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: `${last.to}-${last.publicationId}` };
}

function decodeCursor(cursor: string): [Instant, string] {
  const [, endsAt, publicationId] = /^(\d{1,15})-(.{1,20})$/.exec(cursor) ?? [];
  if (endsAt !== undefined && publicationId !== undefined) return [Number(endsAt), publicationId];
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'cursor': got '${cursor.slice(0, 40)}', wanted the 'next' of the page before; leave it out to begin anew`,
  );
}

/** Periods that ended by then have their brief, or never will; nothing before the first look. */
export async function publicationsDoneUntil(sql: Sql): Promise<Instant | undefined> {
  const row = await sql.get<{ until: number }>(
    "select done_until as until from publication_cursor where id = 1",
  );
  return row?.until;
}

export async function savePublicationsDoneUntil(tx: Sql, until: Instant): Promise<void> {
  await tx.run(
    `insert into publication_cursor (id, done_until) values (1, ?)
     on conflict (id) do update set done_until = excluded.done_until`,
    [until],
  );
}
