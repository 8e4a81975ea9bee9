/**
 * Twins of devices in a table: what people want of a device's settings, and what it last said of them.
 * What is reported is saved in the transaction that commits its batch, so that a batch saved again
 * changes nothing; of two reports the newer stands. A twin goes with its device.
 */
import { measurementOf } from "../model/asset-classes/all.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { DeviceTwin, TwinState } from "../model/device-twin.ts";
import { GridwardenError } from "../model/errors.ts";
import type { DeviceEntry } from "../model/registry.ts";
import { needDevice } from "./device-writes.ts";
import type { Holdings } from "./holdings.ts";
import type { Write } from "./writer.ts";

export interface Reported {
  readonly deviceId: string;
  readonly state: TwinState;
  readonly at: Instant;
}

export interface WantedSaid {
  /** In the place of all that was wanted. */
  wanted: TwinState;
  /** The version that is changed; any when absent. */
  version?: number | undefined;
  by: string;
}

export interface DeviceTwins {
  /** Of one that nothing was said of both sides are empty. @throws DEVICE_NOT_FOUND */
  of(deviceId: string): Promise<DeviceTwin>;
  /** @throws DEVICE_NOT_FOUND, TWIN_VERSION_CONFLICT, COMMAND_REFUSED of what the class measures */
  want(deviceId: string, said: WantedSaid): Promise<DeviceTwin>;
  /** Harmless twice. Nothing of a device that is no longer registered is kept. */
  saveReported(tx: Sql, reports: readonly Reported[]): Promise<void>;
}

export function createDeviceTwins(
  holdings: Holdings,
  write: Write,
  deps: { clock: Clock; reader: Sql },
): DeviceTwins {
  return {
    of: (deviceId) => {
      needDevice(holdings, deviceId);
      return readTwin(deps.reader, deviceId);
    },
    want: (deviceId, { wanted, version, by }) =>
      write(async ({ tx, note }) => {
        checkNames(needDevice(holdings, deviceId), wanted);
        const before = await readTwin(tx, deviceId);
        checkVersion(deviceId, version, before.versions.wanted);
        await tx.run(
          `insert into device_twins (device_id, wanted, wanted_version, wanted_at, wanted_by,
             reported_version) values (?, ?, 1, ?, ?, 0)
           on conflict (device_id) do update set wanted = excluded.wanted,
             wanted_version = device_twins.wanted_version + 1, wanted_at = excluded.wanted_at,
             wanted_by = excluded.wanted_by`,
          [deviceId, JSON.stringify(wanted), deps.clock.now(), by],
        );
        note({ kind: "twin", id: deviceId });
        return await readTwin(tx, deviceId);
      }),
    async saveReported(tx, reports) {
      // Of one that reports again and again the last word of a batch is enough.
      const newest = new Map(reports.map((report) => [report.deviceId, report]));
      for (const { deviceId, state, at } of newest.values()) {
        await tx.run(
          `insert into device_twins (device_id, wanted_version, reported, reported_version,
             reported_at) select device_id, 0, ?, 1, ? from devices where device_id = ?
           on conflict (device_id) do update set reported = excluded.reported,
             reported_version = device_twins.reported_version + 1,
             reported_at = excluded.reported_at
           where device_twins.reported_at is null or excluded.reported_at > device_twins.reported_at
             or (excluded.reported_at = device_twins.reported_at
               and excluded.reported <> device_twins.reported)`,
          [JSON.stringify(state), at, deviceId],
        );
      }
    },
  };
}

/** What a class measures is moved by a command, where the class has one, and valves and pumps by none. */
function checkNames({ device, asset }: DeviceEntry, wanted: TwinState): void {
  const slug = asset.class ?? "";
  const name = Object.keys(wanted).find((each) => measurementOf(slug, each) !== undefined);
  if (name === undefined) return;
  throw new GridwardenError(
    "COMMAND_REFUSED",
    `field 'wanted.${name}': what '${slug}' measures is not set by the twin of device '${device.deviceId}'; send a command, where its class has one`,
  );
}

function checkVersion(deviceId: string, given: number | undefined, stands: number): void {
  if (given === undefined || given === stands) return;
  throw new GridwardenError(
    "TWIN_VERSION_CONFLICT",
    `field 'version': got ${given}, what is wanted of device '${deviceId}' stands at ${stands}; read it again`,
    { details: { version: stands } },
  );
}

interface TwinRow {
  wanted: string | null;
  wanted_version: number;
  wanted_at: Instant | null;
  wanted_by: string | null;
  reported: string | null;
  reported_version: number;
  reported_at: Instant | null;
}

async function readTwin(sql: Sql, deviceId: string): Promise<DeviceTwin> {
  const row = await sql.get<TwinRow>(
    `select wanted, wanted_version, wanted_at, wanted_by, reported, reported_version, reported_at
      from device_twins where device_id = ?`,
    [deviceId],
  );
  return {
    wanted: stateOf(row?.wanted),
    reported: stateOf(row?.reported),
    versions: { wanted: row?.wanted_version ?? 0, reported: row?.reported_version ?? 0 },
    ...present("wantedAt", row?.wanted_at),
    ...present("wantedBy", row?.wanted_by),
    ...present("reportedAt", row?.reported_at),
  };
}

function stateOf(text: string | null | undefined): TwinState {
  return text === null || text === undefined ? {} : (JSON.parse(text) as TwinState);
}

function present<Name extends string, Value>(
  name: Name,
  value: Value | null | undefined,
): { [Key in Name]?: Value } {
  return value === null || value === undefined
    ? {}
    : ({ [name]: value } as { [Key in Name]?: Value });
}
