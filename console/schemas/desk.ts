/** The centre's desk: calls about a case, what lies around a call, handovers of shifts, pledges. */
import { z } from "zod";
import { CallSaid } from "../../model/case-call.ts";
import { Reporter } from "../../model/case-report.ts";
import {
  Handover,
  HandoverId,
  HandoverLine,
  HandoverSection,
  Pledge,
  PledgeId,
} from "../../model/handover.ts";
import { CaseNo } from "../../model/ids.ts";
import { AlarmAnswer } from "./alarms.ts";
import { IsoTime, PageQuery, pageOf, TimeParameter } from "./common.ts";
import { degrees } from "./files.ts";

export const CallBody = CallSaid.meta({ id: "NewCall" });
export const CallAnswer = z
  .object({
    caseNo: z.string(),
    seq: z.int(),
    at: IsoTime,
    by: z.string().describe("who wrote it down"),
    name: z.string().optional(),
    phone: z.string().optional(),
    text: z.string(),
  })
  .meta({ id: "CaseCall" });
export type CallAnswer = z.infer<typeof CallAnswer>;
export const CallsAnswer = z.object({ items: z.array(CallAnswer) });

export const NearAlarmsQuery = z.strictObject({ lon: degrees(180), lat: degrees(90) });
export const NearAlarmsAnswer = z.object({
  items: z.array(AlarmAnswer.extend({ distanceM: z.number() }).meta({ id: "NearAlarm" })),
});

export const CallerBody = z
  .strictObject({ phone: Reporter.shape.phone.unwrap() })
  .meta({ id: "Caller" });
export const CallersAnswer = z.object({
  items: z.array(
    z
      .object({
        caseNo: z.string(),
        at: IsoTime,
        name: z.string().optional(),
        description: z.string().optional(),
      })
      .meta({ id: "CallersReport" }),
  ),
});

const Line = z
  .object({ ...HandoverLine.shape, since: IsoTime.optional(), until: IsoTime.optional() })
  .meta({ id: "HandoverLine" });
export const SnapshotAnswer = z
  .object({
    at: IsoTime,
    sections: z.record(
      HandoverSection,
      z.object({ count: z.int().describe("of all; `lines` are the first"), lines: z.array(Line) }),
    ),
  })
  .meta({ id: "HandoverSnapshot" });
export type SnapshotAnswer = z.infer<typeof SnapshotAnswer>;

const handoverShape = { ...Handover.shape, at: IsoTime, signedAt: IsoTime.optional() };
export const HandoverItem = z.object(handoverShape).meta({ id: "HandoverItem" });
export type HandoverItem = z.infer<typeof HandoverItem>;
export const HandoverAnswer = z
  .object({ ...handoverShape, snapshot: SnapshotAnswer })
  .meta({ id: "Handover" });
export const HandoverPage = pageOf(HandoverItem);
export const HandoverQuery = PageQuery;
export const HandoverParams = z.strictObject({ handoverId: HandoverId });
export const HandoverBody = z
  .strictObject({ note: z.string().trim().min(1).max(4000).optional() })
  .meta({ id: "NewHandover" });

export const PledgeParams = z.strictObject({ pledgeId: PledgeId });
export const PledgeBody = z
  .strictObject({
    text: z.string().trim().min(1).max(500),
    dueAt: TimeParameter,
    caseNo: CaseNo.optional(),
  })
  .meta({ id: "NewPledge" });
export const PledgeAnswer = z
  .object({
    ...Pledge.shape,
    dueAt: IsoTime,
    madeAt: IsoTime,
    doneAt: IsoTime.optional(),
  })
  .meta({ id: "Pledge" });
export type PledgeAnswer = z.infer<typeof PledgeAnswer>;
