/**
 * One scenario from beginning to end: a platform of its own and the simulator beside it on the same
 * clock, then everything that is to be known of it, read through the doors that people use.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CaseLine } from "./ledger.ts";
import { get, MAIN, pause, type RunningPlatform, run, runPlatform } from "./processes.ts";
import type { TruthAlarm, TruthLine } from "./truth-score.ts";
import { crewKeys, hearAlarms, hearOrders } from "./truth-watch.ts";

export interface ScenarioRun {
  /** Of the simulator's own, or a file. */
  scenario: string;
  start: string;
  speed: number;
  hours: number;
  seed: number;
  /** No fault before so many minutes after the start. */
  faultsAfterMinutes: number;
}

export interface CaseSeen extends CaseLine {
  memberCount?: number;
}

export interface TaskSeen {
  taskId: string;
  kind: string;
  alarmId: string;
  deviceId?: string;
  gatewayId?: string;
  openedAt: string;
}

export interface Observed {
  ledger: TruthLine[];
  alarms: TruthAlarm[];
  cases: CaseSeen[];
  tasks: TaskSeen[];
  /** Orders to go there, by case. */
  dispatched: ReadonlyMap<string, number>;
  fromAt: number;
  endAt: number;
  /** Of each line of the ledger that was off line: is all there that was measured meanwhile? */
  history: { line: TruthLine; isComplete: boolean }[];
}

const PAGE = 1_000;
const MINUTE_MS = 60_000;
const GROUP_CONDITIONS = new Set(["feeder-outage"]);
/** What is on its way when the simulator ends. */
const SETTLE_WALL_MS = 4_000;

export async function observeScenario(wanted: ScenarioRun): Promise<Observed> {
  const platform = await runPlatform({
    env: { GRIDWARDEN_CLOCK: `${wanted.start},${wanted.speed}`, GRIDWARDEN_HJ212_PORT: "0" },
  });
  try {
    return await observeOn(platform, wanted);
  } finally {
    await platform.stop();
  }
}

async function observeOn(platform: RunningPlatform, wanted: ScenarioRun): Promise<Observed> {
  const ledgerFile = join(platform.directory, "ledger.jsonl");
  const keysFile = join(platform.directory, "keys.json");
  const told = await hearAlarms(platform);
  const sim = run(process.execPath, simArguments(platform, wanted, { ledgerFile, keysFile }));
  const ended = new Promise<number | null>((resolve) => sim.child.once("exit", resolve));
  try {
    const crews = await crewKeys(keysFile);
    const fromAt = (await platformTime(platform)) + wanted.faultsAfterMinutes * MINUTE_MS;
    const orders = await hearOrders(platform, crews);
    const code = await ended;
    if (code !== 0) throw new Error(`the simulator of '${wanted.scenario}' ended with ${code}`);
    const endAt = await platformTime(platform);
    await pause(SETTLE_WALL_MS);
    told.stop();
    const found = await readFound(platform, readLines(ledgerFile), told.alarmIds, endAt);
    await orders.stop();
    return { ...found, fromAt, endAt, dispatched: orders.dispatched };
  } finally {
    await sim.stop();
  }
}

function simArguments(
  { ports, adminPassword }: RunningPlatform,
  { scenario, start, speed, hours, seed, faultsAfterMinutes }: ScenarioRun,
  { ledgerFile, keysFile }: { ledgerFile: string; keysFile: string },
): string[] {
  return [
    ...[MAIN, "sim", scenario.endsWith(".json") ? "--scenario-file" : "--scenario", scenario],
    ...["--seed", String(seed), "--duration", `${hours}h`],
    ...["--faults-after", `${faultsAfterMinutes}m`],
    ...["--broker", `mqtt://127.0.0.1:${ports.mqtt}`, "--hj212-port", String(ports.hj212)],
    ...["--api", `http://127.0.0.1:${ports.http}`, "--admin-password", adminPassword],
    ...["--credentials-file", keysFile, "--ledger", ledgerFile],
    ...["--clock", `${start},${speed}`],
  ];
}

async function readFound(
  platform: RunningPlatform,
  ledger: TruthLine[],
  toldIds: ReadonlySet<string>,
  endAt: number,
): Promise<Pick<Observed, "ledger" | "alarms" | "cases" | "tasks" | "history">> {
  const cases = await withMembers(platform, await readAll<CaseSeen>(platform, "cases"));
  const tasks = await readAll<TaskSeen>(platform, "tasks");
  const answers = await readAll<AlarmAnswer>(platform, "alarms");
  const history = await readHistory(platform, ledger, endAt);
  return { ledger, cases, tasks, history, alarms: asAlarms(answers, toldIds, cases, tasks) };
}

