/**
 * Cases at the size of years: 10,000 open and 200,000 closed ones in the embedded database. Steps,
 * lists and filters through the API, one after the other as a person works; then a storm, 500 cases
 * in one minute, and when each order was on its crew's topic.
 */
import { join } from "node:path";
import mqtt from "mqtt";
import type { Row } from "./bench.ts";
import { multiplyCases } from "./case-rows.ts";
import { type Credentials, importCovers, registerCrew } from "./fleet.ts";
import {
  get,
  metric,
  pause,
  post,
  quantile,
  type RunningPlatform,
  runPlatform,
} from "./processes.ts";

const OPEN = 10_000;
const CLOSED = 200_000;
const UNITS = 50;
const STORY_UNIT = "stories";
const STEPS = 2_000;
const LISTS = 2_000;
const STORM = 500;
const STORM_MS = 60_000;
const ORDERS_WAIT_MS = 120_000;
/** The rule of the water in a well waits so long before it tells. */
const WATER_DELAY_MS = 61_000;

/** How the platform's own cases are left, which are then written again. */
const STORIES: readonly (readonly object[])[] = [
  [],
  [{ event: "accept" }],
  [{ event: "accept" }, { event: "file" }],
  [{ event: "confirm" }],
  [{ event: "confirm" }],
  [{ event: "confirm" }, { event: "start" }],
  [{ event: "confirm" }, { event: "start" }, { event: "return", reason: "not ours" }],
  [{ event: "confirm" }, { event: "start" }, { event: "feedback", note: "put back" }],
  [
    ...[{ event: "confirm" }, { event: "start" }, { event: "feedback", note: "put back" }],
    ...[{ event: "checkPass", note: "seen", reason: "seen" }, { event: "close" }],
  ],
];

/** What takes an open case on, by its state. */
const NEXT: Record<string, object> = {
  REPORTED: { event: "confirm" },
  PENDING_FILING: { event: "file" },
  PENDING_DISPATCH: { event: "dispatch" },
  DISPATCHED: { event: "start" },
  HANDLING: { event: "feedback", note: "put back" },
  RETURN_REVIEW: { event: "refuseReturn", reason: "it is yours" },
  CHECKING: { event: "rework", reason: "still open" },
};

export async function measureCases(): Promise<Row[]> {
  const first = await runPlatform();
  const { devices, crews } = await foundCity(first);
  await tellStories(first);
  await first.stop(true);
  const numbers = await multiplyCases(join(first.directory, "data"), {
    open: OPEN,
    closed: CLOSED,
    ownerOf: (n) => ({ unitId: unitOf(n), crewId: `crew-${n % UNITS}` }),
  });
  const platform = await runPlatform({ directory: first.directory });
  try {
    const lists = await timeLists(platform);
    // Ten for each crew are no flood; the crews of the steps would be in one.
    const calm = await storm(platform, devices.slice(0, STORM), crews, "waterLevelCm");
    const danger = await storm(platform, devices.slice(STORM, 2 * STORM), crews, "isOpen");
    const steps = await timeSteps(platform, numbers);
    return rows({ lists, steps, calm, danger });
  } finally {
    await platform.stop();
  }
}

interface City {
  devices: Credentials[];
  crews: { crewId: string; key: string }[];
}

const unitOf = (n: number): string => (n < OPEN ? `works-${n % UNITS}` : STORY_UNIT);

/** Fifty units with a crew each, and one more for the stories. */
async function foundCity(platform: RunningPlatform): Promise<City> {
  const crews: City["crews"] = [];
  for (let n = 0; n < UNITS; n += 1) {
    crews.push(await registerCrew(platform, unitOf(n), `crew-${n}`));
  }
  // Orders of the stories would bring a crew of the storm nearer to a flood.
  await registerCrew(platform, STORY_UNIT, "crew-of-stories");
  const devices = await importCovers(platform, OPEN + STORIES.length, unitOf);
  return { devices, crews };
}

