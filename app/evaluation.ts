/** Evaluation as the API asks for it: as of the platform's clock, with those who are registered now. */
import { createEvaluations } from "../cases/cases.ts";
import type { Clock } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import type { CountedCases, Evaluation, EvaluationSubject } from "../model/evaluation.ts";
import type { TimeZone } from "../model/local-time.ts";
import { readPeople } from "../registry/registry.ts";

interface Query {
  period: string;
  subject: EvaluationSubject;
  model: string;
}

type CasesQuery = Parameters<ReturnType<typeof createEvaluations>["cases"]>[1];

/** Whose a case is stands in its history. */
const NOBODY = () => ({ units: [], crews: [] });

export function createEvaluationDoor(deps: {
  database: Database;
  clock: Clock;
  zone: TimeZone;
  areaCode: string;
}): {
  read(query: Query): Promise<Evaluation>;
  cases(query: CasesQuery): Promise<CountedCases>;
} {
  const { database, clock, zone, areaCode } = deps;
  return {
    async read(query) {
      const people = await readPeople(database.reader);
      const evaluations = createEvaluations({ zone, areaCode, people: () => people });
      return await evaluations.read(database, query, clock.now());
    },
    async cases(query) {
      const evaluations = createEvaluations({ zone, areaCode, people: NOBODY });
      return await evaluations.cases(database, query, clock.now());
    },
  };
}
