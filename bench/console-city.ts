/** A county of components along its streets, and some open cases in it, for a page to show. */
import { get, post, type RunningPlatform } from "./processes.ts";

export const COMPONENTS = 57_906;
const ROWS_A_CALL = 3_000;
const AREA = "411524";
const BLOCK_M = 500;
const STREETS = 11;
const M_PER_DEGREE = 111_320;
const ORIGIN = { lon: 115.4, lat: 31.8 };
/** Classes by share; "" has none. */
const CLASSES = [
  { slug: "manhole-cover", category: "0102", share: 0.33 },
  { slug: "streetlight", category: "0137", share: 0.16 },
  { slug: "waste-bin", category: "0305", share: 0.05 },
  { slug: "gas-line", category: "0196", share: 0.02 },
  { slug: "", category: "0101", share: 1 },
];

export async function registerComponents(platform: RunningPlatform): Promise<void> {
  await post(platform.ports.http, platform.token, "/api/v1/units", {
    unitId: "works",
    name: "Works",
    kind: "department",
  });
  for (let from = 0; from < COMPONENTS; from += ROWS_A_CALL) {
    const to = Math.min(COMPONENTS, from + ROWS_A_CALL);
    const rows = Array.from({ length: to - from }, (_, n) => rowOf(from + n));
    await importRows(platform, rows);
  }
}

/** Along a net of streets, as a county's components stand. */
function rowOf(n: number): string {
  const random = (n * 7_919) % 1_000;
  const kind = CLASSES.find(({ share }) => random / 1_000 < share) ?? CLASSES[0];
  const along = ((n * 104_729) % 100_000) / 100_000;
  const across = Math.floor(n / 2) % STREETS;
  const [x, y] = [along * BLOCK_M * (STREETS - 1), across * BLOCK_M + (n % 17) - 8];
  const [eastM, northM] = n % 2 === 0 ? [x, y] : [y, x];
  const lon = ORIGIN.lon + eastM / (M_PER_DEGREE * Math.cos((ORIGIN.lat * Math.PI) / 180));
  const lat = ORIGIN.lat + northM / M_PER_DEGREE;
  const code = `${AREA}${kind?.category}${String(n).padStart(6, "0")}`;
  const grid = `grid-${Math.floor(eastM / 1_300)}-${Math.floor(northM / 1_300)}`;
  return `c-${n},${kind?.slug},${code},Component ${n},${lon.toFixed(6)},${lat.toFixed(6)},works,${grid}`;
}

/** One manhole cover and another. */
export const coverOf = (n: number): string => `c-${(n % Math.floor(COMPONENTS / 1_000)) * 1_000}`;

async function importRows(platform: RunningPlatform, rows: readonly string[]): Promise<void> {
  const head = "assetId,class,componentCode,name,lon,lat,maintenanceUnitId,responsibleGrid";
  const response = await fetch(`http://127.0.0.1:${platform.ports.http}/api/v1/assets/import`, {
    method: "POST",
    headers: { "content-type": "text/csv", authorization: `Bearer ${platform.token}` },
    body: `${head}\n${rows.join("\n")}\n`,
  });
  const imported = (await response.json()) as { created: number };
  if (imported.created === rows.length) return;
  throw new Error(`components were refused: ${JSON.stringify(imported).slice(0, 500)}`);
}

export type OpenCase = Record<string, unknown> & { caseNo: string; version: number };

/** Reported by people, one a component; answers them as the list has them. */
export async function openCases(platform: RunningPlatform, count: number): Promise<OpenCase[]> {
  for (let n = 0; n < count; n += 1) {
    await post(platform.ports.http, platform.token, "/api/v1/cases", {
      assetId: `c-${n * 31}`,
      description: `case ${n}`,
      source: "patrol",
    });
  }
  const answer = await get(platform, "/api/v1/cases?status=open&limit=1000");
  return ((await answer.json()) as { items: OpenCase[] }).items;
}
