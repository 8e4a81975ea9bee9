/**
 * The whole platform on a real PostgreSQL that is cut off, ended and started anew while cases go on:
 * nothing is half done, nothing twice, and it goes on by itself.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wallDelay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type City, connect, crewPhone, foundCity } from "./support/city.ts";
import { type Answer, startPlatform, type TestPlatform, until } from "./support/platform.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";
import { startProxy, type TcpProxy } from "./support/tcp-proxy.ts";

interface ShownCase {
  caseNo: string;
  state: string;
  source: string;
  assetId: string;
  history: { event: string; to: string }[];
}

const CASES = 12;
const COVERS = 8;
const STEPS: [event: string, more: object][] = [
  ["confirm", {}],
  ["start", {}],
  ["feedback", { note: "wedged" }],
  ["checkPass", {}],
  ["close", {}],
];

/** What the history has of them, once each: `confirm` is three steps in one. */
const RECORDED = ["accept", "file", "dispatch", "start", "feedback", "checkPass", "close"];

let server: PostgresServer;
let proxy: TcpProxy;
let rig: TestPlatform;
let city: City;
const directory = mkdtempSync(join(tmpdir(), "gridwarden-on-postgres-"));

const start = (): Promise<TestPlatform> =>
  startPlatform(
    { GRIDWARDEN_DATABASE_URL: `postgres://postgres@127.0.0.1:${proxy.port}/city` },
    directory,
  );

beforeAll(async () => {
  server = await startPostgres();
  await server.query("create database city template template0");
  proxy = await startProxy(() => server.port);
  rig = await start();
  city = await foundCity(rig.api);
});

afterAll(async () => {
  await rig.stop("keep").catch(() => {});
  await proxy.close();
  await server.remove();
  rmSync(directory, { recursive: true, force: true });
});

const readiness = async (): Promise<number> =>
  (await fetch(`http://127.0.0.1:${rig.ports.http}/readyz`)).status;

/** 503 means that nothing was done, so it may be said again; anything else stands. */
async function surely<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  const begunAt = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503 || performance.now() - begunAt > 60_000) return answer;
    await wallDelay(50);
  }
}

/** A cover's case from report to close, each step said until it is taken. */
async function live(number: number): Promise<string> {
  const said = {
    assetId: `asset-of-slow-${number}`,
    conditionId: "cover-rattle",
    source: "hotline",
  };
  const made = await surely(() => rig.api.post<ShownCase>("/api/v1/cases", said));
  expect([number, made.status, made.body]).toMatchObject([number, 201, {}]);
  const { caseNo } = made.body;
  for (const [event, more] of STEPS) {
    const { status, body } = await surely(() =>
      rig.api.post<ShownCase>(`/api/v1/cases/${caseNo}/transitions`, { event, ...more }),
    );
    expect([caseNo, event, status, body]).toMatchObject([caseNo, event, 200, {}]);
  }
  return caseNo;
}

const endBackends = (): Promise<unknown> =>
  server.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'gridwarden%'",
  );

test("cases go on while the server is ended, cut off and started anew: nothing half, nothing twice", async () => {
  const phone = await crewPhone(rig.ports.mqtt ?? 0, city.crewKey);
  for (let number = 0; number < CASES; number += 1) {
    await city.addDevice("manhole-cover", `slow-${number}`);
  }
  const covers = await Promise.all(
    Array.from({ length: COVERS }, async (_, number) => {
      const key = await city.addDevice("manhole-cover", `lid-${number}`);
      return connect(rig.ports.mqtt ?? 0, `lid-${number}`, key);
    }),
  );
  let isOver = false;
  let troubles = 0;
  const trouble = (async () => {
    const kinds = [
      async () => proxy.cutAt("commit", "unanswered"),
      endBackends,
      async () => proxy.cutAt("commit", "lost"),
      async () => proxy.cut(),
      async () => proxy.cutAt("insert into", "unnoticed"),
      async () => {
        await server.stop("immediate");
        await wallDelay(300);
        await server.start();
      },
    ];
    // Each kind of trouble once at the least.
    for (; !isOver || troubles < kinds.length; troubles += 1) {
      await kinds[troubles % kinds.length]?.();
      await wallDelay(400);
    }
  })();
  const opening = (async () => {
    for (const [number, cover] of covers.entries()) {
      await cover.publishAsync(
        `v1/manhole-cover/lid-${number}/telemetry`,
        JSON.stringify({ values: { isOpen: true } }),
        { qos: 1 },
      );
      await wallDelay(300);
    }
  })();
  const lived: string[] = [];
  const living = [0, 1, 2].map(async (first) => {
    for (let number = first; number < CASES; number += 3) lived.push(await live(number));
  });
  await Promise.all([opening, ...living]);
  isOver = true;
  await trouble;
  await until(async () => (await readiness()) === 200, "it to be ready again");

  const all = await until(async () => {
    const { body } = await rig.api.get<{ items: ShownCase[] }>("/api/v1/cases?limit=1000");
    return body.items.length >= CASES + COVERS && body.items;
  }, "all cases");
  expect(all).toHaveLength(CASES + COVERS);
  for (const caseNo of lived) {
    const { body } = await rig.api.get<ShownCase>(`/api/v1/cases/${caseNo}`);
    const said = body.history.map(({ event }) => event);
    for (const event of RECORDED) {
      expect([caseNo, event, said.filter((each) => each === event)]).toEqual([
        caseNo,
        event,
        [event],
      ]);
    }
    expect(body.state).toBe("CLOSED");
  }
  const sensed = all.filter(({ source }) => source === "sensor");
  expect(new Set(sensed.map(({ assetId }) => assetId)).size).toBe(COVERS);
  expect(sensed).toHaveLength(COVERS);
  await until(
    () => sensed.every(({ caseNo }) => phone.orders.some((each) => each.case.caseNo === caseNo)),
    "an order for each",
  );
  for (const { caseNo } of sensed) {
    const mine = phone.orders.filter(
      (each) => each.case.caseNo === caseNo && each.kind === "dispatched",
    );
    expect(mine).toHaveLength(1);
  }
  const { body: chain } = await rig.api.get("/api/v1/audit/verify");
  expect(chain).toMatchObject({ isUnbroken: true });
  for (const client of [...covers, phone.client]) await client.endAsync();
});

test("without its database it is not ready, takes uplinks, refuses writes and stops in time; then it catches up", async () => {
  const key = await city.addDevice("manhole-cover", "last-lid");
  const cover = await connect(rig.ports.mqtt ?? 0, "last-lid", key);
  proxy.setOff(true);
  proxy.cut();
  await cover.publishAsync(
    "v1/manhole-cover/last-lid/telemetry",
    JSON.stringify({ values: { isOpen: true } }),
    { qos: 1 },
  );
  await until(async () => (await readiness()) === 503, "it to say that it is not ready");
  const refused = await rig.api.post<{ code: string }>("/api/v1/units", {
    ...{ unitId: "parks", name: "Parks", kind: "department" },
  });
  expect([refused.status, refused.body.code]).toEqual([503, "DATABASE_FAILED"]);
  await cover.endAsync();
  const begunAt = performance.now();
  await rig.stop("keep").catch(() => {});
  expect(performance.now() - begunAt).toBeLessThan(9_500);
  proxy.setOff(false);
  rig = await start();
  const found = await until(async () => {
    const { body } = await rig.api.get<{ items: ShownCase[] }>(
      "/api/v1/cases?assetId=asset-of-last-lid",
    );
    return body.items.length > 0 && body.items;
  }, "the case");
  expect(found).toHaveLength(1);
});
