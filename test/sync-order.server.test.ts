/**
 * The order that a power cut sees: of the platform's system calls, the disk sync that covers a
 * message comes before the bytes of its PUBACK. Traced with strace, from outside.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect, foundCity } from "./support/city.ts";
import { startProcess } from "./support/process.ts";

test("every PUBACK follows an fdatasync that began after its message was read", async () => {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-strace-"));
  const trace = join(directory, "trace");
  const platform = await startProcess(directory, undefined, [
    "strace",
    ...["-f", "-qq", "-o", trace, "-xx", "-s", "64"],
    ...["-e", "trace=fdatasync,fsync,read,write,writev"],
  ]);
  const city = await foundCity(platform.api);
  const key = await city.addDevice("manhole-cover", "mc-1");
  const client = await connect(platform.ports.mqtt, "mc-1", key);
  const MESSAGES = 20;
  for (let n = 0; n < MESSAGES; n += 1) {
    const payload = JSON.stringify({ values: { tiltDeg: n } });
    await client.publishAsync("v1/manhole-cover/mc-1/telemetry", payload, { qos: 1 });
  }
  await client.endAsync(true);
  process.kill(-0 + (platform.child.pid ?? 0), "SIGTERM");
  await platform.ended;

  const lines = readFileSync(trace, "utf8").split("\n");
  // A PUBLISH of QoS 1 begins with 0x32, a PUBACK is 0x40 0x02 and the message's id.
  const steps = lines.flatMap((line) => {
    if (/read\(.*"\\x32/.test(line)) return ["message"];
    if (/f(data)?sync(\(.*\)| resumed>.*\)) += 0/.test(line)) return ["synced"];
    if (/write(v)?\(.*"\\x40\\x02\\x/.test(line)) return ["puback"];
    return [];
  });
  const pubacks = steps.filter((step) => step === "puback").length;
  expect(pubacks).toBe(MESSAGES);
  let isSynced = false;
  for (const step of steps) {
    if (step === "message") isSynced = false;
    if (step === "synced") isSynced = true;
    if (step === "puback") expect(isSynced).toBe(true);
  }
  rmSync(directory, { recursive: true, force: true });
});
