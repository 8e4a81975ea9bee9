/**
 * The tables of commands: each with its course, the calls that asked many devices at once, and by which
 * topic a device's network server was heard last. A command goes with its device.
 */
import type { Instant } from "../model/clock.ts";
import type { Command, CommandBatch, CommandState } from "../model/command.ts";
import type { Migration, Sql, SqlValue } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";

export const commandMigrations: readonly Migration[] = [
  {
    id: "registry-0060-commands",
    statements: [
      `create table commands (
        command_id text primary key,
        seq bigint not null,
        device_id text not null references devices (device_id) on delete cascade,
        batch_id text,
        name text not null,
        args text not null,
        mode text not null,
        created_at bigint not null,
        created_by text not null,
        expires_at bigint not null,
        state text not null,
        tries integer not null,
        sent_at bigint,
        next_at bigint,
        ended_at bigint,
        message text
      )`,
      "create unique index commands_seq on commands (seq)",
      "create index commands_device on commands (device_id, seq)",
      "create index commands_open on commands (device_id, seq) where ended_at is null",
      "create index commands_batch on commands (batch_id, state) where batch_id is not null",
      "create index commands_ended on commands (ended_at) where ended_at is not null",
      `create table command_batches (
        batch_id text primary key,
        name text not null,
        args text not null,
        mode text not null,
        created_at bigint not null,
        created_by text not null,
        expires_at bigint not null,
        target text not null
      )`,
      "create index command_batches_created on command_batches (created_at)",
      `create table device_ways (
        device_id text primary key references devices (device_id) on delete cascade,
        way text not null
      )`,
    ],
  },
  {
    id: "registry-0260-sparkplug-births",
    statements: [
      `create table sparkplug_births (
        id text primary key,
        node_id text not null,
        metrics text not null
      )`,
      "create index sparkplug_births_node on sparkplug_births (node_id)",
    ],
  },
  {
    id: "registry-0261-command-carrier-ids",
    statements: [
      // A platform numbers the commands of each of its devices: an id says nothing without its way.
      `create table command_carrier_ids (
        way text not null,
        carrier_id text not null,
        command_id text not null references commands (command_id) on delete cascade,
        primary key (way, carrier_id)
      )`,
      "create index command_carrier_ids_command on command_carrier_ids (command_id)",
    ],
  },
];

type Row = Record<string, SqlValue>;
const COLUMNS = `command_id, seq, device_id, batch_id, name, args, mode, created_at, created_by,
  expires_at, state, tries, sent_at, next_at, ended_at, message`;

function commandOf(row: Row): Command {
  const number = (name: string) => (row[name] === null ? undefined : Number(row[name]));
  const text = (name: string) => (row[name] === null ? undefined : String(row[name]));
  const optional = {
    batchId: text("batch_id"),
    sentAt: number("sent_at"),
    nextAt: number("next_at"),
    endedAt: number("ended_at"),
    message: text("message"),
  };
  return {
    commandId: String(row.command_id),
    deviceId: String(row.device_id) as Command["deviceId"],
    seq: Number(row.seq),
    name: String(row.name),
    args: JSON.parse(String(row.args)),
    mode: row.mode as Command["mode"],
    createdAt: Number(row.created_at),
    createdBy: String(row.created_by),
    expiresAt: Number(row.expires_at),
    state: row.state as CommandState,
    tries: Number(row.tries),
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<Command>),
  };
}

export async function newestSeq(tx: Sql): Promise<number> {
  const row = await tx.get<{ seq: number | null }>("select max(seq) as seq from commands");
  return Number(row?.seq ?? 0);
}

/** All of them, or none. */
export async function insertCommands(tx: Sql, commands: readonly Command[]): Promise<void> {
  for (const some of chunksOf(commands)) {
    const rows = some.map((command) => [
      ...[command.commandId, command.seq, command.deviceId, command.batchId ?? null],
      ...[command.name, JSON.stringify(command.args), command.mode],
      ...[command.createdAt, command.createdBy, command.expiresAt],
      ...courseOf(command),
    ]);
    await tx.run(`insert into commands (${COLUMNS}) values ${placesOf(rows)}`, rows.flat());
  }
}

export async function saveCourse(tx: Sql, command: Command): Promise<void> {
  await saveCourses(tx, [command]);
}

export async function saveCourses(tx: Sql, commands: readonly Command[]): Promise<void> {
  for (const some of chunksOf(commands)) {
    const rows = some.map((command) => [command.commandId, ...courseOf(command)]);
    // A column of values has no type of its own, above all where all of them are null.
    await tx.run(
      `with v (id, state, tries, sent_at, next_at, ended_at, message)
         as (values ${placesOf(rows)})
       update commands set state = v.state, tries = cast(v.tries as bigint),
         sent_at = cast(v.sent_at as bigint), next_at = cast(v.next_at as bigint),
         ended_at = cast(v.ended_at as bigint), message = cast(v.message as text)
       from v where commands.command_id = v.id`,
      rows.flat(),
    );
  }
}

const ROWS_PER_STATEMENT = 300;

function chunksOf<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / ROWS_PER_STATEMENT) }, (_, n) =>
    items.slice(n * ROWS_PER_STATEMENT, (n + 1) * ROWS_PER_STATEMENT),
  );
}

