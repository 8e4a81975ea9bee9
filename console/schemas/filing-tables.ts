/** The tables that a city replaces: their rows as JSON, what a file is put with and what it does. */
import { z } from "zod";
import { FilingCondition, LimitClass } from "../../model/asset-class.ts";
import { IsoTime, PageQuery, pageOf, QueryBoolean } from "./common.ts";

export const FilingConditionRow = FilingCondition.extend({
  class: z.string().describe("slug of the asset class; empty where the row is of none"),
}).meta({ id: "FilingCondition" });
export type FilingConditionRow = z.infer<typeof FilingConditionRow>;

export const CodeSystem = z.enum(["GB/T 30428.2-2013", "CJ/T 214"]);

export const Category = z
  .object({
    system: CodeSystem,
    kind: z.enum(["component", "event"]),
    code: z.string(),
    title: z.object({ zh: z.string(), en: z.string() }),
    majorTitle: z.string(),
    sameAs: z.string().optional().describe("the same thing's code in the other system"),
    source: z.string(),
  })
  .meta({ id: "Category" });
export type Category = z.infer<typeof Category>;

export const LimitArea = z
  .object({
    prefix: z.string().describe("6 to 15 digits of a grid cell, a responsibility grid or a street"),
    limitClass: LimitClass,
    note: z.string(),
  })
  .meta({ id: "LimitArea" });
export type LimitArea = z.infer<typeof LimitArea>;

export const TableQuery = PageQuery;

export function tablePageOf<Item extends z.ZodType>(item: Item) {
  return pageOf(item).extend({
    version: z.int().describe("0: as it is shipped"),
    codeSystem: CodeSystem.optional().describe("the one that the city works by"),
  });
}

const Version = z.coerce.number().int().min(0);

export const TableCsvQuery = z.strictObject({
  version: Version.optional().describe("one that is kept; the newest when absent"),
});

const putFields = {
  version: Version.optional().describe("the one that was changed; not needed for a dry run"),
  dryRun: QueryBoolean.default(false).describe("say what the file would do, and do nothing"),
  confirm: z
    .literal("life-safety")
    .optional()
    .describe("somebody answers for what life safety loses; wants a `reason`"),
  reason: z.string().trim().min(1).max(500).optional(),
};

interface PutWish {
  version?: number | undefined;
  dryRun: boolean;
  confirm?: string | undefined;
  reason?: string | undefined;
}

function checkPut(wish: PutWish, context: z.RefinementCtx): void {
  const put = (field: string, message: string): void => {
    context.addIssue({ code: "custom", path: [field], message });
  };
  if (wish.version === undefined && !wish.dryRun) {
    put("version", "the version that was changed: it is in the table's JSON and in its ETag");
  }
  if (wish.confirm !== undefined && wish.reason === undefined) {
    put("reason", "why life safety loses something; it is kept with the version");
  }
}

export const TablePutQuery = z.strictObject(putFields).superRefine(checkPut);
export const CategoryPutQuery = z
  .strictObject({ ...putFields, codeSystem: CodeSystem.optional() })
  .superRefine(checkPut);

export const TableFile = z.string().min(1, "a CSV file as the .csv call answers it");

const TableFault = z
  .object({
    row: z.int().optional().describe("counted from 1, the header row not counted"),
    line: z.int().optional().describe("line of the file on which the row ends"),
    column: z.string().optional(),
    wanted: z.string(),
    got: z.string(),
    nearest: z.string().optional().describe("the valid name that may have been meant"),
  })
  .meta({ id: "TableFault" });

export const TablePutAnswer = z
  .object({
    dryRun: z.boolean(),
    version: z.int().describe("that stands now"),
    rows: z.int().describe("rows of the file that could be read"),
    codeSystem: CodeSystem.optional(),
    faultCount: z.int(),
    faults: z.array(TableFault).describe("the first of them; only a dry run answers any"),
    warnings: z.array(TableFault).describe("refuse nothing"),
    added: z.array(z.string()),
    changed: z.array(
      z.object({
        key: z.string(),
        cells: z.array(z.object({ column: z.string(), from: z.string(), to: z.string() })),
      }),
    ),
    removed: z.array(z.string()),
  })
  .meta({ id: "TableChange" });

export const TableVersions = z.object({
  items: z.array(
    z.object({
      version: z.int(),
      changedAt: IsoTime,
      changedBy: z.string(),
      reason: z.string().optional(),
      added: z.int(),
      changed: z.int(),
      removed: z.int(),
    }),
  ),
});
