/** A stop of the platform while a script hangs: its uplink waits in the journal and is asked again. */
import { expect, test } from "vitest";
import { connect, foundCity } from "./support/city.ts";
import { startPlatform, until } from "./support/platform.ts";

/** One search that counts no steps, and is ended only from outside. */
const HANGS = `function decodeUplink() {
  return Array.prototype.indexOf.call({ length: 9007199254740991 }, 3);
}`;

test("what a script hangs on when the platform stops is put aside by nobody, and asked again", async () => {
  const first = await startPlatform();
  const city = await foundCity(first.api);
  const right = { serviceId: "servers", publish: ["application/#"], subscribe: [] };
  const { body } = await first.api.post<{ key: string }>("/api/v1/services", right);
  const decoder = { name: "hangs", kind: "script", script: HANGS };
  expect((await first.api.replace("/api/v1/decoders/hangs", decoder)).status).toBe(200);
  const device = { format: "chirpstack", externalId: "24e124713b000066", decoder: "hangs" };
  await city.addDevice("manhole-cover", "cover-1", { device });
  const server = await connect(first.ports.mqtt ?? 0, "servers", body.key);
  const topic = "application/a1/device/24e124713b000066/event/up";
  const payload = { deduplicationId: "u-1", fCnt: 1, fPort: 1, data: "AQ==" };
  await server.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
  await server.endAsync(true);
  await first.stop("keep");
  const second = await startPlatform({}, first.directory);
  const letter = await until(async () => {
    const { body } = await second.api.get<{ items: { reason: string; text: string }[] }>(
      "/api/v1/dead-letters",
    );
    return body.items[0];
  }, "the letter");
  expect(letter).toMatchObject({ reason: "DECODER_FAILED" });
  expect(letter.text).toContain("time: it ran for more than 5000 ms");
  await second.stop();
});
