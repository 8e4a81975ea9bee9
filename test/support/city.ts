/** A small city to test in: one unit with one crew, and an asset with a device when asked. */
import mqtt, { type MqttClient } from "mqtt";
import type { Api } from "./platform.ts";

export interface CrewOrder {
  id: string;
  kind: string;
  case: Record<string, unknown> & { caseNo: string; assetId: string; state: string };
  hazards: { measurement: string; isKnown: boolean; value?: number }[];
}

export interface City {
  crewKey: string;
  /** Makes an asset of the class with one device on it; answers the device's key. */
  addDevice(slug: string, deviceId: string, more?: Record<string, unknown>): Promise<string>;
}

/** 小类 codes by class, for valid component codes. */
const CATEGORIES: Record<string, string> = {
  "manhole-cover": "0102",
  streetlight: "0137",
  "waste-bin": "0305",
  "sewage-plant": "0198",
  "gas-line": "0196",
};

export async function foundCity(api: Api): Promise<City> {
  await expectOk(api.post("/api/v1/units", { unitId: "works", name: "Works", kind: "department" }));
  const crew = await expectOk<{ key: string }>(
    api.post("/api/v1/crews", { crewId: "crew-1", name: "Crew 1", unitId: "works" }),
  );
  let made = 0;
  return {
    crewKey: crew.key,
    async addDevice(slug, deviceId, more = {}) {
      made += 1;
      const { device = {}, ...asset } = more as { device?: object };
      await expectOk(
        api.post("/api/v1/assets", {
          assetId: `asset-of-${deviceId}`,
          class: slug,
          componentCode: `411524${CATEGORIES[slug]}${String(made).padStart(6, "0")}`,
          name: `asset of ${deviceId}`,
          lon: 115.41,
          lat: 31.8,
          maintenanceUnitId: "works",
          ...asset,
        }),
      );
      const answer = await expectOk<{ key: string }>(
        api.post("/api/v1/devices", { deviceId, assetId: `asset-of-${deviceId}`, ...device }),
      );
      return answer.key;
    },
  };
}

async function expectOk<T>(asked: Promise<{ status: number; body: unknown }>): Promise<T> {
  const { status, body } = await asked;
  if (status >= 300) throw new Error(`refused with ${status}: ${JSON.stringify(body)}`);
  return body as T;
}

export function connect(port: number, username: string, password: string): Promise<MqttClient> {
  return mqtt.connectAsync(
    `mqtt://127.0.0.1:${port}`,
    { username, password, clientId: `${username}-client`, clean: false, reconnectPeriod: 0 },
    false,
  );
}

/** A crew's phone: keeps the orders that came, the repeats of one id only once. */
export async function crewPhone(
  port: number,
  key: string,
): Promise<{ orders: CrewOrder[]; ids: string[]; client: MqttClient }> {
  const orders: CrewOrder[] = [];
  const ids: string[] = [];
  const client = await connect(port, "crew-1", key);
  client.on("message", (_topic, payload) => {
    const order = JSON.parse(payload.toString()) as CrewOrder;
    if (!ids.includes(order.id)) orders.push(order);
    ids.push(order.id);
  });
  await client.subscribeAsync("v1/crews/crew-1/cases", { qos: 1 });
  return { orders, ids, client };
}
