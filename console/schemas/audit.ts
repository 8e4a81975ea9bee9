/** The audit trail: who wrote what over the API, and whether the history of cases is whole. */
import { z } from "zod";
import { CHAIN_FAULT_KINDS } from "../../model/audit.ts";
import { IsoTime, PageQuery, pageOf, TimeParameter } from "./common.ts";

export const AuditQuery = PageQuery.extend({
  from: TimeParameter.optional().describe("at or after"),
  to: TimeParameter.optional().describe("before"),
  actor: z.string().min(1).max(64).optional().describe("the user's name"),
  subject: z.string().min(1).max(80).optional().describe("id of what the write was about"),
});

export const AuditEntryAnswer = z
  .object({
    seq: z.int(),
    at: IsoTime,
    requestId: z.string(),
    actor: z.string(),
    roles: z.array(z.string()),
    action: z.string(),
    route: z.string(),
    subject: z.string().optional(),
    result: z.string().describe("`done`, `repeated` under an Idempotency-Key, or the error's code"),
  })
  .meta({ id: "AuditEntry" });
export const AuditPageAnswer = pageOf(AuditEntryAnswer);

export const VerifyQuery = z.strictObject({
  from: z.coerce
    .number()
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe("number of the first record to check: the `next` of the call before"),
});

export const VerifyAnswer = z
  .object({
    isUnbroken: z.boolean().describe("the records that were checked; no file was"),
    areFilesChecked: z
      .literal(false)
      .describe("the bytes of attached files: `audit verify` on the machine reads them"),
    records: z.int().describe("found as they were written"),
    lastSeq: z.int().describe("number of the last of them"),
    lastHash: z.string(),
    next: z.int().optional().describe("there is more: the `from` of the next call"),
    broken: z
      .object({
        kind: z.enum(CHAIN_FAULT_KINDS),
        chainSeq: z.int().optional(),
        caseNo: z.string().optional(),
        seq: z.int().optional(),
        message: z.string(),
      })
      .optional(),
  })
  .meta({ id: "AuditVerification" });
