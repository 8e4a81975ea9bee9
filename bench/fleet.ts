/** Registers what a benchmark needs through the API, as an installer would. */
import { post, type RunningPlatform } from "./processes.ts";

export interface Credentials {
  deviceId: string;
  key: string;
}

const AREA = "411524";
const ROWS_A_CALL = 2_000;

interface CrewKey {
  crewId: string;
  key: string;
}

/** `count` manhole covers with a device each, and one unit with one crew. */
export async function registerCovers(
  platform: RunningPlatform,
  count: number,
): Promise<{ devices: Credentials[]; crew: CrewKey }> {
  const crew = await registerCrew(platform, "works", "crew-1");
  const devices = await importCovers(platform, count, () => "works");
  return { devices, crew };
}

/** A unit with one crew. */
export async function registerCrew(
  platform: RunningPlatform,
  unitId: string,
  crewId: string,
): Promise<CrewKey> {
  const { http } = platform.ports;
  const { token } = platform;
  await post(http, token, "/api/v1/units", { unitId, name: unitId, kind: "department" });
  return await post<CrewKey>(http, token, "/api/v1/crews", { crewId, name: crewId, unitId });
}

/** `count` manhole covers with a device each, of the units that are there already. */
export async function importCovers(
  platform: RunningPlatform,
  count: number,
  unitOf: (n: number) => string,
): Promise<Credentials[]> {
  const { http } = platform.ports;
  const { token } = platform;
  const devices: Credentials[] = [];
  for (let from = 0; from < count; from += ROWS_A_CALL) {
    const ids = Array.from({ length: Math.min(ROWS_A_CALL, count - from) }, (_, n) => from + n);
    const rows = ids.map((n) => {
      const code = `${AREA}0102${String(n).padStart(6, "0")}`;
      const lon = 115.4 + (n % 100) * 0.001;
      const lat = 31.8 + Math.floor(n / 100) * 0.001;
      return `cover-${n},manhole-cover,${code},Cover ${n},${lon},${lat},${unitOf(n)}`;
    });
    const csv = `assetId,class,componentCode,name,lon,lat,maintenanceUnitId\n${rows.join("\n")}\n`;
    const response = await fetch(`http://127.0.0.1:${http}/api/v1/assets/import`, {
      method: "POST",
      headers: { "content-type": "text/csv", authorization: `Bearer ${token}` },
      body: csv,
    });
    const imported = (await response.json()) as { created: number; rejected: unknown[] };
    if (imported.created !== ids.length) {
      throw new Error(`assets were refused: ${JSON.stringify(imported).slice(0, 500)}`);
    }
    const { created } = await post<{ created: Credentials[] }>(
      http,
      token,
      "/api/v1/devices/import",
      { devices: ids.map((n) => ({ deviceId: `dev-${n}`, assetId: `cover-${n}` })) },
    );
    devices.push(...created);
  }
  return devices;
}