async function tellStories(platform: RunningPlatform): Promise<void> {
  const { http } = platform.ports;
  for (const [n, story] of STORIES.entries()) {
    const report = { assetId: `cover-${OPEN + n}`, conditionId: "cover-broken", source: "patrol" };
    const { caseNo } = await post<{ caseNo: string }>(
      http,
      platform.token,
      "/api/v1/cases",
      report,
    );
    for (const step of story) {
      await post(http, platform.token, `/api/v1/cases/${caseNo}/transitions`, step);
    }
  }
}

interface StepTimes {
  /** Of each step from the request to its answer. */
  answersMs: number[];
  /** Transactions meanwhile, and how many of them took 5 ms at most, disk sync and all. */
  transactions: number;
  within5Ms: number;
}

async function transactionCounts(platform: RunningPlatform): Promise<[number, number]> {
  const name = "gridwarden_database_transaction_seconds";
  return [
    await metric(platform, `${name}_count`),
    await metric(platform, `${name}_bucket{le="0.005"}`),
  ];
}

/** Steps sent one after the other. */
async function timeSteps(
  platform: RunningPlatform,
  numbers: ReadonlyMap<string, string[]>,
): Promise<StepTimes> {
  const before = await transactionCounts(platform);
  const waiting = [...numbers].filter(([state]) => NEXT[state] !== undefined);
  const times: number[] = [];
  for (let n = 0; n < STEPS; n += 1) {
    const [state = "", caseNos = []] = waiting[n % waiting.length] ?? [];
    const caseNo = caseNos[Math.floor(n / waiting.length)];
    const begunAt = performance.now();
    await post(
      platform.ports.http,
      platform.token,
      `/api/v1/cases/${caseNo}/transitions`,
      NEXT[state],
    );
    times.push(performance.now() - begunAt);
  }
  const after = await transactionCounts(platform);
  return {
    answersMs: times,
    transactions: after[0] - before[0],
    within5Ms: after[1] - before[1],
  };
}

