/**
 * What the API does to where cases come from: duplicates, hotlines' orders, video analyses. Orders go
 * in some at a time, so that no alarm waits long; what was committed stays when a later part fails,
 * and sent again the whole repeats it.
 */
import { setImmediate as breathe } from "node:timers/promises";
import { answersCsv, type Cases, decodeText, orderRows } from "../cases/cases.ts";
import type { RequestKey } from "../model/audit.ts";
import type { Case } from "../model/case.ts";
import type { KeptReport, OrdersTaken } from "../model/case-report.ts";
import type { Clock } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { createCaseWriter } from "./case-writes.ts";
import type { Engine } from "./engine.ts";

type Actor = Parameters<Cases["transition"]>[2];
/** Who has signed in; a service has no role of a person. */
type SourceActor = Actor & { isService: boolean };
type Rows = Parameters<Cases["sources"]["takeOrders"]>[1];
type Filter = Parameters<Cases["sources"]["answers"]>[1];
type OrderKey = Parameters<Cases["sources"]["order"]>[1];
type Delivered = Parameters<Cases["sources"]["delivered"]>[1];

interface SourceWritesDeps {
  cases: Pick<Cases, "sources" | "transition">;
  engine: Pick<Engine, "write">;
  trail: Pick<AuditTrail, "say">;
  reader: Sql;
  clock: Clock;
  zone: TimeZone;
  readRecords(text: string): Promise<Parameters<typeof orderRows>[0]>;
}

/** Orders in one transaction. */
const ORDERS_AT_ONCE = 20;

/** A hotline's service stands where its orders were written down before: with the acceptor. */
export const asAcceptor = ({ isService, ...actor }: SourceActor): Actor =>
  isService ? { ...actor, roles: ["acceptor"] } : actor;
/** A video analysis reports as a sensor does. */
const asSystem = ({ isService, ...actor }: SourceActor): Actor =>
  isService ? { ...actor, roles: ["system"] } : actor;

export function createSourceWrites(deps: SourceWritesDeps) {
  const { cases, engine, trail, reader, clock, zone } = deps;
  const { sources } = cases;
  const step = createCaseWriter(deps);

  async function takeRows(rows: Rows, said: SourceActor): Promise<OrdersTaken> {
    const actor = asAcceptor(said);
    const all: OrdersTaken = { taken: [], rejected: [] };
    for (let from = 0; from < rows.length; from += ORDERS_AT_ONCE) {
      const some = rows.slice(from, from + ORDERS_AT_ONCE);
      const part = await engine.write(async (tx, now) => {
        const { done, effects } = await sources.takeOrders(tx, some, { actor, now });
        return { value: done, effects };
      });
      all.taken.push(...part.taken);
      all.rejected.push(...part.rejected);
      await breathe();
    }
    return all;
  }

  async function importOrders(
    { bytes, system }: { bytes: Uint8Array; system?: string | undefined },
    said: SourceActor,
  ): Promise<OrdersTaken & { ignored: string[] }> {
    const records = await deps.readRecords(decodeText(bytes));
    const { rows, ignored } = orderRows(records, system);
    return { ...(await takeRows(rows, said)), ignored };
  }

  return {
    similar: (about: Parameters<typeof sources.similar>[1]) =>
      sources.similar(reader, about, clock.now()),
    similarTo: (theCase: Case) => sources.similarTo(reader, theCase, clock.now()),
    reportsOf: (caseNo: string): Promise<KeptReport[]> => sources.reportsOf(reader, caseNo),
    join: (said: Parameters<typeof sources.join>[1], actor: Actor, key?: RequestKey) =>
      step(key, (tx, now) => sources.join(tx, said, { actor, now })),
    takeOrders: (orders: readonly unknown[], said: SourceActor) =>
      takeRows(
        orders.map((raw, at) => ({ row: at + 1, raw })),
        said,
      ),
    importOrders,
    answers: (filter: Filter) => sources.answers(reader, filter),
    answersCsv: async (filter: Filter) => answersCsv(await sources.answers(reader, filter), zone),
    delivered: (said: Delivered) =>
      engine.write(async (tx, now) => {
        const { answer, effects } = await sources.delivered(tx, said, now);
        return { value: answer, effects };
      }),
    unsolved: (said: OrderKey & { reason: string }, actor: SourceActor, key?: RequestKey) =>
      step(key, async (tx, now) => {
        const { caseNo } = await sources.order(tx, said);
        const { reason } = said;
        const by = asAcceptor(actor);
        const told = await sources.notSolved(tx, { caseNo, reason }, { actor: by, now });
        if (told !== undefined) return told;
        return await cases.transition(tx, { caseNo, event: "reopen", reason }, by, now);
      }),
    takeVideo: (event: Parameters<typeof sources.takeVideo>[1], actor: SourceActor) =>
      engine.write(async (tx, now) => {
        const by = { actor: asSystem(actor), now };
        const { fate, effects } = await sources.takeVideo(tx, event, by);
        if (fate.kind !== "refused") {
          trail.say({ subject: fate.caseNo, isRepeat: fate.kind === "repeated" });
        }
        return { value: fate, effects };
      }),
  };
}
