/**
 * A real standby takes over while the server before it lives on: what is read is read where it is
 * written, and what was under way at the other one is told as lost.
 */
import { setTimeout as wallDelay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { failureOf, MIGRATIONS } from "../database/database.contract.ts";
import type { DatabaseDoor } from "../database/database.ts";
import { createPostgresDatabase } from "../database/postgres.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { type PostgresServer, startPostgres, startStandby } from "./support/postgres.ts";
import { startProxy, type TcpProxy } from "./support/tcp-proxy.ts";

let former: PostgresServer;
let standby: PostgresServer;
/** Where a new line of the platform leads. */
let leadsTo: PostgresServer;
let proxy: TcpProxy;
let door: DatabaseDoor;

beforeAll(async () => {
  former = await startPostgres();
  await former.query("create database city template template0");
  standby = await startStandby(former);
});

afterAll(async () => {
  await standby?.remove();
  await former.remove();
});

beforeEach(async () => {
  leadsTo = former;
  proxy = await startProxy(() => leadsTo.port);
  const url = `postgres://postgres@127.0.0.1:${proxy.port}/city`;
  door = createPostgresDatabase({ log: silentLog, metrics: memoryMetrics() }, { url });
  await door.open(MIGRATIONS);
});

afterEach(async () => {
  await door.close();
  await proxy.close();
});

const insert = (id: number): Promise<unknown> =>
  door.transaction((tx) => tx.run("insert into things (id) values (?)", [id]));

const read = async (): Promise<number[]> =>
  (await door.reader.all<{ id: number }>("select id from things order by id")).map(({ id }) => id);

test("a reader whose line leads to another server than the writer's is not used", async () => {
  await insert(1);
  leadsTo = standby;
  const error = await failureOf(read());
  expect(error.code).toBe("DATABASE_FAILED");
  expect(error.message).toContain("another server than the one that is written");
  await insert(2);
  leadsTo = former;
  expect(await read()).toEqual([1, 2]);
});

test("a writer that comes back to the same server takes no answer from its readers", async () => {
  const slow = door.reader.all<{ n: number }>("select 7 as n from pg_sleep(2)");
  await wallDelay(300);
  proxy.cutAt("insert into things", "lost");
  expect((await failureOf(insert(3))).code).toBe("DATABASE_FAILED");
  await expect.poll(() => insert(4).then(() => "done", String), { timeout: 20_000 }).toBe("done");
  expect(await slow).toEqual([{ n: 7 }]);
});

test("when a standby has taken over, nothing is read at the server before it, though it lives on", async () => {
  const readBefore = await read();
  await insert(5);
  const slow = failureOf(door.reader.all("select pg_sleep(30)"));
  // So that more than one reader is there.
  expect(await read()).toEqual([...readBefore, 5]);
  await expect
    .poll(() => standby.query("select id from things where id = 5", "city"), { timeout: 20_000 })
    .toHaveLength(1);
  await standby.query("select pg_promote()");
  leadsTo = standby;
  // Only the writer's line goes.
  proxy.cutAt("insert into things", "lost");
  expect((await failureOf(insert(6))).code).toBe("DATABASE_FAILED");
  await expect.poll(() => insert(7).then(() => "done", String), { timeout: 20_000 }).toBe("done");
  expect(await read()).toEqual([...readBefore, 5, 7]);
  expect((await slow).code).toBe("DATABASE_FAILED");
  expect(await former.query("select id from things where id = 7", "city")).toEqual([]);
});
