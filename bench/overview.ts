/**
 * The board of the county over seven days, from cold: InfluxDB 1.6.7 is given a county's week, ended, and
 * started again before each panel is asked; then once more before all panels are asked at once, as a
 * browser does that opens the board.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCounty } from "../firmware-sim/county.ts";
import { createInfluxDoor } from "../ingest/store/influx/influx-store.ts";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { Row } from "./bench.ts";
import { answerOf, queriesOf, rangeOf } from "./board-answers.ts";
import { choicesOf } from "./board-choices.ts";
import { type Asker, type Board, type BoardJson, readBoard } from "./boards.ts";
import { seeded } from "./disk.ts";
import type { Chosen } from "./grafana-query.ts";
import { type InfluxServer, startInflux } from "./influx-server.ts";
import { countedLines } from "./overview-counts.ts";
import { createOverviewLines } from "./overview-lines.ts";
import { median, temporaryFolder } from "./processes.ts";

const BOARD = join("dashboards", "json", "gridwarden-overview.json");
const BUCKET = "city";
const NOW = Date.parse("2026-11-27T12:00:00+08:00");
/** When lamps are lit, which the counts are made of. */
const EVENING = Date.parse("2026-11-26T20:00:00+08:00");
const HOURS = 7 * 24;
const DAY_HOURS = 24;
const LINES_A_REQUEST = 10_000;
const STREET_DIGITS = 9;
const WANTED = "2 s";

interface Asked {
  title: string;
  seconds: number;
  rows: number;
}

export async function measureOverview(): Promise<Row[]> {
  const board = readBoard(JSON.parse(readFileSync(BOARD, "utf8")) as BoardJson);
  let server = await startInflux();
  try {
    const written = await fill(server);
    // What a panel lacks is said before it is measured.
    await askAll(server, board, board.askers);
    let isDropped = true;
    const again = async (): Promise<void> => {
      await server.running.stop(true);
      isDropped = dropPageCache() && isDropped;
      server = await server.again();
    };
    const alone: Asked[] = [];
    for (const asker of board.askers) {
      await again();
      alone.push(...(await askAll(server, board, [asker])));
    }
    await again();
    const together = await askAll(server, board, board.askers);
    return rowsOf({ written, alone, together, isDropped });
  } finally {
    await server.running.stop();
  }
}

async function fill({ url }: InfluxServer): Promise<{ lines: number; seconds: number }> {
  const door = createInfluxDoor({ url, bucket: BUCKET, version: 1 });
  const directory = temporaryFolder();
  const begunAt = performance.now();
  let lines = 0;
  try {
    await door.prepare();
    const fleet = makeCounty(1);
    const cellOf = new Map(fleet.assets.map(({ assetId, gridCell }) => [assetId, gridCell]));
    const devices = fleet.devices.map(({ deviceId, assetId, class: slug }) => ({
      ...{ deviceId, assetId, class: slug },
      grid: cellOf.get(assetId) ?? "",
      street: cellOf.get(assetId)?.slice(0, STREET_DIGITS) ?? "",
    }));
    const counted = await countedLines(fleet, EVENING, directory);
    const { hourOf } = createOverviewLines(counted, devices, seeded(1));
    // The next lines are made while the server takes those before.
    let writing = Promise.resolve();
    for (const batch of batchesOf(weekOf(hourOf))) {
      await writing;
      writing = door.write(batch);
      lines += batch.length;
    }
    await writing;
  } finally {
    door.close();
    rmSync(directory, { recursive: true, force: true });
  }
  return { lines, seconds: (performance.now() - begunAt) / 1_000 };
}

function* weekOf(hourOf: ReturnType<typeof createOverviewLines>["hourOf"]): Generator<string> {
  for (let hour = 0; hour < HOURS; hour += 1) {
    const isLastDay = hour >= HOURS - DAY_HOURS;
    const isNewDay = hour % DAY_HOURS === 0;
    yield* hourOf(NOW - (HOURS - hour) * HOUR_MS, { isLastDay, isNewDay });
  }
}

function* batchesOf(lines: Iterable<string>): Generator<string[]> {
  let batch: string[] = [];
  for (const line of lines) {
    batch.push(line);
    if (batch.length < LINES_A_REQUEST) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** Permitted to few; without it what was written last may still be in memory. */
function dropPageCache(): boolean {
  try {
    writeFileSync("/proc/sys/vm/drop_caches", "1");
    return true;
  } catch {
    return false;
  }
}

/** Each panel's queries one after the other, the panels at once. */
async function askAll({ url }: InfluxServer, board: Board, askers: Asker[]): Promise<Asked[]> {
  const door = createInfluxDoor({ url, bucket: BUCKET, version: 1 });
  const ask = async (query: string) => (await door.query([query]))[0] ?? [];
  try {
    const chosen = await firstChoice(board);
    return await Promise.all(
      askers.map(async (asker) => {
        const begunAt = performance.now();
        const range = rangeOf(board, asker, NOW);
        const { rows, fault } = await answerOf(asker, chosen, range, ask);
        const seconds = (performance.now() - begunAt) / 1_000;
        if (rows === 0)
          throw new Error(`'${asker.title}': ${fault}: ${queriesOf(asker, chosen, range)}`);
        return { title: asker.title, seconds, rows };
      }),
    );
  } finally {
    door.close();
  }
}

/** The board of the county has nothing to choose that InfluxDB would have to be asked for. */
async function firstChoice(board: Board): Promise<Chosen[]> {
  const range = { from: NOW - 7 * DAY_MS, to: NOW };
  for await (const chosen of choicesOf(board, "all", range, async () => [])) return chosen;
  return [];
}

function rowsOf(found: {
  written: { lines: number; seconds: number };
  alone: Asked[];
  together: Asked[];
  isDropped: boolean;
}): Row[] {
  const { written, alone, together, isDropped } = found;
  const cache = isDropped
    ? "page cache dropped"
    : "page cache not dropped, which is not permitted here";
  const lines = `${(written.lines / 1e6).toFixed(1)}M lines written in ${Math.round(written.seconds)} s`;
  return [
    {
      what: `each panel of the county's board after a restart of InfluxDB 1.6.7, 57,906 components, 7 days (${lines}; ${cache})`,
      measured: `${alone.length} panels ${timesOf(alone)}`,
      wanted: WANTED,
    },
    {
      what: "all panels at once after a restart",
      measured: `${timesOf(together)}`,
      wanted: WANTED,
    },
  ];
}

function timesOf(asked: readonly Asked[]): string {
  const slowest = [...asked].sort((a, b) => b.seconds - a.seconds).slice(0, 3);
  const p50 = median(asked.map(({ seconds }) => seconds));
  const named = slowest.map(({ title, seconds }) => `'${title}' ${seconds.toFixed(2)} s`);
  return `p50 ${p50.toFixed(2)} s, max ${(slowest[0]?.seconds ?? 0).toFixed(2)} s; the slowest: ${named.join(", ")}`;
}
