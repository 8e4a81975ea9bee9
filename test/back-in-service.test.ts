/** A cover that stays open over the maintenance, on the real platform. */
import { expect, test } from "vitest";
import { connect, foundCity } from "./support/city.ts";
import { startPlatform, until } from "./support/platform.ts";

interface Alarm {
  state: string;
  deviceId: string;
  evidence: { measurement: string };
}

test("a cover left open over the maintenance is an alarm when its device is back in service, without another word of it", async () => {
  const rig = await startPlatform();
  const city = await foundCity(rig.api);
  const key = await city.addDevice("manhole-cover", "mc-1");
  const client = await connect(rig.ports.mqtt ?? 0, "mc-1", key);
  try {
    const say = (event: string) => rig.api.post("/api/v1/devices/mc-1/life", { event });
    const alarms = async () =>
      (await rig.api.get<{ items: Alarm[] }>("/api/v1/alarms?assetId=asset-of-mc-1")).body.items;
    await say("maintain");
    const payload = JSON.stringify({ values: { isOpen: true } });
    await client.publishAsync("v1/manhole-cover/mc-1/telemetry", payload, { qos: 1 });
    await until(async () => {
      const path = "/api/v1/readings/latest?assetId=asset-of-mc-1";
      return (await rig.api.get<{ items: unknown[] }>(path)).body.items.length > 0;
    }, "the reading");
    expect(await alarms()).toEqual([]);
    expect((await say("start")).status).toBe(200);
    const [alarm] = await until(async () => {
      const found = await alarms();
      return found.length > 0 ? found : undefined;
    }, "the alarm");
    expect(alarm).toMatchObject({ state: "unacknowledged", evidence: { measurement: "isOpen" } });
  } finally {
    await client.endAsync(true);
    await rig.stop();
  }
});
