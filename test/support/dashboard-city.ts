/**
 * A small city of all classes, as it stands in a real InfluxDB after an afternoon and an evening: the simulator's
 * devices speak to the whole platform over MQTT on a clock that runs fast, something goes wrong with each
 * class, and people take cases on. Nothing is written but by the platform.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../bench/free-port.ts";
import { type InfluxServer, startInflux } from "../../bench/influx-server.ts";
import { readClockPair } from "../../firmware-sim/arguments.ts";
import { emptyKeyRing } from "../../firmware-sim/credentials.ts";
import type { Fleet } from "../../firmware-sim/fleet.ts";
import { createPlatformApi } from "../../firmware-sim/platform-api.ts";
import { alignedClock } from "../../firmware-sim/platform-clock.ts";
import { registerFleet } from "../../firmware-sim/register.ts";
import { createSim, fleetOf, type Sim } from "../../firmware-sim/sim.ts";
import { createInfluxDoor } from "../../ingest/store/influx/influx-store.ts";
import { type Instant, MINUTE_MS } from "../../model/clock.ts";
import { silentLog } from "../../model/log.ts";
import { CITY_SCENARIO, withTrunkRoads, workedOn } from "./dashboard-stories.ts";
import { startTellers } from "./dashboard-tellers.ts";
import { ADMIN_PASSWORD, startPlatform, type TestPlatform, until } from "./platform.ts";

export type CityDoor = ReturnType<typeof createInfluxDoor>;

export interface DashboardCity {
  influx: InfluxServer;
  door: CityDoor;
  /** The newest counts are of this minute. */
  now: Instant;
  stop(): Promise<void>;
}

const START = "2026-11-25T15:30:00+08:00";
const FIRST_DAY = Date.parse("2026-11-25T00:00:00+08:00");
/** Past midnight, so that a day has ended. */
const END = Date.parse("2026-11-26T00:40:00+08:00");
/** Nine hours in little more than a minute. */
const SPEED = 480;
const SEED = 7;
const BUCKET = "city";
const WALL_MS_MAX = 240_000;

export async function seedDashboardCity(): Promise<DashboardCity> {
  const influx = await startInflux();
  const door = createInfluxDoor({ url: influx.url, bucket: BUCKET, version: 1 });
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-dashboards-"));
  const port = await freePort();
  const start = (clock: string): Promise<TestPlatform> =>
    startPlatform(
      {
        GRIDWARDEN_CLOCK: clock,
        GRIDWARDEN_MQTT_PORT: String(port),
        GRIDWARDEN_INFLUX_URL: influx.url,
        GRIDWARDEN_INFLUX_BUCKET: BUCKET,
        GRIDWARDEN_INFLUX_VERSION: "1",
      },
      directory,
    );
  try {
    const fleet = withTrunkRoads(fleetOf(CITY_SCENARIO, SEED));
    const lived = await live(await start(`${START},${SPEED}`), fleet, port, door);
    const now = await counted(start, door, lived);
    return {
      ...{ influx, door, now },
      async stop() {
        door.close();
        await influx.running.stop();
      },
    };
  } catch (error) {
    await influx.running.stop();
    throw error;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const TRIES_MAX = 5;

/** Counts are made when the platform starts; at the wall's pace they are all of one minute. */
async function counted(
  start: (clock: string) => Promise<TestPlatform>,
  door: CityDoor,
  since: Instant,
): Promise<Instant> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const from = since + tries * MINUTE_MS;
    const now = await count(await start(`${new Date(from).toISOString()},1`), door, from);
    if (now !== undefined) return now;
  }
  throw new Error("the platform never counted what it knows");
}

/** Answers when it ended. */
async function live(
  rig: TestPlatform,
  fleet: Fleet,
  port: number,
  door: CityDoor,
): Promise<Instant> {
  const talking: { stop(): Promise<void> }[] = [];
  const silence = async (): Promise<void> => {
    for (const who of talking.splice(0)) await who.stop();
  };
  try {
    talking.push(await startFleet(rig, fleet, port));
    talking.push(await startTellers({ api: rig.api, fleet, port }, await timeOf(rig)));
    const isOver = async (): Promise<boolean> => (await timeOf(rig)) > END;
    await Promise.all([workedOn(rig.api, fleet), until(isOver, "the end of the day", WALL_MS_MAX)]);
    // Devices talk on meanwhile: at this speed their newest values are soon old.
    await until(() => areDaysRolled(door), "the days to be rolled up", WALL_MS_MAX);
    await silence();
    return await timeOf(rig);
  } finally {
    await silence();
    await rig.stop("keep");
  }
}

/** The day that was lived, and the one before it of which the tellers have told. */
async function areDaysRolled(door: CityDoor): Promise<boolean> {
  const rolledSince = (since: Instant): Promise<number> =>
    rowsOf(door, "rolled_day", "batteryPercent_count", since);
  const lived = await rolledSince(FIRST_DAY);
  return lived > 0 && (await rolledSince(0)) > lived;
}

async function startFleet(rig: TestPlatform, fleet: Fleet, port: number): Promise<Sim> {
  const api = createPlatformApi(`http://127.0.0.1:${rig.ports.http}`);
  await api.login("admin", ADMIN_PASSWORD);
  const credentials = emptyKeyRing();
  await registerFleet(api, fleet, credentials, () => true);
  const clock = await alignedClock(api, readClockPair(`${START},${SPEED}`));
  const brokerUrl = `mqtt://127.0.0.1:${port}`;
  const sim = createSim(
    { clock, log: silentLog },
    { ...{ brokerUrl, fleet, credentials, seed: SEED }, scenario: CITY_SCENARIO },
  );
  await sim.start();
  await sim.ready();
  return sim;
}

/** Each with a field that is not 0. */
const COUNTS = {
  ...{ work: "open", standing: "alarms", totals: "open", place: "alarms" },
  ...{ fleet: "devices", assets: "assets", lighting: "lamps", plant: "outlets" },
  rule_precision: "labels",
};
const OF_NEWEST_VALUES = { lighting: "heard", plant: "flow" };
/** A rate needs two. */
const FIGURES = 2;

/** Of the platform's start; nothing where they were made before it knew its newest values. */
async function count(
  rig: TestPlatform,
  door: CityDoor,
  since: Instant,
): Promise<Instant | undefined> {
  try {
    for (const [name, field] of Object.entries(COUNTS)) {
      await until(async () => (await rowsOf(door, name, field, since)) > 0, `'${name}'`);
    }
    for (const [name, field] of Object.entries(OF_NEWEST_VALUES)) {
      if ((await rowsOf(door, name, field, since)) === 0) return undefined;
    }
    const isTwice = async () => (await rowsOf(door, "platform", "journaled", since)) >= FIGURES;
    await until(isTwice, "the platform's figures");
    const now = await timeOf(rig);
    if (now - since > 2 * MINUTE_MS) throw new Error("the counts are no longer of this minute");
    return now;
  } finally {
    await rig.stop("keep");
  }
}

/** Those whose field is more than 0. */
async function rowsOf(
  door: CityDoor,
  name: string,
  field: string,
  since: Instant,
): Promise<number> {
  const query = `SELECT "${field}" FROM "${name}" WHERE "${field}" > 0 AND time >= ${since}ms`;
  const [answer = []] = await door.query([query]);
  return answer.reduce((sum, { values }) => sum + values.length, 0);
}

async function timeOf({ api }: TestPlatform): Promise<Instant> {
  return Date.parse((await api.get<{ now: string }>("/healthz")).body.now);
}