function placesOf(rows: readonly (readonly SqlValue[])[]): string {
  return rows.map((row) => `(${row.map(() => "?").join(", ")})`).join(", ");
}

function courseOf({ state, tries, sentAt, nextAt, endedAt, message }: Command): SqlValue[] {
  return [state, tries, sentAt ?? null, nextAt ?? null, endedAt ?? null, message ?? null];
}

export async function findCommand(sql: Sql, commandId: string): Promise<Command | undefined> {
  const row = await sql.get<Row>(`select ${COLUMNS} from commands where command_id = ?`, [
    commandId,
  ]);
  return row && commandOf(row);
}

/** In their order. */
export async function openOf(sql: Sql, deviceId: string): Promise<Command[]> {
  return (await openOfMany(sql, [deviceId])).get(deviceId) ?? [];
}

/** By device, each in its order; none of devices that have none. */
export async function openOfMany(
  sql: Sql,
  deviceIds: readonly string[],
): Promise<Map<string, Command[]>> {
  const open = new Map<string, Command[]>();
  for (const some of chunksOf(deviceIds)) {
    const rows = await sql.all<Row>(
      `select ${COLUMNS} from commands where device_id in (${some.map(() => "?").join(", ")})
        and ended_at is null order by seq`,
      some,
    );
    for (const command of rows.map(commandOf)) {
      const before = open.get(command.deviceId);
      if (before === undefined) open.set(command.deviceId, [command]);
      else before.push(command);
    }
  }
  return open;
}

/** Those of the batch that have not ended, in their order. */
export async function openOfBatch(sql: Sql, batchId: string): Promise<Command[]> {
  const rows = await sql.all<Row>(
    `select ${COLUMNS} from commands where batch_id = ? and ended_at is null order by seq`,
    [batchId],
  );
  return rows.map(commandOf);
}

/** Newest first, from before `beforeSeq` on. */
export async function listOf(
  sql: Sql,
  deviceId: string,
  { limit, beforeSeq }: { limit: number; beforeSeq?: number | undefined },
): Promise<Command[]> {
  const rows = await sql.all<Row>(
    `select ${COLUMNS} from commands where device_id = ? and seq < ? order by seq desc limit ?`,
    [deviceId, beforeSeq ?? Number.MAX_SAFE_INTEGER, limit],
  );
  return rows.map(commandOf);
}

/** Those that their device, or its carrier, has answered, newest first. */
export async function answeredOf(sql: Sql, deviceId: string, limit: number): Promise<Command[]> {
  const rows = await sql.all<Row>(
    `select ${COLUMNS} from commands where device_id = ? and tries > 0
      and state in ('done', 'refused') order by ended_at desc, seq desc limit ?`,
    [deviceId, limit],
  );
  return rows.map(commandOf);
}

/** The devices with open commands. */
export async function devicesWaiting(sql: Sql): Promise<string[]> {
  const rows = await sql.all<{ device_id: string }>(
    "select distinct device_id from commands where ended_at is null",
  );
  return rows.map(({ device_id }) => device_id);
}

type BatchHead = Omit<CommandBatch, "total" | "counts" | "failures">;

export async function insertBatch(tx: Sql, batch: BatchHead): Promise<void> {
  const { batchId, name, args, mode, createdAt, createdBy, expiresAt, target } = batch;
  await tx.run(
    `insert into command_batches (batch_id, name, args, mode, created_at, created_by, expires_at,
      target) values (?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[batchId, name, JSON.stringify(args), mode],
      ...[createdAt, createdBy, expiresAt, JSON.stringify(target)],
    ],
  );
}

export async function findBatch(sql: Sql, batchId: string): Promise<CommandBatch | undefined> {
  const row = await sql.get<Row>("select * from command_batches where batch_id = ?", [batchId]);
  if (row === undefined) return undefined;
  const states = await sql.all<{ state: CommandState; count: number }>(
    "select state, count(*) as count from commands where batch_id = ? group by state",
    [batchId],
  );
  const failed = await sql.all<{ device_id: string; message: string | null; state: string }>(
    `select device_id, state, message from commands
      where batch_id = ? and state in ('refused', 'expired', 'cancelled') order by seq limit ?`,
    [batchId, LIMITS.commandFailuresToldMax],
  );
  const counts = { ...NO_COUNTS };
  for (const { state, count } of states) counts[state] = Number(count);
  return {
    batchId,
    name: String(row.name),
    args: JSON.parse(String(row.args)),
    mode: row.mode as CommandBatch["mode"],
    createdAt: Number(row.created_at),
    createdBy: String(row.created_by),
    expiresAt: Number(row.expires_at),
    target: JSON.parse(String(row.target)),
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    counts,
    failures: failed.map(({ device_id: deviceId, message, state }) => ({
      deviceId,
      message: message ?? state,
    })),
  };
}

const NO_COUNTS: Record<CommandState, number> = {
  ...{ queued: 0, sent: 0, delivered: 0, done: 0, refused: 0, expired: 0, cancelled: 0 },
};

export async function forgetEnded(tx: Sql, before: Instant): Promise<void> {
  await tx.run("delete from commands where ended_at < ?", [before]);
  await tx.run(
    `delete from command_batches where created_at < ?
      and not exists (select 1 from commands c where c.batch_id = command_batches.batch_id)`,
    [before],
  );
}
