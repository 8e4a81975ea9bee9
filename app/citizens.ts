/**
 * What the console does about reporters: their numbers are read beside the engine; an answer is a
 * write of it, with whatever becomes of the case.
 */
import type { Cases } from "../cases/cases.ts";
import type { ConsoleDeps } from "../console/console.ts";
import type { Clock } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Engine } from "./engine.ts";
import { asAcceptor } from "./source-writes.ts";

type Citizens = ConsoleDeps["citizens"];

export function createCitizens(deps: {
  cases: Pick<Cases, "sources">;
  engine: Pick<Engine, "write">;
  trail: Pick<AuditTrail, "say">;
  reader: Sql;
  clock: Clock;
}): Citizens {
  const { engine, trail, reader, clock } = deps;
  const { questions } = deps.cases.sources;

  const answer = (said: Parameters<typeof questions.answer>[1]) =>
    engine.write(async (tx, now) => {
      const { question, effects } = await questions.answer(tx, said, now);
      trail.say({ subject: question.questionId });
      return { value: question, effects };
    });

  return {
    report: (asked) => questions.publicReport(reader, asked, clock.now()),
    answer: (link, said) => answer({ key: { kind: "link", ...link }, answer: said }),
    async questions({ limit, cursor, state, caseNo }) {
      const before = cursor === undefined ? undefined : positionIn(cursor);
      const page = { state, caseNo, before, limit: limit + 1 };
      const found = await questions.list(reader, page, clock.now());
      const items = found.slice(0, limit).map(({ question }) => question);
      const last = found[limit - 1];
      return found.length > limit && last !== undefined
        ? { items, next: `${last.position}` }
        : { items };
    },
    toSend: (page) => questions.toSend(reader, page, clock.now()),
    answerByCall: (questionId, said, actor) =>
      answer({ key: { kind: "id", questionId }, answer: said, actor }),
    answerByOrder: (order, said, actor) =>
      answer({ key: { kind: "order", ...order }, answer: said, actor: asAcceptor(actor) }),
  };
}

function positionIn(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'cursor': got '${cursor.slice(0, 40)}', wanted the 'next' of the page before`,
  );
}
