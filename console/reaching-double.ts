/** Those who reach people, for tests of the console. */
import { GridwardenError } from "../model/errors.ts";
import { CaseNo, UnitId } from "../model/ids.ts";
import type { Escalation } from "../model/reaching.ts";
import type { ReachingDoor } from "./reaching-door.ts";

export function reachingDouble(
  asked: { what: string; with: unknown }[],
  { caseNo, now }: { caseNo: string; now: number },
): ReachingDoor {
  const escalation: Escalation = {
    ...{ caseNo: CaseNo.parse(caseNo), state: "calling", lifeSafety: true, isDrill: false },
    ...{ startedAt: now, round: 1, crewSince: now, othersSince: now, nextAt: now + 40_000 },
    calls: { crew: { count: 1, lastAt: now } },
  };
  return {
    contacts: {
      get: () => ({ points: [{ channelId: "sms", to: "13900000001" }] }),
      put: async (kind, id, contacts) => {
        asked.push({ what: "contacts.put", with: { kind, id, contacts } });
        return contacts;
      },
      unitOf: () => "works",
    },
    receipts: async (channelId, call) => {
      asked.push({ what: "receipts", with: { channelId, call } });
      if (channelId === "sms") return { known: 1, unknown: 0 };
      throw new GridwardenError("RECEIPT_REFUSED", "no channel takes receipts there");
    },
    ofCase: async (of) => {
      const message = {
        ...{ messageId: `${of}-1.crew.0-user:li-sms`, caseNo: of, step: "1.crew.0" },
        ...{ person: "user:li", channelId: "sms", state: "taken" as const, tries: 1 },
        ...{ createdAt: now, dueAt: now, sentAt: now, settledAt: now },
      };
      return { escalations: [escalation], messages: [message] };
    },
    take: async (of, actor) => {
      asked.push({ what: "take", with: { caseNo: of, actor } });
      return { ...escalation, state: "taken", takenBy: `user:${actor.username}` };
    },
    reachedNow: (request) => {
      asked.push({ what: "reachedNow", with: request });
      const people = [
        { kind: "user" as const, id: "li", channels: ["sms"], quietUntil: now + 3_600_000 },
      ];
      const steps = [{ who: "crew" as const, afterSeconds: 0, people }];
      const unit = { unitId: UnitId.parse("works"), name: "Works", crews: ["crew-1"] };
      const called = [{ kind: "user" as const, id: "li" }];
      const classes = [{ class: "manhole-cover", crews: ["crew-1"], people: called }];
      return { items: [{ ...unit, classes, steps, warnings: [] }] };
    },
  };
}