async function timeLists(platform: RunningPlatform): Promise<number[]> {
  const times: number[] = [];
  const ask = async (path: string): Promise<{ next?: string }> => {
    const begunAt = performance.now();
    const response = await get(platform, `/api/v1/cases${path}`);
    const answer = (await response.json()) as { next?: string };
    times.push(performance.now() - begunAt);
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  let cursor = "";
  for (let n = 0; times.length < LISTS; n += 1) {
    const unit = `works-${n % UNITS}`;
    const day = `${2021 + (n % 3)}-0${1 + (n % 9)}-15T00:00:00%2B08:00`;
    for (const query of ["status=open", "status=closed", "status=HANDLING", "status=CHECKING"]) {
      await ask(`?${query}`);
    }
    await ask(`?unitId=${unit}&status=open`);
    await ask(`?unitId=${unit}&status=CLOSED`);
    await ask(`?crewId=crew-${n % UNITS}&status=open`);
    await ask(`?assetId=cover-${n % OPEN}`);
    await ask(`?to=${day}`);
    await ask(`?from=${day}&status=closed&unitId=${unit}`);
    const page = await ask(`?status=closed${cursor === "" ? "" : `&cursor=${cursor}`}`);
    cursor = encodeURIComponent(page.next ?? "");
  }
  return times;
}

interface StormTimes {
  /** From the case's dispatch to the order on the topic. */
  delaysMs: number[];
  twice: number;
}

/** A breach on each device within a minute. `waterLevelCm` endangers nobody, `isOpen` does. */
async function storm(
  platform: RunningPlatform,
  devices: readonly Credentials[],
  crews: City["crews"],
  measurement: "waterLevelCm" | "isOpen",
): Promise<StormTimes> {
  const wanted = new Set(devices.map(({ deviceId }) => deviceId.replace("dev-", "cover-")));
  const seen = new Set<string>();
  const times: StormTimes = { delaysMs: [], twice: 0 };
  const url = `mqtt://127.0.0.1:${platform.ports.mqtt}`;
  const clients = await Promise.all(
    crews.map(async ({ crewId, key }) => {
      const client = await mqtt.connectAsync(url, { username: crewId, password: key });
      client.on("message", (_topic, payload) => {
        const order = JSON.parse(payload.toString()) as {
          kind: string;
          case: { caseNo: string; assetId?: string; source: string; dispatchedAt: string };
        };
        const { caseNo, assetId = "", source, dispatchedAt } = order.case;
        if (order.kind !== "dispatched" || source !== "sensor" || !wanted.has(assetId)) return;
        if (seen.has(caseNo)) times.twice += 1;
        else times.delaysMs.push(Date.now() - Date.parse(dispatchedAt));
        seen.add(caseNo);
      });
      await client.subscribeAsync(`v1/crews/${crewId}/cases`, { qos: 1 });
      return client;
    }),
  );
  const values = measurement === "isOpen" ? { isOpen: true } : { waterLevelCm: 185 };
  await say(url, devices, values);
  if (measurement === "waterLevelCm") {
    await pause(Math.max(0, WATER_DELAY_MS - STORM_MS));
    await say(url, devices, values);
  }
  const waitFrom = performance.now();
  while (seen.size < devices.length && performance.now() - waitFrom < ORDERS_WAIT_MS) {
    await pause(100);
  }
  // Whatever comes a second time has some seconds for it.
  await pause(5_000);
  for (const client of clients) await client.endAsync();
  if (seen.size < devices.length) {
    throw new Error(`${devices.length - seen.size} of ${devices.length} orders never came`);
  }
  return times;
}

/** One publish of each device, spread over a minute. */
async function say(url: string, devices: readonly Credentials[], values: object): Promise<void> {
  const begunAt = performance.now();
  for (const [n, { deviceId, key }] of devices.entries()) {
    const dueAt = begunAt + (n * STORM_MS) / devices.length;
    await pause(Math.max(0, dueAt - performance.now()));
    const client = await mqtt.connectAsync(url, { username: deviceId, password: key });
    await client.publishAsync(
      `v1/manhole-cover/${deviceId}/telemetry`,
      JSON.stringify({ values }),
      { qos: 1 },
    );
    await client.endAsync();
  }
}

function rows(found: {
  lists: number[];
  steps: StepTimes;
  calm: StormTimes;
  danger: StormTimes;
}): Row[] {
  const size = `${OPEN.toLocaleString("en")} open and ${CLOSED.toLocaleString("en")} closed cases`;
  return [
    {
      what: `an event of a case, ${size}`,
      measured: `${share(found.steps)} of the transactions within 5 ms; the answer of the API ${spread(found.steps.answersMs)}`,
      wanted: "p99 5 ms",
    },
    {
      what: `a list or filter of cases through the API, 100 a page, ${size}`,
      measured: spread(found.lists),
      wanted: "p99 50 ms",
    },
    ...[
      { what: "life-safety cases", times: found.danger },
      { what: "ordinary cases", times: found.calm },
    ].map(({ what, times }) => ({
      what: `${STORM} ${what} in a minute for ${UNITS} crews: from the dispatch to the crew's topic`,
      measured: `${spread(times.delaysMs)}, ${times.twice} twice`,
      wanted: "each within 5 s, none twice",
    })),
  ];
}

function share({ within5Ms, transactions }: StepTimes): string {
  return `${((100 * within5Ms) / transactions).toFixed(1)} %`;
}

function spread(timesMs: readonly number[]): string {
  const [p50, p99, max] = [0.5, 0.99, 1].map((q) => quantile(timesMs, q).toFixed(1));
  return `p50 ${p50}, p99 ${p99}, max ${max} ms of ${timesMs.length.toLocaleString("en")}`;
}
