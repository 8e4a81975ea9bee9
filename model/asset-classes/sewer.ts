/** What wells and pump stations have in common: the filing row of sewage that does not run off. */
import type { z } from "zod";
import type { FilingCondition } from "../asset-class.ts";
import { MINUTE_MS } from "../clock.ts";
import { holdFor } from "./declare-class.ts";

export const SEWER_LEVEL: z.input<typeof FilingCondition> = {
  conditionId: "sewer-level",
  kind: "event",
  categoryCode: "0503",
  title: { zh: "排水不畅、雨污水大面积外溢", en: "Sewer level high or overflowing" },
  closing: { zh: "疏通", en: "Cleared" },
  limit: { value: 4, unit: "working-hour" },
  filing: "immediate",
  lifeSafety: false,
  hold: holdFor(30 * MINUTE_MS),
  source: "filing table of Yuncheng, event 0503",
};