/** How many alarms a case stands for, of those that have a cabinet's or a station's own. */
async function withMembers(platform: RunningPlatform, cases: CaseSeen[]): Promise<CaseSeen[]> {
  return Promise.all(
    cases.map(async (each) => {
      if (!GROUP_CONDITIONS.has(each.conditionId)) return each;
      const detail = await get(platform, `/api/v1/cases/${each.caseNo}`);
      return { ...each, ...((await detail.json()) as CaseSeen) };
    }),
  );
}

export interface AlarmAnswer extends Omit<TruthAlarm, "raisedAt" | "toldAt" | "overAt"> {
  raisedAt: string;
  returnedAt?: string;
  clearedAt?: string;
}

/**
 * When people were told: with the alarm; of one that was held before, when it opened its task or case.
 */
export function asAlarms(
  answers: readonly AlarmAnswer[],
  toldIds: ReadonlySet<string>,
  cases: readonly CaseSeen[],
  tasks: readonly TaskSeen[],
): TruthAlarm[] {
  const openedBy = new Map(tasks.map((task) => [task.alarmId, Date.parse(task.openedAt)]));
  return answers.map(({ raisedAt: raised, returnedAt, clearedAt, ...alarm }) => {
    const raisedAt = Date.parse(raised);
    const over = returnedAt ?? clearedAt;
    const overAt = over === undefined ? undefined : Date.parse(over);
    const ofCase = cases
      .filter((each) => each.assetId === alarm.assetId && each.conditionId === alarm.conditionId)
      .map(({ openedAt }) => Date.parse(openedAt))
      .filter((at) => at >= raisedAt && at <= (overAt ?? Number.POSITIVE_INFINITY));
    const toldAt = openedBy.get(alarm.alarmId) ?? Math.min(...ofCase, Number.POSITIVE_INFINITY);
    return {
      ...alarm,
      raisedAt,
      ...(overAt === undefined ? {} : { overAt }),
      ...(toldIds.has(alarm.alarmId)
        ? { toldAt: Number.isFinite(toldAt) ? toldAt : raisedAt }
        : {}),
    };
  });
}

/** The usual time between two reports of the simulator's devices. */
const PERIOD_MS: Readonly<Record<string, number>> = {
  "manhole-cover": 30 * MINUTE_MS,
  streetlight: 10 * MINUTE_MS,
  "waste-bin": 40 * MINUTE_MS,
  "gas-line": 5 * MINUTE_MS,
};
/** Its clock may have stepped by a little, or a report been held back. */
const PERIODS_APART_MAX = 1.2;
const OFF_LINE = new Set(["link-down", "gateway-outage"]);
const HISTORY_MS_MIN = 3_600_000;
/** Every device sends it with every report. */
const ALWAYS_SENT = "rssiDbm";

/**
 * Complete: no two readings lie further apart than two reports, from before the outage until after.
 * Of a device whose radio loses some on the way that cannot be told.
 */
async function readHistory(
  platform: RunningPlatform,
  ledger: readonly TruthLine[],
  endAt: number,
): Promise<Observed["history"]> {
  const history: Observed["history"] = [];
  const lossy = new Set(
    ledger.filter(({ what }) => what === "radio-loss").map(({ deviceId }) => deviceId),
  );
  for (const line of ledger) {
    const periodMs = PERIOD_MS[line.class];
    if (periodMs === undefined || !OFF_LINE.has(line.what) || line.tellingAt !== undefined)
      continue;
    if (lossy.has(line.deviceId)) continue;
    const [from, until] = [Date.parse(line.at), Date.parse(line.until ?? "")];
    if (!(until - from >= HISTORY_MS_MIN) || until + 2 * periodMs > endAt) continue;
    const query = `deviceId=${line.deviceId}&measurement=${ALWAYS_SENT}&from=${from - 2 * periodMs}&to=${until + 2 * periodMs}`;
    const answer = (await (await get(platform, `/api/v1/readings?${query}`)).json()) as {
      series: { points: [number, number][] }[];
    };
    const times = (answer.series[0]?.points ?? []).map(([at]) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    const reach = (times.at(-1) ?? 0) - (times[0] ?? 0);
    const isComplete =
      reach >= until - from && Math.max(...gaps, 0) <= periodMs * PERIODS_APART_MAX;
    history.push({ line, isComplete });
  }
  return history;
}

async function platformTime(platform: RunningPlatform): Promise<number> {
  const health = (await (await get(platform, "/healthz")).json()) as { now: string };
  return Date.parse(health.now);
}

function readLines(file: string): TruthLine[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as TruthLine);
}

async function readAll<T>(platform: RunningPlatform, list: string): Promise<T[]> {
  const found: T[] = [];
  let cursor = "";
  do {
    const more = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await get(platform, `/api/v1/${list}?limit=${PAGE}${more}`);
    const page = (await response.json()) as { items: T[]; next?: string };
    found.push(...page.items);
    cursor = page.next ?? "";
  } while (cursor !== "");
  return found;
}
