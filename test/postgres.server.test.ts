/** PostgreSQL, a real one: the contract, and what becomes of a transaction when the line is cut. */
import { setTimeout as wallDelay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { count, describeDatabase, failureOf, MIGRATIONS } from "../database/database.contract.ts";
import type { DatabaseDoor } from "../database/database.ts";
import { createPostgresDatabase } from "../database/postgres.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";
import { startProxy, type TcpProxy } from "./support/tcp-proxy.ts";

let server: PostgresServer;
let number = 0;
const name = (): string => `test_${number}`;
const url = (port = server.port): string =>
  `postgres://postgres:secret@127.0.0.1:${port}/${name()}?keepalives=1`;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server.remove());

async function begin(): Promise<void> {
  number += 1;
  await server.query(`create database ${name()} template template0`);
}

async function end(): Promise<void> {
  await server.query(`drop database ${name()} with (force)`);
}

describe("the contract", () => {
  describeDatabase({
    ...{ begin, end },
    make: (deps, options) => createPostgresDatabase(deps, { url: url(), ...options }),
    shown: () => `'postgres://postgres@127.0.0.1:${server.port}/${name()}'`,
    maker: () => ({
      module: new URL("../database/postgres.ts", import.meta.url).href,
      name: "createPostgresDatabase",
      options: { url: url() },
    }),
    details: { unique: { sqlState: "23505" }, foreignKey: { sqlState: "23503" } },
  });
});

