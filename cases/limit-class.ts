/**
 * Areas and their limit class: three columns of limits, A the shortest, chosen by how much an area
 * matters (CJ/T 315, GB/T 30428.8). A row names a grid cell or the beginning of one, a
 * responsibility grid, or a street. Where several fit a place, the one that says most of it counts;
 * where none does, it is B. Pure.
 */
import {
  type CaseLimit,
  type FilingCondition,
  LimitClass,
  type LimitClass as LimitClassName,
} from "../model/asset-class.ts";
import type { Asset } from "../model/registry.ts";
import { assignUnit, type UnitsView } from "./assignment.ts";
import type { Cells, TableShape } from "./filing-table-reader.ts";

export interface LimitArea {
  /** First 6 to 15 digits of grid cells, or the id of a responsibility grid or a street. */
  prefix: string;
  limitClass: LimitClassName;
  note: string;
}

export type Place = Pick<Partial<Asset>, "gridCell" | "responsibleGrid">;

const NOTE_CHARACTERS_MAX = 500;
const DIGITS_MIN = 6;
const DIGITS_MAX = 15;
/** Area and street: a shorter beginning is wider than a street. */
const STREET_DIGITS = 9;

export const LIMIT_AREA_SHAPE: TableShape<LimitArea> = {
  columns: ["prefix", "limitClass", "note"],
  keyOf: ({ prefix }) => prefix,
  print: ({ prefix, limitClass, note }) => [prefix, limitClass, note],
  read: (cells) => ({
    prefix: readPrefix(cells),
    limitClass: cells.oneOf("limitClass", LimitClass.options),
    note: cells.optionalText("note", NOTE_CHARACTERS_MAX) ?? "",
  }),
};

function readPrefix(cells: Cells): string {
  const digits = `${DIGITS_MIN} to ${DIGITS_MAX} digits of a grid cell`;
  const wanted = `${digits}, or the id of a responsibility grid or a street`;
  const prefix = cells.matching("prefix", /^[A-Za-z0-9._:-]{1,64}$/, wanted);
  const isShort = prefix.length < DIGITS_MIN || prefix.length > DIGITS_MAX;
  if (/^\d+$/.test(prefix) && isShort) cells.fault("prefix", wanted);
  return prefix;
}

export interface AreaIndex {
  classOf(place: Place): LimitClassName;
}

export function indexAreas(rows: readonly LimitArea[], registry: UnitsView): AreaIndex {
  const byPrefix = new Map(rows.map(({ prefix, limitClass }) => [prefix, limitClass]));
  return {
    classOf(place) {
      if (byPrefix.size === 0) return "B";
      for (const name of namesOf(place, registry)) {
        const found = byPrefix.get(name);
        if (found !== undefined) return found;
      }
      return "B";
    },
  };
}

/** What a row may call the place, the narrowest first. */
function* namesOf({ gridCell, responsibleGrid }: Place, registry: UnitsView): Generator<string> {
  const cell = gridCell ?? "";
  const place = {
    ...(gridCell !== undefined && { gridCell }),
    ...(responsibleGrid !== undefined && { responsibleGrid }),
  };
  if (cell !== "") yield cell;
  if (responsibleGrid !== undefined) yield responsibleGrid;
  for (let n = Math.min(cell.length, DIGITS_MAX); n > STREET_DIGITS; n -= 1) yield cell.slice(0, n);
  yield assignUnit(place, registry);
  for (let n = STREET_DIGITS; cell !== "" && n >= DIGITS_MIN; n -= 1) yield cell.slice(0, n);
}

/** A class without a limit of its own has that of B. */
export const limitOf = (
  { limit, limits }: Pick<FilingCondition, "limit" | "limits">,
  limitClass: LimitClassName,
): CaseLimit => (limitClass === "B" ? limit : (limits?.[limitClass] ?? limit));

/**
 * Could the one come later than the other? Working hours count from where they stand to the next
 * working day, so that they are at their longest against hours that run on.
 */
export function mayBeLonger(limit: CaseLimit, than: CaseLimit): boolean {
  const runsOn = (each: CaseLimit): boolean => each.unit === "urgent-hour";
  if (!runsOn(limit) && runsOn(than)) return true;
  return hoursOf(limit) > hoursOf(than);
}

const WORKING_HOURS_A_DAY = 8;

const hoursOf = ({ value, unit }: CaseLimit): number =>
  unit === "working-day" ? value * WORKING_HOURS_A_DAY : value;
