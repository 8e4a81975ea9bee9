/**
 * What the API does where several work on one case: assists, rulings and who the stewards are. Each
 * write is one transaction of the engine, with its answer under the idempotency key and its entry in
 * the audit trail.
 */
import { type CaseEffects, type Cases, onceOf } from "../cases/cases.ts";
import type { RequestKey } from "../model/audit.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Engine } from "./engine.ts";

type Together = Cases["together"];
type AssistWish = Omit<Parameters<Together["askAssist"]>[1], "caseNo">;
type AssistTransition = Omit<Parameters<Together["advanceAssist"]>[1], "assistId">;
type RulingWish = Omit<Parameters<Together["rule"]>[1], "caseNo">;
type Revocation = Omit<Parameters<Together["revokeRuling"]>[1], "rulingId">;
type Actor = Parameters<Together["rule"]>[2];

export function createTogetherCalls(deps: {
  cases: Pick<Cases, "together" | "get">;
  engine: Pick<Engine, "write">;
  reader: Sql;
  clock: Clock;
  trail: Pick<AuditTrail, "say">;
}) {
  const { engine, reader, clock, trail } = deps;
  const { together } = deps.cases;

  function write<T>(
    key: RequestKey | undefined,
    subject: string,
    work: (tx: Sql, now: Instant) => Promise<{ value: T; effects: CaseEffects }>,
  ): Promise<T> {
    return engine.write(async (tx, now) => {
      const { isRepeat, ...done } = await onceOf(tx, key, now, () => work(tx, now));
      trail.say({ subject, isRepeat });
      return done;
    });
  }

  return {
    assists: {
      list: (filter: Parameters<Together["listAssists"]>[1]) =>
        together.listAssists(reader, filter),
      ask: (caseNo: string, wish: AssistWish, actor: Actor, key?: RequestKey) =>
        write(key, caseNo, async (tx, now) => {
          const { assist, effects } = await together.askAssist(tx, { ...wish, caseNo }, actor, now);
          return { value: assist, effects };
        }),
      transition: (assistId: string, said: AssistTransition, actor: Actor, key?: RequestKey) =>
        write(key, assistId, async (tx, now) => {
          const { assist, effects } = await together.advanceAssist(
            tx,
            { ...said, assistId },
            actor,
            now,
          );
          return { value: assist, effects };
        }),
    },
    rulings: {
      list: (filter: Parameters<Together["listRulings"]>[1]) =>
        together.listRulings(reader, filter),
      rule: (caseNo: string, wish: RulingWish, actor: Actor, key?: RequestKey) =>
        write(key, caseNo, async (tx, now) => {
          const { effects, ...value } = await together.rule(tx, { ...wish, caseNo }, actor, now);
          return { value, effects };
        }),
      revoke: (rulingId: string, said: Revocation, actor: Actor) =>
        engine.write(async (tx, now) => {
          trail.say({ subject: rulingId });
          return { value: await together.revokeRuling(tx, { ...said, rulingId }, actor, now) };
        }),
    },
    /** A case with all that belongs to it and its stewards. @throws CASE_NOT_FOUND */
    async caseWithStewards(caseNo: string) {
      const found = await deps.cases.get(reader, caseNo);
      return { ...found, stewards: together.stewardsOf(found.case, clock.now()) };
    },
  };
}
