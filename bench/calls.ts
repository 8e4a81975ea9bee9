/**
 * A storm that calls people: 500 life-safety cases in one minute, 60 crews with a person each, who has
 * five ways; two of the five channels are down, one refuses its connections, the other never answers. When
 * each order was on some channel, and whether anybody had one twice by one channel.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import mqtt from "mqtt";
import type { Row } from "./bench.ts";
import { type Credentials, importCovers, registerCrew } from "./fleet.ts";
import {
  get,
  pause,
  post,
  quantile,
  type RunningPlatform,
  runPlatform,
  temporaryFolder,
} from "./processes.ts";

const STORM = 500;
const STORM_MS = 60_000;
const CREWS = 60;
const CHANNELS = 5;
const SECRET = "a secret of the benchmark";
/** A person presses the key so long after the call. */
const PRESS_AFTER_MS = 2_000;
const CALLS_WAIT_MS = 60_000;

interface Heard {
  channelId: string;
  to: string;
  caseNo: string;
  at: number;
}

export async function measureCalls(): Promise<Row[]> {
  const heard: Heard[] = [];
  let platform: RunningPlatform | undefined;
  const press = (channelId: string, messageId: string): void => {
    setTimeout(() => void accept(platform, channelId, messageId), PRESS_AFTER_MS);
  };
  const servers = await Promise.all(
    Array.from({ length: CHANNELS }, (_, n) => startGateway(n, heard, press)),
  );
  try {
    const channels = servers.map(channelOf);
    for (const [n, server] of servers.entries()) if (isRefusing(n)) server.close();
    const directory = temporaryFolder();
    mkdirSync(join(directory, "data"));
    writeFileSync(join(directory, "data", "channels.json"), JSON.stringify({ channels }));
    platform = await runPlatform({ directory });
    const devices = await foundCity(platform);
    await breach(platform, devices);
    return [await rowOf(platform, heard)];
  } finally {
    await platform?.stop();
    for (const server of servers) server.closeAllConnections();
    for (const server of servers) server.close();
  }
}

/** The last but one refuses, the last never answers. */
const isSilent = (n: number): boolean => n === CHANNELS - 1;
const isRefusing = (n: number): boolean => n === CHANNELS - 2;

function channelOf(server: Server, n: number) {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  return { kind: "webhook", channelId: `channel-${n}`, url, secret: SECRET };
}

async function startGateway(
  n: number,
  heard: Heard[],
  press: (channelId: string, messageId: string) => void,
): Promise<Server> {
  const channelId = `channel-${n}`;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (isSilent(n)) return;
    const { messageId, to, fields } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
      messageId: string;
      to: string;
      fields: { caseNo: string };
    };
    const at = Date.now();
    heard.push({ channelId, to, caseNo: fields.caseNo, at });
    response.writeHead(204).end();
    press(channelId, messageId);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function accept(
  platform: RunningPlatform | undefined,
  channelId: string,
  messageId: string,
): Promise<void> {
  const url = `http://127.0.0.1:${platform?.ports.http}/api/v1/intake/receipts/${channelId}`;
  await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${SECRET}` },
    body: JSON.stringify({ messageId, state: "accepted" }),
  }).catch(() => {});
}

/** A unit and a crew each, whose one member has the five ways, each in an order of his own. */
async function foundCity(platform: RunningPlatform): Promise<Credentials[]> {
  const { http } = platform.ports;
  for (let n = 0; n < CREWS; n += 1) {
    const [unitId, crewId, username] = [`works-${n}`, `crew-${n}`, `member-${n}`];
    await registerCrew(platform, unitId, crewId);
    const user = { username, roles: ["crew"], crewId, unitId, password: "bench-only" };
    await post(http, platform.token, "/api/v1/users", user);
    const points = Array.from({ length: CHANNELS }, (_, way) => ({
      channelId: `channel-${(n + way) % CHANNELS}`,
      to: username,
    }));
    const response = await fetch(`http://127.0.0.1:${http}/api/v1/users/${username}/contacts`, {
      method: "PUT",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${platform.token}`,
      },
      body: JSON.stringify({ points }),
    });
    if (!response.ok) throw new Error(`contacts: ${await response.text()}`);
  }
  return await importCovers(platform, STORM, (n) => `works-${n % CREWS}`);
}

async function breach(platform: RunningPlatform, devices: readonly Credentials[]): Promise<void> {
  const url = `mqtt://127.0.0.1:${platform.ports.mqtt}`;
  const begunAt = performance.now();
  for (const [n, { deviceId, key }] of devices.entries()) {
    await pause(Math.max(0, begunAt + (n * STORM_MS) / devices.length - performance.now()));
    const client = await mqtt.connectAsync(url, { username: deviceId, password: key });
    const topic = `v1/manhole-cover/${deviceId}/telemetry`;
    await client.publishAsync(topic, '{"values":{"isOpen":true}}', { qos: 1 });
    await client.endAsync();
  }
}

async function rowOf(platform: RunningPlatform, heard: readonly Heard[]): Promise<Row> {
  const dispatched = await dispatchTimes(platform);
  const waitFrom = performance.now();
  const reached = (): Set<string> => new Set(heard.map(({ caseNo }) => caseNo));
  while (reached().size < STORM && performance.now() - waitFrom < CALLS_WAIT_MS) await pause(200);
  await pause(5_000);
  const first = new Map<string, number>();
  const ways = new Map<string, number>();
  for (const { caseNo, channelId, to, at } of heard) {
    first.set(caseNo, Math.min(first.get(caseNo) ?? Number.POSITIVE_INFINITY, at));
    const way = `${caseNo} ${to} ${channelId}`;
    ways.set(way, (ways.get(way) ?? 0) + 1);
  }
  const delays = [...first].map(([caseNo, at]) => at - (dispatched.get(caseNo) ?? Number.NaN));
  const twice = [...ways.values()].filter((count) => count > 1).length;
  const never = STORM - first.size;
  const [p50, p99, max] = [0.5, 0.99, 1].map((q) => (quantile(delays, q) / 1_000).toFixed(2));
  return {
    what: `${STORM} life-safety cases in a minute, ${CREWS} crews, two of five channels down: from the dispatch to a person's channel`,
    measured: `p50 ${p50}, p99 ${p99}, max ${max} s, ${never} never, ${twice} twice to one person by one channel, ${heard.length - first.size} by a further channel`,
    wanted: "each within 10 s, none twice",
  };
}

async function dispatchTimes(platform: RunningPlatform): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  let cursor = "";
  while (times.size < STORM) {
    const response = await get(platform, `/api/v1/cases?limit=200${cursor}`);
    const page = (await response.json()) as {
      items: { caseNo: string; dispatchedAt?: string }[];
      next?: string;
    };
    for (const { caseNo, dispatchedAt } of page.items) {
      if (dispatchedAt !== undefined) times.set(caseNo, Date.parse(dispatchedAt));
    }
    if (page.next === undefined) {
      if (times.size < STORM) await pause(500);
      cursor = "";
      continue;
    }
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
  return times;
}
