/**
 * What the console asks of the tables that a city replaces: filing conditions, categories, limit
 * classes of areas. app/ hands it in.
 */
import type { Instant } from "../model/clock.ts";
import type { Category, FilingConditionRow, LimitArea } from "./schemas/filing-tables.ts";

export interface TableFault {
  row?: number;
  line?: number;
  column?: string;
  wanted: string;
  got: string;
  nearest?: string;
}

export interface TableVerdict {
  version: number;
  rows: number;
  setting?: string;
  faultCount: number;
  faults: TableFault[];
  warnings: TableFault[];
  added: string[];
  changed: { key: string; cells: { column: string; from: string; to: string }[] }[];
  removed: string[];
}

export interface TableWish {
  version?: number | undefined;
  by: string;
  reason?: string | undefined;
  isLifeSafetyConfirmed: boolean;
  setting?: string | undefined;
  isDryRun: boolean;
}

export interface TableDoor<Row> {
  /** As it stands; version 0 is what is shipped. */
  state(): { version: number; rows: readonly Row[]; setting?: string };
  /** As it stands, or stood. @throws TABLE_VERSION_NOT_FOUND */
  csv(version?: number): Promise<{ version: number; text: string }>;
  /** Newest first. */
  versions(): Promise<
    readonly {
      version: number;
      changedAt: Instant;
      changedBy: string;
      reason?: string;
      added: number;
      changed: number;
      removed: number;
    }[]
  >;
  /** A dry run changes nothing and throws no fault. @throws TABLE_INVALID, TABLE_VERSION_CONFLICT */
  put(text: string, wish: TableWish): Promise<TableVerdict>;
}

export interface FilingTablesDoor {
  conditions: TableDoor<FilingConditionRow>;
  categories: TableDoor<Category>;
  areas: TableDoor<LimitArea>;
}
