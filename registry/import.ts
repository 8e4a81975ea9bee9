/**
 * Brings a file of assets into the registry: a row whose assetId is known changes that asset, any
 * other makes one. A bad row is rejected alone, with its number and reason. A child may stand
 * before its parent in the file: it waits until the parent is in. A thousand rows a transaction,
 * so that nobody else waits long; what was committed stays when a later one fails.
 */
import { GridwardenError } from "../model/errors.ts";
import { Asset } from "../model/registry.ts";
import { type AssetSurroundings, assetFault } from "./asset-checks.ts";
import { type Assets, insertAsset, patchAsset, updateAsset } from "./assets.ts";
import type { Rejected } from "./device-import.ts";
import { type Fault, schemaFault } from "./field-faults.ts";
import type { Holdings } from "./holdings.ts";
import { type ImportRow, readCsv, readGeoJson } from "./import-rows.ts";
import type { Write, Writing } from "./writer.ts";

interface AssetFile {
  format: "csv" | "geojson";
  text: string;
}

interface ImportReport {
  created: number;
  updated: number;
  rejected: Rejected[];
  /** Columns or properties that were not read, since no field has their name. */
  ignored: string[];
}

export type ImportAssets = (file: AssetFile) => Promise<ImportReport>;

const ROWS_PER_TRANSACTION = 1_000;

export function createImportAssets(
  holdings: Holdings,
  write: Write,
  assets: Pick<Assets, "get">,
  classes: ReadonlySet<string> | undefined,
): ImportAssets {
  return async ({ format, text }) => {
    checkUtf8(text);
    const hasAsset = (id: string): boolean => assets.get(id) !== undefined;
    const { rows, ignored } = format === "csv" ? await readCsv(text, hasAsset) : readGeoJson(text);
    const report: ImportReport = { created: 0, updated: 0, rejected: [], ignored };
    let left = rows;
    while (left.length > 0) {
      const inFile = new Set(left.map((row) => row.assetId));
      const waiting: ImportRow[] = [];
      for (let from = 0; from < left.length; from += ROWS_PER_TRANSACTION) {
        const chunk = left.slice(from, from + ROWS_PER_TRANSACTION);
        const done = await write((writing) =>
          upsertRows({ holdings, writing, classes, inFile }, chunk),
        );
        report.created += done.created;
        report.updated += done.updated;
        report.rejected.push(...done.rejected);
        waiting.push(...done.waiting);
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (waiting.length === left.length) {
        report.rejected.push(...waiting.map(rejectWaiting));
        break;
      }
      left = waiting;
    }
    report.rejected.sort((a, b) => a.row - b.row);
    return report;
  };
}

/** What came in another encoding has been read with marks for what it could not read. */
export function checkUtf8(text: string): void {
  const at = text.indexOf("\uFFFD");
  if (at === -1) return;
  const line = text.slice(0, at).split("\n").length;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `the file to import: line ${line} is not UTF-8; save the file as UTF-8 (in a spreadsheet: CSV UTF-8) and send it again`,
  );
}

interface Surroundings {
  holdings: Holdings;
  writing: Writing;
  classes: ReadonlySet<string> | undefined;
  /** Ids of all rows that are still to come, in this transaction or a later one. */
  inFile: ReadonlySet<string>;
}

async function upsertRows(
  { holdings, writing, classes, inFile }: Surroundings,
  rows: readonly ImportRow[],
): Promise<{ created: number; updated: number; rejected: Rejected[]; waiting: ImportRow[] }> {
  const staged = new Map<string, Asset>();
  const around: AssetSurroundings = {
    classes,
    unit: holdings.units.get,
    asset: (id) => staged.get(id) ?? holdings.assets.get(id),
  };
  const done = { created: 0, updated: 0, rejected: [] as Rejected[], waiting: [] as ImportRow[] };
  for (const row of rows) {
    const former = around.asset(row.assetId);
    const checked = checkRow(row, former, around);
    if ("fault" in checked) {
      const isEarly =
        checked.fault.code === "ASSET_NOT_FOUND" &&
        checked.parentAssetId !== undefined &&
        inFile.has(checked.parentAssetId);
      if (isEarly) done.waiting.push(row);
      else done.rejected.push(rejectedRow(row, checked.fault));
      continue;
    }
    const { asset } = checked;
    if (former === undefined) {
      staged.set(asset.assetId, await insertAsset(holdings, writing, asset));
      done.created++;
    } else {
      staged.set(asset.assetId, await updateAsset(holdings, writing, former, asset));
      done.updated++;
    }
  }
  return done;
}

function checkRow(
  row: ImportRow,
  former: Asset | undefined,
  around: AssetSurroundings,
): { asset: Asset } | { fault: Fault; parentAssetId?: string } {
  if (row.fault !== undefined) return { fault: row.fault };
  const { assetId, fields } = row;
  const candidate =
    former === undefined ? patchAsset({ assetId } as Asset, fields) : patchAsset(former, fields);
  const parsed = Asset.safeParse(candidate);
  if (!parsed.success) return { fault: schemaFault(parsed.error, candidate) };
  const fault = assetFault(parsed.data, around);
  if (fault === undefined) return { asset: parsed.data };
  const { parentAssetId } = parsed.data;
  return parentAssetId === undefined ? { fault } : { fault, parentAssetId };
}

function rejectWaiting(row: ImportRow): Rejected {
  const parent = row.fields.parentAssetId;
  return rejectedRow(row, {
    code: "ASSET_NOT_FOUND",
    message: `field 'parentAssetId': asset '${parent}' is in the file but could not be registered itself, or waits for this one`,
  });
}

function rejectedRow({ row, line }: ImportRow, fault: Fault): Rejected {
  return line === undefined ? { row, ...fault } : { row, line, ...fault };
}
