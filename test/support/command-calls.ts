/** Commands as a test asks for them over the API, and who hears them over MQTT. */
import type { MqttClient } from "mqtt";
import { expect } from "vitest";
import { connect } from "./city.ts";
import { type TestPlatform, until } from "./platform.ts";

export interface Told {
  commandId: string;
  state: string;
  tries: number;
  message?: string;
  createdBy: string;
}

interface Message {
  id: string;
  name: string;
  args: object;
  expiresAt: string;
}

export const commandsOf = (deviceId: string) => `/api/v1/devices/${deviceId}/commands`;
export const say = (client: MqttClient, topic: string, said: object) =>
  client.publishAsync(topic, JSON.stringify(said), { qos: 1 });

export function commandCalls(rig: () => TestPlatform) {
  const clients: MqttClient[] = [];

  async function tell(deviceId: string, body: object): Promise<Told> {
    const { status, body: told } = await rig().api.post<Told>(commandsOf(deviceId), body);
    expect([status, told]).toEqual([201, expect.objectContaining({ commandId: told.commandId })]);
    return told;
  }
  async function toldOf(deviceId: string, commandId: string): Promise<Told | undefined> {
    const { body } = await rig().api.get<{ items: Told[] }>(commandsOf(deviceId));
    return body.items.find((each) => each.commandId === commandId);
  }
  const untilIs = (deviceId: string, { commandId }: Told, state: string): Promise<Told> =>
    until(async () => {
      const told = await toldOf(deviceId, commandId);
      return told?.state === state && told;
    }, `the command to be ${state}`);

  const newest = async (deviceId: string): Promise<Record<string, number>> => {
    const path = `/api/v1/readings/latest?assetId=asset-of-${deviceId}`;
    const { body } = await rig().api.get<{ items: { measurement: string; value: number }[] }>(path);
    return Object.fromEntries(body.items.map(({ measurement, value }) => [measurement, value]));
  };

  /** Signed in and subscribed: keeps what it is told. */
  async function listen(username: string, key: string, filter: string) {
    const client = await connect(rig().ports.mqtt ?? 0, username, key);
    clients.push(client);
    const heard: { topic: string; said: Message & Record<string, unknown> }[] = [];
    client.on("message", (topic, payload) => {
      heard.push({ topic, said: JSON.parse(String(payload)) });
    });
    await client.subscribeAsync(filter, { qos: 1 });
    return { client, heard };
  }
  async function service(serviceId: string, filter: string) {
    const rights = { serviceId, publish: [filter], subscribe: [filter] };
    const { body } = await rig().api.post<{ key: string }>("/api/v1/services", rights);
    return body.key;
  }

  return {
    ...{ tell, toldOf, untilIs, newest, listen, service },
    end: async () => {
      for (const client of clients) await client.endAsync(true);
    },
  };
}
