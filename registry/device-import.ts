/**
 * Many devices at once, as a list of records that are made, or as a file: there a row whose deviceId is
 * known changes that device and any other makes one. A bad row is rejected alone. A thousand rows a
 * transaction; what was committed stays when a later one fails, and since a key is shown once, those
 * that were made are answered then, too.
 */
import { lifeOf } from "../model/device-life.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import { Device } from "../model/registry.ts";
import { checkDevice, checkNewDevice, type Staged, stage } from "./device-checks.ts";
import { type DeviceRow, readDeviceCsv } from "./device-csv.ts";
import { type DeviceKey, insertDevice, updateDevice } from "./device-writes.ts";
import { patchedDevice } from "./devices.ts";
import { type Fault, schemaFault } from "./field-faults.ts";
import type { Holdings } from "./holdings.ts";
import type { Write, Writing } from "./writer.ts";

export interface Rejected extends Fault {
  /** Counted from 1, a header row not counted. */
  row: number;
  /** Line of the file in which the row ends, where there are lines. */
  line?: number;
}

interface FileReport {
  created: number;
  updated: number;
  rejected: Rejected[];
  /** Columns that were not read, since no field has their name. */
  ignored: string[];
  /** Of those that were made, shown once. */
  keys: DeviceKey[];
}

export interface DeviceImports {
  importDevices(
    devices: readonly unknown[],
  ): Promise<{ created: DeviceKey[]; rejected: Rejected[] }>;
  /** @throws REQUEST_INVALID where it is no file of devices */
  importDeviceFile(text: string): Promise<FileReport>;
}

/** What a row came to: made, with its key; changed; or refused. */
type Outcome =
  | { kind: "created"; key: DeviceKey }
  | { kind: "updated" }
  | { kind: "refused"; fault: Fault };
type TakeRow<Row> = (row: Row, writing: Writing, staged: Staged) => Promise<Outcome>;

const ROWS_PER_TRANSACTION = 1_000;

export function createDeviceImports(holdings: Holdings, write: Write, log: Log): DeviceImports {
  const run = async <Row extends Pick<DeviceRow, "row" | "line">>(
    rows: readonly Row[],
    take: TakeRow<Row>,
  ) => {
    const done = { created: [] as DeviceKey[], updated: 0, rejected: [] as Rejected[] };
    for (let from = 0; from < rows.length; from += ROWS_PER_TRANSACTION) {
      const chunk = rows.slice(from, from + ROWS_PER_TRANSACTION);
      let outcomes: Outcome[];
      try {
        outcomes = await write((writing) => takeAll(chunk, take, writing));
      } catch (error) {
        if (done.created.length === 0 && done.updated === 0) throw error;
        log.error("an import of devices broke off", { created: done.created.length, error });
        for (const row of rows.slice(from)) done.rejected.push(rejected(row, notImported(error)));
        break;
      }
      for (const [index, outcome] of outcomes.entries()) {
        const row = chunk[index];
        if (outcome.kind === "created") done.created.push(outcome.key);
        else if (outcome.kind === "updated") done.updated++;
        else if (row !== undefined) done.rejected.push(rejected(row, outcome.fault));
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    return done;
  };

  return {
    async importDevices(devices) {
      const rows = devices.map((given, index) => ({ row: index + 1, given }));
      const done = await run(rows, ({ given }, writing, staged) =>
        makeDevice(holdings, writing, staged, given),
      );
      return { created: done.created, rejected: done.rejected };
    },
    async importDeviceFile(text) {
      const { rows, ignored } = await readDeviceCsv(text, holdings.devices.has);
      const seen = new Map<string, number>();
      const { created, updated, rejected } = await run(rows, (row, writing, staged) =>
        takeFileRow({ holdings, writing, staged, seen }, row),
      );
      return { created: created.length, updated, rejected, ignored, keys: created };
    },
  };
}

async function takeAll<Row>(
  rows: readonly Row[],
  take: TakeRow<Row>,
  writing: Writing,
): Promise<Outcome[]> {
  const staged: Staged = new Map();
  const outcomes: Outcome[] = [];
  for (const row of rows) {
    try {
      outcomes.push(await take(row, writing, staged));
    } catch (error) {
      if (!(error instanceof GridwardenError) || error.code === "DATABASE_FAILED") throw error;
      outcomes.push(refused(error.code, error.message));
    }
  }
  return outcomes;
}

/** @throws as registering it does */
async function makeDevice(
  holdings: Holdings,
  writing: Writing,
  staged: Staged,
  given: unknown,
): Promise<Outcome> {
  const parsed = Device.safeParse(given);
  if (!parsed.success) return { kind: "refused", fault: schemaFault(parsed.error, given) };
  checkNewDevice(holdings, parsed.data, staged);
  stage(staged, parsed.data);
  return { kind: "created", key: await insertDevice(holdings, writing, parsed.data) };
}

interface Surroundings {
  holdings: Holdings;
  writing: Writing;
  staged: Staged;
  /** Rows of the file by their deviceId. */
  seen: Map<string, number>;
}

async function takeFileRow(around: Surroundings, row: DeviceRow): Promise<Outcome> {
  if (row.fault !== undefined) return { kind: "refused", fault: row.fault };
  const { holdings, writing, staged, seen } = around;
  const { deviceId, fields } = row;
  const before = seen.get(deviceId);
  if (before !== undefined) {
    return refused("REQUEST_INVALID", `device '${deviceId}' stands in row ${before} already`);
  }
  seen.set(deviceId, row.row);
  const entry = holdings.devices.get(deviceId);
  if (entry === undefined) {
    const given = Object.entries(fields).filter(([, value]) => value !== null);
    return await makeDevice(holdings, writing, staged, { deviceId, ...Object.fromEntries(given) });
  }
  const { life, ...patch } = fields;
  const stands = lifeOf(entry.device);
  if (life !== undefined && life !== null && life !== stands) {
    return refused(
      "DEVICE_LIFE_REFUSED",
      `field 'life': device '${deviceId}' is '${stands}', got '${life}'; a file changes no life, POST /api/v1/devices/${deviceId}/life does`,
    );
  }
  const after = patchedDevice(entry.device, patch);
  if ("fault" in after) return { kind: "refused", fault: after.fault };
  checkDevice(holdings, after.device, staged);
  stage(staged, after.device);
  await updateDevice(holdings, writing, entry, after.device);
  return { kind: "updated" };
}

function refused(code: Fault["code"], message: string): Outcome {
  return { kind: "refused", fault: { code, message } };
}

function rejected({ row, line }: Pick<DeviceRow, "row" | "line">, fault: Fault): Rejected {
  return line === undefined ? { row, ...fault } : { row, line, ...fault };
}

/** Of every row from the one on at which a transaction has failed. */
function notImported(error: unknown): Fault {
  const why = error instanceof GridwardenError ? error.message : "the database failed";
  const message = `not imported, nor any row after it: ${why}; send these rows again`;
  return { code: "DATABASE_FAILED", message };
}