describe("PostgreSQL alone", () => {
  let proxy: TcpProxy;
  const doors: DatabaseDoor[] = [];

  beforeEach(async () => {
    await begin();
    proxy = await startProxy(() => server.port);
  });

  afterEach(async () => {
    for (const door of doors.splice(0)) await door.close();
    await proxy.close();
    await end();
  });

  function make(port: number): DatabaseDoor {
    const door = createPostgresDatabase(
      { log: silentLog, metrics: memoryMetrics() },
      { url: url(port) },
    );
    doors.push(door);
    return door;
  }

  async function open(port = proxy.port): Promise<DatabaseDoor> {
    const door = make(port);
    await door.open(MIGRATIONS);
    return door;
  }

  const insert = (door: DatabaseDoor, id: number): Promise<unknown> =>
    door.transaction((tx) => tx.run("insert into things (id) values (?)", [id]));

  /** Goes on until the connection is there again, as those do that have something to commit. */
  async function insertSurely(door: DatabaseDoor, id: number): Promise<void> {
    const until = performance.now() + 20_000;
    for (;;) {
      const error = await insert(door, id).then(
        () => undefined,
        (caught: unknown) => caught,
      );
      if (error === undefined) return;
      if (performance.now() > until) throw error;
      await wallDelay(20);
    }
  }

  const idsOf = async (): Promise<number[]> =>
    (await server.query("select id from things order by id", name())).map((row) => Number(row.id));

  test("characters that PostgreSQL refuses come back as they went", async () => {
    const door = await open();
    const names = ["a\0b", "\0", "\uFFFE0", "\uFFFE", "\uFFFE\0\uFFFE1"];
    await door.transaction(async (tx) => {
      for (const [id, text] of names.entries()) {
        await tx.run("insert into things (id, name) values (?, ?)", [id, text]);
      }
    });
    const rows = await door.reader.all<{ name: string }>("select name from things order by id");
    expect(rows.map((row) => row.name)).toEqual(names);
    expect(await door.reader.get("select id from things where name = ?", [names[4] ?? ""])).toEqual(
      { id: 4 },
    );
  });

  test("truths, sums and means are numbers as they are in SQLite", async () => {
    const door = await open();
    await insert(door, 2);
    await insert(door, 5);
    expect(
      await door.reader.get(
        `select sum(id) as sum, avg(id) as mean, count(*) as n, max(id) = 5 as is_five,
           5 / 2 as half, ? / 2 as bound, cast(? as double precision) / 2 as real from things`,
        [5, 5],
      ),
    ).toEqual({ sum: 7, mean: 3.5, n: 2, is_five: 1, half: 2, bound: 2, real: 2.5 });
  });

  test("an error that the work swallows rolls all of it back and is told, never half committed", async () => {
    const door = await open();
    await insert(door, 1);
    const error = await failureOf(
      door.transaction(async (tx) => {
        await tx.run("insert into things (id) values (2)");
        await tx.run("insert into things (id) values (1)").catch(() => {});
      }),
    );
    expect(error.message).toContain("all of it was rolled back");
    expect(await idsOf()).toEqual([1]);
    await insert(door, 3);
    expect(await idsOf()).toEqual([1, 3]);
  });

  test("numbers and bytes are as they went in, whatever the database's settings; a dead session ends soon", async () => {
    await server.query(`alter database ${name()} set extra_float_digits = 0`);
    await server.query(`alter database ${name()} set bytea_output = 'escape'`);
    const door = await open();
    const [row] = await door.reader.all<Record<string, unknown>>(
      `select 0.1::float8 + 0.2::float8 as sum, '\\x00ff'::bytea as bytes,
         current_setting('tcp_keepalives_idle') as idle`,
    );
    const bytes = expect.objectContaining({ 0: 0, 1: 255, length: 2 });
    expect(row).toEqual({ sum: 0.1 + 0.2, bytes, idle: "10" });
  });

  test("a second platform is refused by name while the first lives, and let in after it", async () => {
    const first = await open();
    const second = make(server.port);
    const error = await failureOf(second.open(MIGRATIONS));
    expect(error.message).toMatch(/another platform uses it from 127\.0\.0\.1, of the server's/);
    expect(error.message).toContain("stop that one");
    expect(error.message).not.toContain("secret");
    await first.close();
    await second.open(MIGRATIONS);
    await insert(second, 1);
    expect(await count(second)).toBe(1);
  });

  test("a backend that is ended in the middle of a transaction leaves nothing of it", async () => {
    const door = await open();
    await insert(door, 1);
    const error = await failureOf(
      door.transaction(async (tx) => {
        await tx.run("insert into things (id) values (2)");
        await server.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gridwarden writer'",
        );
        await tx.run("insert into things (id) values (3)");
      }),
    );
    expect(error.code).toBe("DATABASE_FAILED");
    await insertSurely(door, 4);
    expect(await idsOf()).toEqual([1, 4]);
  });

  test("a connection that goes before the commit is sent is told at once, and nothing is there", async () => {
    const door = await open();
    const error = await failureOf(
      door.transaction(async (tx) => {
        await tx.run("insert into things (id) values (1)");
        proxy.setOff(true);
        proxy.cut();
        await wallDelay(50);
      }),
    );
    expect(error.code).toBe("DATABASE_FAILED");
    expect((await failureOf(insert(door, 2))).code).toBe("DATABASE_FAILED");
    expect((await failureOf(door.reader.all("select 1"))).code).toBe("DATABASE_FAILED");
    proxy.setOff(false);
    await insertSurely(door, 3);
    expect(await idsOf()).toEqual([3]);
  });

  test("a commit that never reached the server is thrown, and can be done again", async () => {
    const door = await open();
    proxy.cutAt("commit", "lost");
    expect((await failureOf(insert(door, 1))).code).toBe("DATABASE_FAILED");
    expect(await idsOf()).toEqual([]);
    await insertSurely(door, 1);
    expect(await idsOf()).toEqual([1]);
  });

  test("a commit that was done, though its answer is lost, settles as done", async () => {
    const door = await open();
    for (const id of [1, 2, 3]) {
      proxy.cutAt("commit", "unanswered");
      await insert(door, id);
      await insertSurely(door, id * 10);
    }
    expect(await idsOf()).toEqual([1, 2, 3, 10, 20, 30]);
  });

  test("while a commit is in doubt others are told at once, and it waits until it is known", async () => {
    const door = await open();
    proxy.cutAt("commit", "unanswered");
    let isSettled = false;
    const doubtful = insert(door, 1).finally(() => {
      isSettled = true;
    });
    const waiting = failureOf(insert(door, 2));
    await proxy.wasCut();
    proxy.setOff(true);
    expect((await waiting).code).toBe("DATABASE_FAILED");
    expect((await failureOf(insert(door, 3))).code).toBe("DATABASE_FAILED");
    expect(isSettled).toBe(false);
    proxy.setOff(false);
    await doubtful;
    expect(await idsOf()).toEqual([1]);
  });

  test("a former session that the server takes for living is ended, not waited for", async () => {
    const door = await open();
    proxy.cutAt("insert into things", "unnoticed");
    const begunAt = performance.now();
    expect((await failureOf(insert(door, 1))).code).toBe("DATABASE_FAILED");
    await insertSurely(door, 2);
    expect(performance.now() - begunAt).toBeLessThan(10_000);
    expect(await idsOf()).toEqual([2]);
  });

  test("closed while a commit is in doubt it says that it does not know", async () => {
    const door = await open();
    proxy.cutAt("commit", "unanswered");
    const doubtful = failureOf(insert(door, 1));
    await proxy.wasCut();
    proxy.setOff(true);
    await wallDelay(100);
    await door.close();
    expect((await doubtful).message).toContain("closed before it said");
  });

  test("who was away while another platform wrote writes no more until it is started again", async () => {
    const door = await open();
    await insert(door, 1);
    proxy.setOff(true);
    proxy.cut();
    const other = await open(server.port);
    await insert(other, 2);
    await other.close();
    proxy.setOff(false);
    await expect
      .poll(async () => (await failureOf(insert(door, 3))).message, { timeout: 10_000 })
      .toContain("another platform has used it meanwhile");
    await door.close();
    await insert(await open(), 4);
    expect(await idsOf()).toEqual([1, 2, 4]);
  });

  test("a server that lacks what was committed is written no more until a restart", async () => {
    const door = await open();
    for (const id of [1, 2, 3]) await insert(door, id);
    proxy.setOff(true);
    proxy.cut();
    // As a standby would be that was two transactions behind when it took over.
    await server.query("delete from things where id > 1", name());
    await server.query("update database_owner set transactions = transactions - 2", name());
    proxy.setOff(false);
    await expect
      .poll(async () => (await failureOf(insert(door, 4))).message, { timeout: 10_000 })
      .toContain("it lacks the last 2 transactions");
    await door.close();
    await insert(await open(), 5);
    expect(await idsOf()).toEqual([1, 5]);
  });

  test.each<["fast" | "immediate"]>([["fast"], ["immediate"]])(
    "a server that is stopped (%s) and started while transactions go on: each once, none lost",
    async (how) => {
      const door = await open();
      const done: number[] = [];
      let isOver = false;
      const going = (async () => {
        for (let id = 1; !isOver; id += 1) {
          await insertSurely(door, id);
          done.push(id);
        }
      })();
      for (let round = 0; round < 3; round += 1) {
        const before = done.length;
        await expect.poll(() => done.length, { timeout: 20_000 }).toBeGreaterThan(before + 20);
        await server.stop(how);
        await server.start();
      }
      const before = done.length;
      await expect.poll(() => done.length, { timeout: 20_000 }).toBeGreaterThan(before + 20);
      isOver = true;
      await going;
      expect(await idsOf()).toEqual(done);
    },
  );

  test("lines that are cut at random: what was thrown is not there, what was done is there once", async () => {
    const door = await open();
    let done = 0;
    const cutting = setInterval(() => proxy.cut(), 37);
    try {
      for (let id = 1; id <= 150; id += 1) {
        const isDone = await insert(door, id).then(
          () => true,
          () => false,
        );
        if (isDone) done += 1;
        else {
          expect(await idsOf()).not.toContain(id);
          await insertSurely(door, id);
        }
      }
    } finally {
      clearInterval(cutting);
    }
    expect(done).toBeGreaterThan(10);
    expect(await idsOf()).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));
  });

  test("a database in another encoding and one that only reads are refused with the cure", async () => {
    await server.query(`drop database ${name()} with (force)`);
    await server.query(`create database ${name()} encoding 'LATIN1' locale 'C' template template0`);
    expect((await failureOf(open())).message).toContain("its encoding is LATIN1, wanted UTF8");
    await end();
    await server.query(`create database ${name()} template template0`);
    await server.query(`alter database ${name()} set default_transaction_read_only = on`);
    expect((await failureOf(open())).message).toContain("only reads");
    const nowhere = make(1);
    expect((await failureOf(nowhere.open(MIGRATIONS))).message).toContain("no server listens");
  });

  test("a check tells of tables changed by hand", async () => {
    const door = await open();
    await server.query("alter table things add column colour text", name());
    await server.query("drop index parts_thing", name());
    await server.query("create table scratch (id bigint)", name());
    const faults = await door.check(MIGRATIONS);
    expect(faults).toEqual([
      "index parts_thing is missing",
      "column scratch.id is of no migration",
      "column things.colour is of no migration",
    ]);
  });
});
