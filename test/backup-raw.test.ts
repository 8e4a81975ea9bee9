/** A backup of a running platform has its raw uplinks: what was restored decodes them again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { runBackup } from "../app/backup-command.ts";
import { connect, foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

const EUI = "24e124713b000017";
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(directory?: string): Promise<TestPlatform> {
  const rig = await startPlatform({}, directory);
  ends.push(() => rig.stop());
  return rig;
}

test("what was restored decodes again what came before the backup", async () => {
  const rig = await start();
  const city = await foundCity(rig.api);
  const device = { format: "chirpstack", externalId: EUI };
  await city.addDevice("waste-bin", "bin-1", { device });
  const right = { serviceId: "chirpstack", publish: ["application/#"], subscribe: [] };
  const { key } = (await rig.api.post<{ key: string }>("/api/v1/services", right)).body;
  const client = await connect(rig.ports.mqtt ?? 0, "chirpstack", key);
  ends.push(() => client.endAsync(true));
  const time = new Date().toISOString();
  const said = { ...{ deduplicationId: "d-1", fCnt: 1, time }, object: { fillPercent: 40 } };
  const topic = `application/a1/device/${EUI}/event/up`;
  await client.publishAsync(topic, JSON.stringify(said), { qos: 1 });

  const span = { from: Date.now() - 86_400_000, to: Date.now() + 86_400_000 };
  const uplinksAgain = async ({ api }: TestPlatform): Promise<number> => {
    const asked = { ...span, format: "chirpstack" };
    const { body } = await api.post<{ redecodingId: string }>("/api/v1/redecodings", asked);
    return await until(async () => {
      const path = `/api/v1/redecodings/${body.redecodingId}`;
      const job = (await api.get<{ state: string; uplinks: number }>(path)).body;
      return job.state === "done" && job.uplinks;
    }, "the job");
  };
  await until(async () => (await uplinksAgain(rig)) === 1, "the raw uplink");

  const folder = mkdtempSync(join(tmpdir(), "gridwarden-backup-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const to = join(folder, "copy");
  const place = { dataDirectory: rig.directory, databaseUrl: undefined };
  expect(await runBackup(["--to", to], () => place)).toBe(0);
  expect(await uplinksAgain(await start(to))).toBe(1);
});
