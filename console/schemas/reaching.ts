/** How people are reached, and what became of the messages about a case. */
import { z } from "zod";
import { ChannelId } from "../../model/channel.ts";
import { Contacts, HOLDER_ID, HolderKind } from "../../model/contact.ts";
import { CaseNo, UnitId } from "../../model/ids.ts";
import { Who } from "../../model/reaching.ts";
import { IsoTime, PageQuery, pageOf } from "./common.ts";

export const ContactsBody = Contacts.meta({ id: "Contacts" });

export const ContactParams = {
  user: z.strictObject({ username: HOLDER_ID.user }),
  crew: z.strictObject({ crewId: HOLDER_ID.crew }),
  unit: z.strictObject({ unitId: HOLDER_ID.unit }),
};

export const ReceiptParams = z.strictObject({ channelId: z.string().max(40) });
export const ReceiptAnswer = z
  .object({
    known: z.int().describe("receipts of messages of ours"),
    unknown: z.int().describe("of none that is known, or no longer"),
  })
  .meta({ id: "Receipts" });

export const EscalationAnswer = z
  .object({
    caseNo: CaseNo,
    state: z
      .enum(["calling", "taken", "over"])
      .describe("taken: somebody takes the care of it; over: the case wants nobody any more"),
    lifeSafety: z.boolean(),
    isDrill: z.boolean(),
    startedAt: IsoTime,
    round: z.int().describe("counts the crews that had it in hand"),
    calls: z.array(z.object({ who: Who, count: z.int(), lastAt: IsoTime })),
    nextAt: IsoTime.optional().describe("when somebody is called next"),
    endedAt: IsoTime.optional(),
    takenBy: z.string().optional().describe("`user:li`, `crew:drains-1`"),
  })
  .meta({ id: "Escalation" });

const MessageAnswer = z.object({
  messageId: z.string(),
  step: z.string().describe("`<round>.<who>.<n>` of a call, `order.…` of what is told once"),
  person: z.string(),
  channelId: z.string(),
  state: z.enum([
    "waiting",
    "sending",
    "taken",
    "delivered",
    "failed",
    "accepted",
    "declined",
    "dropped",
  ]),
  createdAt: IsoTime,
  dueAt: IsoTime,
  sentAt: IsoTime.optional(),
  settledAt: IsoTime.optional(),
  tries: z.int(),
  reason: z.string().optional(),
});

export const ReachingAnswer = z
  .object({
    escalation: EscalationAnswer.optional().describe("absent where nobody was ever called"),
    messages: z.array(MessageAnswer),
  })
  .meta({ id: "Reaching" });

export const ReachedQuery = PageQuery.extend({
  unitId: UnitId.optional(),
  class: z.string().max(40).optional().describe("slug of an asset class; all when absent"),
  lifeSafety: z.stringbool().default(true),
});
export type ReachedQuery = z.infer<typeof ReachedQuery>;

export const ReachedPage = pageOf(
  z
    .object({
      unitId: UnitId,
      name: z.string(),
      crews: z
        .array(z.string())
        .describe("on duty now, and they take the class; the nearest of them gets an order"),
      classes: z
        .array(
          z.object({
            class: z.string(),
            crews: z.array(z.string()),
            people: z.array(z.object({ kind: HolderKind, id: z.string() })),
          }),
        )
        .describe("who is the step `crew` of each class; none where one class was asked for"),
      steps: z.array(
        z.object({
          who: Who,
          afterSeconds: z.int(),
          everySeconds: z.int().optional(),
          times: z.int().optional(),
          people: z.array(
            z.object({
              kind: HolderKind,
              id: z.string(),
              channels: z.array(ChannelId).describe("in the order in which they are tried"),
              quietUntil: IsoTime.optional(),
            }),
          ),
        }),
      ),
      warnings: z.array(z.string()),
    })
    .meta({ id: "ReachedNow" }),
);
