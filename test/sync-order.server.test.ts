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
    ...["-f", "-qq", "-y", "-o", trace, "-xx", "-s", "64"],
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
  // The child is strace, which keeps signals to itself; the lock names the traced process.
  process.kill(Number.parseInt(readFileSync(join(directory, "lock"), "utf8"), 10), "SIGTERM");
  await platform.ended;

  const steps = stepsOf(readFileSync(trace, "utf8"));
  const pubacks = steps.filter((step) => step === "puback").length;
  expect(pubacks).toBe(MESSAGES);
  expect(steps.filter((step) => step === "message")).toHaveLength(MESSAGES);
  let isSynced = false;
  for (const step of steps) {
    if (step === "message") isSynced = false;
    if (step === "synced") isSynced = true;
    if (step === "puback") expect(isSynced).toBe(true);
  }
  rmSync(directory, { recursive: true, force: true });
});

type Step = "message" | "synced" | "puback";

/** `/journal/` as strace writes it. */
const JOURNAL = [...Buffer.from("/journal/")].map((byte) => `\\x${byte.toString(16)}`).join("");

/** The steps of interest, in the order in which they ended. */
function stepsOf(trace: string): Step[] {
  /** Threads that are inside a sync of the journal; strace splits a call that others interrupt. */
  const syncing = new Set<string>();
  return trace.split("\n").flatMap((line): Step[] => {
    const [thread = ""] = line.split(" ");
    const isJournal = /f(data)?sync\(/.test(line) && line.includes(JOURNAL);
    if (isJournal && line.includes("<unfinished")) syncing.add(thread);
    if (isJournal && /\) += 0/.test(line)) return ["synced"];
    if (/sync resumed>.*\) += 0/.test(line) && syncing.delete(thread)) return ["synced"];
    // A PUBLISH of QoS 1 is 0x32, …, `v1/`, a PUBACK 0x40 0x02 and the message's id.
    if (/read(\(| resumed>).*"\\x32.*\\x76\\x31\\x2f/.test(line)) return ["message"];
    return /write(v)?\(.*"\\x40\\x02\\x/.test(line) ? ["puback"] : [];
  });
}
