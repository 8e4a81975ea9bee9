/**
 * What people hear while a scenario runs: the alarms of the live stream, which has those alone that
 * are told, and the orders on the topics of all crews, as their phones take them.
 */
import { existsSync, readFileSync } from "node:fs";
import mqtt, { type MqttClient } from "mqtt";
import { pause, post, type RunningPlatform } from "./processes.ts";

/** Ids of the alarms that anybody was told of. */
export interface Told {
  alarmIds: ReadonlySet<string>;
  /** @throws Error where the stream ended before: what was told after is not known. */
  stop(): void;
}

/** Readings of one asset come with the alarms; this one has none. */
const QUIET = {
  assetId: "without-readings",
  componentCode: "4115240599999999",
  name: "without readings",
  lon: 115.41,
  lat: 31.8,
};

export async function hearAlarms(platform: RunningPlatform): Promise<Told> {
  const abort = new AbortController();
  await post(platform.ports.http, platform.token, "/api/v1/assets", QUIET);
  const response = await fetch(
    `http://127.0.0.1:${platform.ports.http}/api/v1/stream?assetId=${QUIET.assetId}`,
    { headers: { authorization: `Bearer ${platform.token}` }, signal: abort.signal },
  );
  if (!response.ok) throw new Error(`the live stream answered ${response.status}`);
  const alarmIds = new Set<string>();
  let isStopped = false;
  let endedEarly: string | undefined;
  const ended = (why: string): void => {
    if (!isStopped) endedEarly = why;
  };
  readEvents(response, (kind, data) => {
    if (kind === "alarm") alarmIds.add((data as { alarmId: string }).alarmId);
  }).then(
    () => ended("it was closed"),
    (error: unknown) => ended(String(error)),
  );
  return {
    alarmIds,
    stop() {
      isStopped = true;
      abort.abort();
      if (endedEarly !== undefined) throw new Error(`the live stream ended early: ${endedEarly}`);
    },
  };
}

async function readEvents(
  response: Response,
  hear: (kind: string, data: unknown) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of response.body ?? []) {
    const blocks = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, kind, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (kind !== undefined && data !== undefined) hear(kind, JSON.parse(data));
    }
  }
}

/** How often crews were told to go to a case, by its number; in a digest or alone. */
export interface Orders {
  dispatched: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

interface Order {
  kind: string;
  case: { caseNo: string };
  cases?: { caseNo: string; kinds: string[] }[];
}

const KEYS_WALL_MS_MAX = 120_000;

/** Signs in as every crew, with the keys of `crewKeys`. */
export async function hearOrders(
  platform: RunningPlatform,
  crews: Readonly<Record<string, string>>,
): Promise<Orders> {
  const dispatched = new Map<string, number>();
  const count = (caseNo: string, kinds: readonly string[]): void => {
    if (kinds.includes("dispatched")) dispatched.set(caseNo, (dispatched.get(caseNo) ?? 0) + 1);
  };
  const clients: MqttClient[] = [];
  for (const [crewId, password] of Object.entries(crews)) {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${platform.ports.mqtt}`, {
      ...{ username: crewId, password, clientId: `truth-${crewId}`, clean: false },
    });
    client.on("message", (_topic, payload) => {
      const order = JSON.parse(payload.toString()) as Order;
      if (order.cases === undefined) count(order.case.caseNo, [order.kind]);
      for (const { caseNo, kinds } of order.cases ?? []) count(caseNo, kinds);
    });
    await client.subscribeAsync(`v1/crews/${crewId}/cases`, { qos: 1 });
    clients.push(client);
  }
  return {
    dispatched,
    async stop() {
      await Promise.all(clients.map((client) => client.endAsync(true)));
    },
  };
}

/** As soon as the simulator has registered everything, its crews among it. */
export async function crewKeys(keysFile: string): Promise<Record<string, string>> {
  const begunAt = performance.now();
  while (!existsSync(keysFile)) {
    if (performance.now() - begunAt > KEYS_WALL_MS_MAX) {
      throw new Error("the simulator has not registered its crews in time");
    }
    await pause(100);
  }
  return (JSON.parse(readFileSync(keysFile, "utf8")) as { crews: Record<string, string> }).crews;
}
