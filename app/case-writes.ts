/**
 * What the API does to cases, each in one transaction of the engine: the step itself, the answer
 * under its idempotency key and the entry in the audit trail.
 */
import { type Cases, once } from "../cases/cases.ts";
import type { RequestKey } from "../model/audit.ts";
import type { Case } from "../model/case.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Engine } from "./engine.ts";

type Report = Parameters<Cases["report"]>[1];
type Transition = Parameters<Cases["transition"]>[1];
type Actor = Parameters<Cases["transition"]>[2];

export function createCaseWrites(deps: {
  cases: Pick<Cases, "report" | "transition">;
  engine: Pick<Engine, "write">;
  trail: Pick<AuditTrail, "say">;
}) {
  const { cases, engine, trail } = deps;

  function write(
    key: RequestKey | undefined,
    work: (...now: Parameters<Parameters<Engine["write"]>[0]>) => ReturnType<Cases["report"]>,
  ): Promise<Case> {
    return engine.write(async (tx, now) => {
      const done = await once(tx, key, now, () => work(tx, now));
      trail.say({ subject: done.case.caseNo, isRepeat: done.isRepeat });
      return { value: done.case, effects: done.effects };
    });
  }

  return {
    report: (report: Report, actor: Actor, key?: RequestKey) =>
      write(key, (tx, now) => cases.report(tx, report, actor, now)),
    transition: (
      caseNo: string,
      transition: Omit<Transition, "caseNo">,
      actor: Actor,
      key?: RequestKey,
    ) => write(key, (tx, now) => cases.transition(tx, { ...transition, caseNo }, actor, now)),
  };
}
