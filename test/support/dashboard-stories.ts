/** What happens in the city of the boards: what goes wrong, and what people do about cases. */
import type { Fleet } from "../../firmware-sim/fleet.ts";
import { parseScenario } from "../../firmware-sim/scenario.ts";
import { ASSET_CLASSES } from "../../model/asset-classes/all.ts";
import { NOTHING_FOUND } from "../../model/case.ts";
import { type Api, until } from "./platform.ts";

/** What goes wrong with the simulated devices. */
const FAULTS: readonly [what: string, slug: string, count: number, at: string, more?: object][] = [
  ["cover-stolen", "manhole-cover", 2, "30m", { for: "3h" }],
  ["sewer-surge", "manhole-cover", 2, "40m", { for: "2h" }],
  ["device-dead", "manhole-cover", 1, "20m"],
  ["lamp-off", "streetlight", 3, "19:00"],
  ["pole-leakage", "streetlight", 1, "50m", { for: "2h" }],
  ["day-burn", "streetlight", 1, "5m", { for: "1h" }],
  ["battery-low", "waste-bin", 1, "30m"],
  ["bin-full", "waste-bin", 2, "30m", { for: "4h" }],
  ["bin-fire", "waste-bin", 1, "70m", { for: "30m" }],
  ["gas-leak", "gas-line", 1, "60m", { for: "90m" }],
  ["pressure-low", "gas-line", 1, "90m", { for: "2h" }],
  ["dosing-fault", "sewage-plant", 1, "10m", { only: { point: "outlet" } }],
  ["over-range", "sewage-plant", 1, "2h", { for: "1h", only: { point: "inlet" } }],
  ["analyser-fault", "sewage-plant", 1, "4h", { for: "1h", only: { point: "inlet" } }],
  ["door-open", "lighting-cabinet", 1, "30m", { for: "2h" }],
  ["leakage", "lighting-cabinet", 1, "90m", { for: "2h" }],
  ["pump-stopped", "pump-station", 1, "30m", { for: "2h" }],
];

export const CITY_SCENARIO = parseScenario(
  JSON.stringify({
    name: "dashboards",
    title: { zh: "看板", en: "Boards" },
    about: "A small city of all classes.",
    fleet: {
      devices: {
        ...{ streetlight: 16, "manhole-cover": 12, "waste-bin": 8, "gas-line": 4 },
        ...{ "sewage-plant": 6, "lighting-cabinet": 2, "pump-station": 2 },
      },
      components: 20,
    },
    suggested: { clock: "2026-11-25T15:30:00+08:00,480", duration: "9h" },
    faults: FAULTS.map(([what, slug, count, at, more]) => ({
      ...{ what, class: slug, count, at, expectsCase: null },
      ...more,
    })),
  }),
  "dashboards",
);

const confirmed = { event: "confirm" };
const started = [confirmed, { event: "start" }];
const told = [...started, { event: "feedback", note: "put right" }];
const passed = [...told, { event: "checkPass", note: "seen", reason: "seen" }];

/** What people do about what was reported. */
const STORIES: readonly (readonly object[])[] = [
  [],
  [{ event: "accept" }],
  [confirmed],
  started,
  [...started, { event: "return", reason: "not ours" }],
  told,
  [...told, { event: "rework", reason: "still broken" }],
  passed,
  [...passed, { event: "close" }],
  [...passed, { event: "close" }],
  [{ event: "void", reason: "nothing there" }],
];

/**
 * Cases that people report, one of each class that stays and others each a step further; of the sensors' one
 * is repaired, at one there was nothing, and one ends too late.
 */
export async function workedOn(api: Api, { assets, devices }: Fleet): Promise<void> {
  for (const { slug } of ASSET_CLASSES) {
    const { assetId } = devices.find((device) => device.class === slug) ?? {};
    await done(api.post("/api/v1/cases", { assetId, source: "patrol", description: "looks old" }));
  }
  const places = assets.filter(({ class: slug }) => slug === "manhole-cover");
  for (const [n, story] of STORIES.entries()) {
    const { assetId } = places[n % places.length] ?? {};
    const said = { assetId, conditionId: "cover-broken", source: "hotline", description: "broken" };
    const { caseNo } = await done<{ caseNo: string }>(api.post("/api/v1/cases", said));
    await take(api, caseNo, story);
  }
  await until(() => repaired(api), "a case of the sensors to be repaired", WALL_MS_MAX);
  await until(() => voided(api), "a case of the sensors to be reviewed", WALL_MS_MAX);
  const late = await until(() => overdueCase(api), "a case that is overdue", WALL_MS_MAX);
  await take(api, late.caseNo, [{ event: "forceClose", reason: "nobody came" }]);
}

const WALL_MS_MAX = 120_000;

interface Shown {
  caseNo: string;
  state: string;
  source: string;
  deadline?: string;
}

const openCases = async (api: Api): Promise<Shown[]> =>
  (await api.get<{ items: Shown[] }>("/api/v1/cases?status=open")).body.items;

/** One of the sensors' that goes through; of others the alarm still stands. */
async function repaired(api: Api): Promise<boolean> {
  for (const { caseNo, source, state } of await openCases(api)) {
    if (source !== "sensor" || state !== "DISPATCHED") continue;
    try {
      await take(api, caseNo, passed.slice(1));
      return true;
    } catch {
      // Its crew stays at work.
    }
  }
  return false;
}

/** A repair may be taken back by its sensor; what was void stays so, and with it what it says of its rule. */
async function voided(api: Api): Promise<boolean> {
  const some = (await openCases(api)).find(
    ({ source, state }) => source === "sensor" && state === "REPORTED",
  );
  if (some === undefined) return false;
  const said = { event: "void", outcome: NOTHING_FOUND, reason: "nothing there" };
  const { status } = await api.post(`/api/v1/cases/${some.caseNo}/transitions`, said);
  return status < 300;
}

async function overdueCase(api: Api): Promise<Shown | undefined> {
  const { body } = await api.get<{ now: string }>("/healthz");
  const now = Date.parse(body.now);
  return (await openCases(api)).find(
    ({ source, deadline }) => source === "sensor" && Date.parse(deadline ?? "") < now,
  );
}

async function take(api: Api, caseNo: string, steps: readonly object[]): Promise<void> {
  for (const step of steps) await done(api.post(`/api/v1/cases/${caseNo}/transitions`, step));
}

async function done<T>(asked: Promise<{ status: number; body: unknown }>): Promise<T> {
  const { status, body } = await asked;
  if (status >= 300) throw new Error(`refused with ${status}: ${JSON.stringify(body)}`);
  return body as T;
}

/** Half of the lamps stand on trunk roads. */
export function withTrunkRoads(fleet: Fleet): Fleet {
  const lamps = fleet.assets.filter(({ class: slug }) => slug === "streetlight");
  const onTrunk = new Set(lamps.slice(0, lamps.length / 2));
  return {
    ...fleet,
    assets: fleet.assets.map((asset) =>
      onTrunk.has(asset)
        ? { ...asset, attributes: { ...asset.attributes, roadClass: "trunk" } }
        : asset,
    ),
  };
}
