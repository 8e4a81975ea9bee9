/** From a breach on a device's topic to the order on its crew's, with other traffic beside it. */
import mqtt from "mqtt";
import type { Credentials } from "./fleet.ts";
import { pause, quantile, type RunningPlatform } from "./processes.ts";

const SILENT_MS_MAX = 10_000;

export interface OrderTimes {
  orders: number;
  p50Ms: number;
  p99Ms: number;
}

/** One breach on each of `devices`, whose assets have no open case, `gapMs` apart. */
export async function measureOrders(
  platform: RunningPlatform,
  crew: { crewId: string; key: string },
  devices: readonly Credentials[],
  gapMs: number,
): Promise<OrderTimes> {
  const url = `mqtt://127.0.0.1:${platform.ports.mqtt}`;
  const crewClient = await mqtt.connectAsync(url, {
    username: crew.crewId,
    password: crew.key,
    clientId: "bench-crew",
    clean: false,
  });
  const sentAt = new Map<string, number>();
  const times: number[] = [];
  crewClient.on("message", (_topic, payload) => {
    const order = JSON.parse(payload.toString()) as { kind: string; case: { assetId: string } };
    const at = sentAt.get(order.case.assetId);
    if (order.kind !== "dispatched" || at === undefined) return;
    sentAt.delete(order.case.assetId);
    times.push(performance.now() - at);
  });
  await crewClient.subscribeAsync(`v1/crews/${crew.crewId}/cases`, { qos: 1 });
  for (const { deviceId, key } of devices) {
    const device = await mqtt.connectAsync(url, { username: deviceId, password: key });
    sentAt.set(deviceId.replace("dev-", "cover-"), performance.now());
    await device.publishAsync(
      `v1/manhole-cover/${deviceId}/telemetry`,
      JSON.stringify({ values: { tiltDeg: 38.5, isOpen: true } }),
      { qos: 1 },
    );
    await device.endAsync();
    await pause(gapMs);
  }
  const waitFrom = performance.now();
  while (sentAt.size > 0 && performance.now() - waitFrom < SILENT_MS_MAX) await pause(20);
  await crewClient.endAsync();
  if (sentAt.size > 0) throw new Error(`${sentAt.size} of ${devices.length} orders never came`);
  return { orders: times.length, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}
