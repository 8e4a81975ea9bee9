/**
 * What the API does to cases, each in one transaction of the engine: the step itself, the answer
 * under its idempotency key and the entry in the audit trail.
 */
import { type CaseEffects, type Cases, onceOf } from "../cases/cases.ts";
import type { RequestKey } from "../model/audit.ts";
import type { Case } from "../model/case.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Engine } from "./engine.ts";
import { withPlace } from "./report-place.ts";

type Report = Parameters<Cases["report"]>[1];
type Transition = Parameters<Cases["transition"]>[1];
type Actor = Parameters<Cases["transition"]>[2];

interface WriterDeps {
  engine: Pick<Engine, "write">;
  trail: Pick<AuditTrail, "say">;
}

/** A write whose answer is one case, under its key and with its entry. */
export function createCaseWriter({ engine, trail }: WriterDeps) {
  return function write<Answer extends Case>(
    key: RequestKey | undefined,
    work: (
      ...now: Parameters<Parameters<Engine["write"]>[0]>
    ) => Promise<{ case: Answer; effects: CaseEffects }>,
  ): Promise<Answer> {
    return engine.write(async (tx, now) => {
      const done = await onceOf(tx, key, now, async () => {
        const { case: value, effects } = await work(tx, now);
        return { value, effects };
      });
      trail.say({ subject: done.value.caseNo, isRepeat: done.isRepeat });
      return { value: done.value, effects: done.effects };
    });
  };
}

export function createCaseWrites(
  deps: WriterDeps & {
    cases: Pick<Cases, "report" | "transition">;
    places: Parameters<typeof withPlace>[1];
  },
) {
  const { cases, places } = deps;
  const write = createCaseWriter(deps);

  return {
    report: (report: Report & { placeId?: string | undefined }, actor: Actor, key?: RequestKey) =>
      write(key, async (tx, now) => cases.report(tx, withPlace(report, places), actor, now)),
    transition: (
      caseNo: string,
      transition: Omit<Transition, "caseNo">,
      actor: Actor,
      key?: RequestKey,
    ) => write(key, (tx, now) => cases.transition(tx, { ...transition, caseNo }, actor, now)),
  };
}
