/**
 * Files of a hotline: orders in, answers out. A file of orders is CSV with a header row of field
 * names or of the Chinese names that such systems write; text is UTF-8, with or without a byte order
 * mark, or GB18030 (which holds GBK and GB 2312) where the bytes are no UTF-8. Pure; rows come from
 * whoever reads CSV.
 */
import type { OrderAnswer } from "../model/case-report.ts";
import { csvText, plainCell } from "../model/csv.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import { nearestName } from "../model/nearest-name.ts";
import type { CsvRecord } from "./filing-table-reader.ts";

export interface OrderRow {
  /** Counted from 1, the header row not counted. */
  row: number;
  line?: number;
  /** As `readOrder` takes it. */
  raw: unknown;
  fault?: string;
}

/** A column by the API's name and by those that hotlines give it. */
const COLUMNS: readonly (readonly [field: string, ...aliases: string[]])[] = [
  ["externalNo", "工单编号", "工单号"],
  ["externalSystem", "来源系统", "系统"],
  ["title", "标题", "工单标题"],
  ["text", "内容", "工单内容", "诉求内容", "问题描述"],
  ["lon", "经度"],
  ["lat", "纬度"],
  ["address", "地址", "事发地址", "问题地址"],
  ["assetId", "部件编号"],
  ["componentCode", "部件代码", "部件编码", "部件标识码"],
  ["kind", "问题类型"],
  ["categoryCode", "类别代码"],
  ["conditionId", "立案条件"],
  ["reporterName", "来电人", "反映人", "诉求人"],
  ["reporterPhone", "联系电话", "来电号码"],
  ["receivedAt", "受理时间", "来电时间"],
  ["answerBy", "答复时限", "回复时限", "办理时限"],
];
const FIELD_OF: ReadonlyMap<string, string> = new Map(
  COLUMNS.flatMap(([field, ...aliases]) => [field, ...aliases].map((name) => [name, field])),
);
const NUMBERS: ReadonlySet<string> = new Set(["lon", "lat"]);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;
const KIND_WORDS: Record<string, string> = { 部件: "component", 事件: "event" };
const IGNORED_SHOWN_MAX = 50;

/** @throws GridwardenError REQUEST_INVALID where the bytes are neither encoding. */
export function decodeText(bytes: Uint8Array): string {
  for (const encoding of ["utf-8", "gb18030"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // The next one.
    }
  }
  throw new GridwardenError(
    "REQUEST_INVALID",
    "the file is neither UTF-8 nor GB18030; save it as one of them (in a spreadsheet: CSV UTF-8)",
  );
}

/**
 * @throws GridwardenError REQUEST_INVALID where the header lacks what every row needs,
 * PAYLOAD_TOO_LARGE
 */
export function orderRows(
  records: readonly CsvRecord[],
  system: string | undefined,
): { rows: OrderRow[]; ignored: string[] } {
  const [header, ...rest] = records;
  if (header === undefined) {
    throw new GridwardenError("REQUEST_INVALID", "the file is empty; wanted a header row");
  }
  if (rest.length > LIMITS.hotlineImportRowsMax) {
    throw new GridwardenError(
      "PAYLOAD_TOO_LARGE",
      `the file has ${rest.length} rows, the limit is ${LIMITS.hotlineImportRowsMax}; send it in parts`,
    );
  }
  const names = header.cells.map((cell) => plainCell(cell).trim());
  const fields = names.map((name) => FIELD_OF.get(name));
  checkHeader(names, fields, system);
  const ignored = names.filter((_, at) => fields[at] === undefined).slice(0, IGNORED_SHOWN_MAX);
  const rows = rest.map((record, at) => rowOf(record, at + 1, fields, system));
  return { rows, ignored };
}

function checkHeader(
  names: readonly string[],
  fields: readonly (string | undefined)[],
  system: string | undefined,
): void {
  const twice = fields.find((field, at) => field !== undefined && fields.indexOf(field) < at);
  if (twice !== undefined) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `the header row has column '${twice}' twice, under one name or two; keep one`,
    );
  }
  const wanted = system === undefined ? ["externalNo", "externalSystem"] : ["externalNo"];
  const missing = wanted.find((field) => !fields.includes(field));
  if (missing === undefined) return;
  const [, ...aliases] = COLUMNS.find(([field]) => field === missing) ?? [];
  const free = names.filter((name) => FIELD_OF.get(name) === undefined);
  const nearest = nearestName(missing, free);
  const cure = missing === "externalSystem" ? ", or ?system= in the address" : "";
  throw new GridwardenError(
    "REQUEST_INVALID",
    `the header row has no column '${missing}' (${aliases.join(", ")})${cure}` +
      (nearest === undefined ? "" : `; is '${nearest}' meant?`),
  );
}

function rowOf(
  { cells, line, fault }: CsvRecord,
  row: number,
  fields: readonly (string | undefined)[],
  system: string | undefined,
): OrderRow {
  if (fault !== undefined) return { row, line, raw: {}, fault };
  if (cells.length !== fields.length) {
    const told = `the row has ${cells.length} cells, the header row ${fields.length}; quote cells that contain a comma`;
    return { row, line, raw: {}, fault: told };
  }
  const raw: Record<string, unknown> = system === undefined ? {} : { externalSystem: system };
  const reporter: Record<string, string> = {};
  for (const [at, field] of fields.entries()) {
    const cell = plainCell(cells[at] ?? "").trim();
    if (field === undefined || cell === "") continue;
    if (field === "reporterName") reporter.name = cell;
    else if (field === "reporterPhone") reporter.phone = cell;
    else raw[field] = cellValue(field, cell);
  }
  if (Object.keys(reporter).length > 0) raw.reporter = reporter;
  return { row, line, raw };
}

function cellValue(field: string, cell: string): unknown {
  if (NUMBERS.has(field)) return NUMBER.test(cell) ? Number(cell) : cell;
  return field === "kind" ? (KIND_WORDS[cell] ?? cell) : cell;
}

const ANSWER_HEADER = [
  "工单编号",
  "来源系统",
  "案卷号",
  "状态",
  "处置单位",
  "答复时限",
  "处置时限",
  "处理结果",
  "办结时间",
  "变更序号",
];

/** One row an order, under the names that hotlines use. */
export function answersCsv(answers: readonly OrderAnswer[], zone: TimeZone): string {
  const time = (at: number | undefined): string => (at === undefined ? "" : zone.iso(at));
  return csvText([
    ANSWER_HEADER,
    ...answers.map((answer) => [
      answer.externalNo,
      answer.externalSystem,
      answer.caseNo,
      answer.stateText,
      answer.unitName ?? answer.unitId ?? "",
      time(answer.answerBy),
      time(answer.deadline),
      answer.result ?? "",
      time(answer.closedAt),
      `${answer.position}`,
    ]),
  ]);
}
