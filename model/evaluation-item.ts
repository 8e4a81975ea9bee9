/**
 * What people record of an evaluation beside the cases: bonus and deduction items (加分项, 扣分项) with
 * their evidence, and marks of third parties (第三方测评). Only ever added, each under the hash of the
 * history's chain; a mistake is revoked by a record of its own.
 */
import { z } from "zod";
import type { Instant } from "./clock.ts";

export const ItemKind = z.enum(["bonus", "deduction", "mark"]);
export const ItemSubject = z.enum(["unit", "crew", "area", "street", "grid"]);

export const NewItem = z
  .strictObject({
    kind: ItemKind,
    period: z.string().max(20).describe("as of an evaluation: `2026-11`, `2026-Q4`"),
    subject: ItemSubject,
    subjectId: z.string().min(1).max(64),
    points: z.number().min(0).max(1_000).multipleOf(0.01),
    markId: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, "small letters, digits and -")
      .optional()
      .describe("of a mark: the name that a model's term asks for"),
    reason: z.string().trim().min(1).max(500),
    evidence: z
      .array(z.string().trim().min(1).max(200))
      .max(20)
      .default([])
      .describe("numbers of cases, ids of files, or words"),
  })
  .superRefine(({ kind, markId }, context) => {
    if ((kind === "mark") === (markId !== undefined)) return;
    const message = kind === "mark" ? "a mark wants its name" : "of a mark alone";
    context.addIssue({ code: "custom", path: ["markId"], message });
  });
export type NewItem = z.infer<typeof NewItem>;

export interface EvaluationItemRecord extends NewItem {
  itemId: string;
  at: Instant;
  by: string;
  /** Number of its record in the chain. */
  chainSeq: number;
  revoked?: { at: Instant; by: string; reason: string; chainSeq: number };
}
