/**
 * A device of each class, on the first asset of it, that tells whatever its class measures: no simulated
 * device has all kinds of radio and of power. Each time it also sends one value beyond its range, which is
 * suspect, and at first what it has kept from two days before.
 */
import type { Fleet } from "../../firmware-sim/fleet.ts";
import type { AssetClass } from "../../model/asset-class.ts";
import { ASSET_CLASSES } from "../../model/asset-classes/all.ts";
import { DAY_MS, type Instant } from "../../model/clock.ts";
import { connect } from "./city.ts";
import type { Api } from "./platform.ts";

interface Teller {
  stop(): Promise<void>;
}

/** Of its range, which is beyond the limits of most rules; before it was all of it. */
const TOLD_SHARE = 0.9;
const TELLING_WALL_MS = 1_000;
const BEFORE_MS = 2 * DAY_MS;

export async function startTellers(
  world: { api: Api; fleet: Fleet; port: number },
  now: Instant,
): Promise<Teller> {
  const tellers: Teller[] = [];
  for (const assetClass of ASSET_CLASSES) tellers.push(await startTeller(world, assetClass, now));
  return {
    async stop() {
      for (const teller of tellers.splice(0)) await teller.stop();
    },
  };
}

async function startTeller(
  { api, fleet, port }: Parameters<typeof startTellers>[0],
  assetClass: AssetClass,
  now: Instant,
): Promise<Teller> {
  const { slug, measurements } = assetClass;
  const deviceId = `teller-${slug}`;
  const [assetId] = fleet.devices
    .filter((device) => device.class === slug)
    .map((device) => device.assetId)
    .sort();
  const { status, body } = await api.post<{ key: string }>("/api/v1/devices", {
    deviceId,
    assetId,
  });
  if (status >= 300) throw new Error(`device '${deviceId}': ${JSON.stringify(body)}`);
  const client = await connect(port, deviceId, body.key);
  const tell = (values: object, more: object = {}): void => {
    const payload = JSON.stringify({ values, ...more });
    client.publish(`v1/${slug}/${deviceId}/telemetry`, payload, { qos: 1 });
  };
  const [{ name, max } = { name: "", max: 0 }] = measurements;
  tell(valuesOf(assetClass, 1), { observedAt: now - BEFORE_MS });
  const timer = setInterval(() => {
    tell(valuesOf(assetClass, TOLD_SHARE));
    tell({ [name]: 2 * max + 1 });
  }, TELLING_WALL_MS);
  return {
    async stop() {
      clearInterval(timer);
      await client.endAsync();
    },
  };
}

function valuesOf({ measurements }: AssetClass, share: number): object {
  return Object.fromEntries(
    measurements.map(({ name, kind, min, max }) => [
      name,
      kind === "boolean" ? true : min + (max - min) * share,
    ]),
  );
}
