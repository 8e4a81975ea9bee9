/**
 * The tables of how devices are told: the ways to them, what their births declare, and the ids by which
 * platforms call commands. They are made with those of commands.
 */
import type { Sql } from "../model/database.ts";

export async function saveWay(tx: Sql, deviceId: string, way: string): Promise<void> {
  await tx.run(
    `insert into device_ways (device_id, way) select device_id, ? from devices where device_id = ?
      on conflict (device_id) do update set way = excluded.way`,
    [way, deviceId],
  );
}

export async function forgetWay(tx: Sql, deviceId: string): Promise<void> {
  await tx.run("delete from device_ways where device_id = ?", [deviceId]);
}

export async function loadWays(sql: Sql): Promise<Map<string, string>> {
  const rows = await sql.all<{ device_id: string; way: string }>(
    "select device_id, way from device_ways",
  );
  return new Map(rows.map(({ device_id, way }) => [device_id, way]));
}

export async function saveBirth(
  tx: Sql,
  { id, nodeId, metrics }: { id: string; nodeId: string; metrics: string },
): Promise<void> {
  await tx.run(
    `insert into sparkplug_births (id, node_id, metrics) values (?, ?, ?)
      on conflict (id) do update set metrics = excluded.metrics`,
    [id, nodeId, metrics],
  );
}

/** One that counts anew means the newest command. */
export async function saveCarrierId(
  tx: Sql,
  { way, id }: { way: string; id: string },
  commandId: string,
): Promise<void> {
  await tx.run(
    `insert into command_carrier_ids (way, carrier_id, command_id) values (?, ?, ?)
      on conflict (way, carrier_id) do update set command_id = excluded.command_id`,
    [way, id, commandId],
  );
}

/** The id of our command. */
export async function findByCarrier(
  sql: Sql,
  { way, id }: { way: string; id: string },
): Promise<string | undefined> {
  const row = await sql.get<{ command_id: string }>(
    "select command_id from command_carrier_ids where way = ? and carrier_id = ?",
    [way, id],
  );
  return row?.command_id;
}

/** Of a node: with all of its devices. */
export async function forgetBirth(tx: Sql, id: string): Promise<void> {
  await tx.run("delete from sparkplug_births where id = ? or node_id = ?", [id, id]);
}

export async function loadBirths(sql: Sql): Promise<{ id: string; metrics: string }[]> {
  return await sql.all("select id, metrics from sparkplug_births");
}
