/**
 * A ruling (裁定): what a consultation (会商) decided about whose a kind of case is in an area. It
 * binds the unit, and is used for the next cases of the category there until it ends or is revoked.
 */
import { z } from "zod";
import { CaseNo, UnitId } from "./ids.ts";

export const RulingId = z
  .string()
  .regex(/^ruling-\d{19}-\d{1,6}$/, "'ruling-', the case's 19 digits, '-' and a number")
  .brand<"RulingId">();
export type RulingId = z.infer<typeof RulingId>;

/** What the ruling is for. A field that is absent holds for all. */
export const RulingScope = z.strictObject({
  /** 大类 and 小类 of the case's own kind: component and event codes overlap. */
  categoryCode: z
    .string()
    .regex(/^\d{4}$/, "4 digits: 大类 and 小类")
    .optional(),
  /** The first digits of a unit grid: 6 are an area, 9 a street, 12 a community, 14 a cell. */
  gridPrefix: z
    .string()
    .regex(/^\d{6,16}$/, "6 to 16 digits, the first ones of a grid cell")
    .optional(),
  /** A unit of kind `street`. */
  streetId: UnitId.optional(),
});
export type RulingScope = z.infer<typeof RulingScope>;

const Time = z.int();

export const Ruling = z.strictObject({
  rulingId: RulingId,
  version: z.int().positive(),
  /** Who handles such cases. */
  unitId: UnitId,
  kind: z.enum(["component", "event"]),
  scope: RulingScope,
  /** The units that were heard: theirs it is not, also where an asset names them. */
  notUnitIds: z.array(UnitId),
  reason: z.string(),
  /** The case that was consulted about. */
  caseNo: CaseNo,
  ruledAt: Time,
  ruledBy: z.string(),
  validUntil: Time.optional(),
  revokedAt: Time.optional(),
  revokedBy: z.string().optional(),
  revokeReason: z.string().optional(),
});
export type Ruling = z.infer<typeof Ruling>;
