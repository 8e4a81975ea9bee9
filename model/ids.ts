/** Branded ids: schema and type are one thing, so that a device's id is never taken for an asset's. */
import { z } from "zod";

const NAME = /^[A-Za-z0-9._:-]{1,64}$/;
const named = (): z.ZodString => z.string().regex(NAME, "1 to 64 of A-Z a-z 0-9 . _ : -");

export const DeviceId = named().brand<"DeviceId">();
export type DeviceId = z.infer<typeof DeviceId>;
export const AssetId = named().brand<"AssetId">();
export type AssetId = z.infer<typeof AssetId>;
export const UnitId = named().brand<"UnitId">();
export type UnitId = z.infer<typeof UnitId>;
export const CrewId = named().brand<"CrewId">();
export type CrewId = z.infer<typeof CrewId>;
export const GatewayId = named().brand<"GatewayId">();
export type GatewayId = z.infer<typeof GatewayId>;
export const ServiceId = named().brand<"ServiceId">();
export type ServiceId = z.infer<typeof ServiceId>;
export const Username = named().brand<"Username">();
export type Username = z.infer<typeof Username>;
export const RuleId = named().brand<"RuleId">();
export type RuleId = z.infer<typeof RuleId>;
export const AlarmId = z.string().min(1).max(64).brand<"AlarmId">();
export type AlarmId = z.infer<typeof AlarmId>;
export const CaseNo = z
  .string()
  .regex(/^\d{19}$/, "19 digits: area, date, number of the day")
  .brand<"CaseNo">();
export type CaseNo = z.infer<typeof CaseNo>;

/** Unit grid: 14 digits by CJ/T 213, 15 by GB/T 30428.1; 16 seen in the field. */
export const GridCell = z.string().regex(/^\d{14,16}$/, "14 to 16 digits");
/** Component code: area 6, class 2 + 2, sequence 6; the revision's drafts have 16 to 18 digits. */
export const ComponentCode = z.string().regex(/^\d{16,18}$/, "16 to 18 digits");
export const AreaCode = z.string().regex(/^\d{6}$/, "6 digits");
