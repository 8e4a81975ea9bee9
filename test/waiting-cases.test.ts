/**
 * Cases that wait for a crew, at the real platform: what its database refuses at the start keeps it
 * from nothing that it can do without.
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { afterEach, expect, test } from "vitest";
import { allMigrations } from "../app/migrations.ts";
import { dataPaths } from "../app/paths.ts";
import type { DatabaseDoor } from "../database/database.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { connect, foundCity } from "./support/city.ts";
import { createTestDatabase } from "./support/city-database.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

interface ShownCase {
  caseNo: string;
  state: string;
  unitId: string;
  crewId?: string;
}

let rig: TestPlatform | undefined;
let beside: DatabaseDoor | undefined;
const clients: MqttClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true);
  await beside?.close();
  beside = undefined;
  await rig?.stop();
  rig = undefined;
});

async function lift(port: number, deviceId: string, key: string): Promise<void> {
  const client = await connect(port, deviceId, key);
  clients.push(client);
  const payload = JSON.stringify({ values: { tiltDeg: 40, isOpen: true } });
  await client.publishAsync(`v1/manhole-cover/${deviceId}/telemetry`, payload, { qos: 1 });
}

const casesOf = async (platform: TestPlatform | undefined): Promise<ShownCase[]> =>
  (await platform?.api.get<{ items: ShownCase[] }>("/api/v1/cases"))?.body.items ?? [];

test("waiting cases that the database refuses hold up no start, no alarm and no stop; once it takes them they are given", async () => {
  const directory = await mkdtemp(join(tmpdir(), "gridwarden-test-"));
  rig = await startPlatform({}, directory);
  const city = await foundCity(rig.api);
  const keys = [
    await city.addDevice("manhole-cover", "lid-1"),
    await city.addDevice("manhole-cover", "lid-2"),
  ];
  await lift(rig.ports.mqtt ?? 0, "lid-1", keys[0] ?? "");
  await until(async () => (await casesOf(rig))[0]?.crewId, "a case with a crew");
  await rig.stop("keep");

  // As if the crew had come while the platform was down; and the database takes nothing of this case.
  beside = createTestDatabase(
    { log: silentLog, metrics: memoryMetrics() },
    { file: dataPaths(directory).database },
  );
  await beside.open(allMigrations);
  await beside.transaction(async (tx) => {
    await tx.run("update cases set crew_id = null, body = json_remove(body, '$.crewId')");
    const first = await tx.get<{ no: string }>("select case_no as no from cases");
    await tx.run(`create trigger refuse before update on cases when old.case_no = '${first?.no}'
      begin select raise(abort, 'refused by the test'); end`);
  });

  rig = await startPlatform({}, directory);
  await lift(rig.ports.mqtt ?? 0, "lid-2", keys[1] ?? "");
  const [second, first] = await until(async () => {
    const found = await casesOf(rig);
    return found.length === 2 && found[0]?.crewId === "crew-1" && found;
  }, "the second case with its crew");
  expect(second).toMatchObject({ state: "DISPATCHED" });
  expect(first).not.toHaveProperty("crewId");
  const begunAt = performance.now();
  await rig.stop("keep");
  expect(performance.now() - begunAt).toBeLessThan(5_000);

  rig = await startPlatform({}, directory);
  await beside.transaction((tx) => tx.run("drop trigger refuse"));
  await until(
    async () => (await casesOf(rig)).every(({ crewId }) => crewId === "crew-1"),
    "both cases with their crew",
  );
});
