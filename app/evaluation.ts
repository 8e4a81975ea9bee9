/** Evaluation as the API asks for it: as of the platform's clock, with those who are registered now. */
import { createEvaluations } from "../cases/cases.ts";
import type { Clock } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import type { Evaluation, EvaluationSubject } from "../model/evaluation.ts";
import type { TimeZone } from "../model/local-time.ts";
import { readPeople } from "../registry/registry.ts";

interface Query {
  period: string;
  subject: EvaluationSubject;
  model: string;
}

export function createEvaluationDoor(deps: {
  database: Database;
  clock: Clock;
  zone: TimeZone;
  areaCode: string;
}): { read(query: Query): Promise<Evaluation> } {
  const { database, clock, zone, areaCode } = deps;
  return {
    async read(query) {
      const people = await readPeople(database.reader);
      const evaluations = createEvaluations({ zone, areaCode, people: () => people });
      return await evaluations.read(database, query, clock.now());
    },
  };
}
