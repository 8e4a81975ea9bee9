/**
 * Orders of hotlines (12319, 12345): each becomes a report under its own number, and its answer is
 * kept up to date for the hotline to fetch. A bad order rejects itself and no other. An order that
 * has no final answer at the hotline's own deadline is told to the acceptor, once.
 */
import type { Case } from "../model/case.ts";
import type { HotlineOrder, OrderAnswer, OrdersTaken } from "../model/case-report.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError, isErrorCode } from "../model/errors.ts";
import { CaseNo } from "../model/ids.ts";
import type { CaseActor } from "./assignment.ts";
import { putNotice } from "./case-notices.ts";
import { findCase } from "./case-store.ts";
import { type CaseEffects, type CasesDeps, noEffects } from "./desk-words.ts";
import type { OrderRow } from "./hotline-file.ts";
import { readOrder } from "./hotline-order-reader.ts";
import {
  caseOfOrder,
  firstOverdueAt,
  followCase,
  hasOverdue,
  markDelivered,
  needOrder,
  tellOverdue,
} from "./hotline-orders.ts";
import type { Reported, Reporting } from "./reporting.ts";
import { merge } from "./set-aside.ts";

export function createHotline(deps: CasesDeps, { report }: Pick<Reporting, "report">) {
  const unitName = (unitId: string): string | undefined => deps.registry.unit(unitId)?.name;

  /** @throws GridwardenError DATABASE_FAILED */
  async function take(
    tx: Sql,
    rows: readonly OrderRow[],
    { actor, now }: { actor: CaseActor; now: Instant },
    effects: CaseEffects,
  ): Promise<OrdersTaken> {
    const done: OrdersTaken = { taken: [], rejected: [] };
    for (const { row, line, raw, fault } of rows) {
      const place = { row, ...(line !== undefined && { line }) };
      const read =
        fault === undefined
          ? readOrder(raw, deps.zone)
          : { kind: "fault" as const, code: "REQUEST_INVALID" as const, message: fault };
      if (read.kind === "fault") {
        const { code, message } = read;
        done.rejected.push({ ...place, ...numberIn(raw), code, message });
        continue;
      }
      const { externalNo, externalSystem } = read.order;
      const tried = await attempt(tx, effects, (own) => takeOne(tx, read.order, actor, now, own));
      if (tried instanceof GridwardenError) {
        const { code, message } = tried;
        done.rejected.push({ ...place, externalNo, code, message });
      } else {
        const { fate, publicNo } = tried;
        const { caseNo } = tried.case;
        const named = publicNo === undefined ? {} : { publicNo };
        done.taken.push({ externalSystem, externalNo, caseNo, fate, ...named });
      }
    }
    return done;
  }

  async function takeOne(
    tx: Sql,
    order: HotlineOrder,
    actor: CaseActor,
    now: Instant,
    effects: CaseEffects,
  ): Promise<Reported> {
    const { title, text, componentCode, ...rest } = order;
    const source = "hotline" as const;
    // Taken before: what its places and assets were called since then is no matter.
    if ((await caseOfOrder(tx, order)) !== undefined) {
      return await report(tx, { ...rest, source }, actor, now, effects);
    }
    const description = [title, text].filter((each) => each).join("\n");
    const assetId = order.assetId ?? assetOf(componentCode);
    const isPlaced = assetId !== undefined || (order.lon !== undefined && order.lat !== undefined);
    const said = {
      ...rest,
      ...(isPlaced ? {} : placeNamedBy(order.address)),
      source,
      ...(assetId !== undefined && { assetId }),
      ...(description !== "" && { description }),
    };
    return await report(tx, said, actor, now, effects);
  }

  /** Of an address alone, where it names one place and no other. */
  function placeNamedBy(address: string | undefined) {
    const { named = [], nearest = [] } =
      address === undefined ? {} : (deps.placesOf?.(address) ?? {});
    const [place, another] = named;
    if (place !== undefined && another === undefined) {
      const { name: placedAt, lon, lat, gridCell, responsibleGrid } = place;
      return { placedAt, lon, lat, gridCell, responsibleGrid };
    }
    const got = address === undefined ? "nothing" : `the address '${address}'`;
    const names = nearest.map((each) => `'${each}'`).join(", ");
    const which = another === undefined ? "; is one of these meant: " : ", which names several: ";
    throw new GridwardenError(
      "REQUEST_INVALID",
      `the order needs a place: got ${got}${names === "" ? "" : which + names}; wanted lon and lat, ` +
        "an assetId, a componentCode or an address that names one place",
    );
  }

  function assetOf(componentCode: string | undefined): string | undefined {
    if (componentCode === undefined) return undefined;
    const assetId = deps.assetByCode?.(componentCode)?.assetId;
    if (assetId !== undefined) return assetId;
    throw new GridwardenError(
      "ASSET_NOT_FOUND",
      `no asset has the componentCode '${componentCode}'; write lon and lat, or leave it out`,
    );
  }

  return {
    take,
    /** Answers of orders whose cases have changed; told within the transaction of the change. */
    async follow(tx: Sql, changed: readonly Case[], now: Instant): Promise<void> {
      for (const theCase of changed) await followCase(tx, theCase, unitName, now);
    },
    async tick(tx: Sql, now: Instant, effects: CaseEffects): Promise<void> {
      for (const { caseNo, answerBy } of await tellOverdue(tx, now)) {
        const theCase = await findCase(tx, caseNo);
        if (theCase === undefined) continue;
        putNotice(effects, theCase, "answer-overdue", `${answerBy}`, now);
      }
    },
    nextDue: firstOverdueAt,
    /**
     * The hotline has the answer at `position`, or the newest.
     * @throws GridwardenError ORDER_NOT_FOUND, REQUEST_INVALID
     */
    async delivered(
      tx: Sql,
      said: { externalNo: string; system?: string | undefined; position?: number | undefined },
      now: Instant,
      effects: CaseEffects,
    ): Promise<OrderAnswer> {
      const order = await needOrder(tx, said);
      const { position = order.position } = said;
      if (position > order.position) {
        throw new GridwardenError(
          "REQUEST_INVALID",
          `field 'position': got ${position}, wanted at most ${order.position}, the newest of order '${order.externalNo}'`,
        );
      }
      const { isAnswered } = await markDelivered(tx, order, position, now);
      if (isAnswered && !(await hasOverdue(tx, order.caseNo))) {
        const caseNo = CaseNo.parse(order.caseNo);
        effects.settled.push({ caseNo, kind: "answer-overdue", at: now });
      }
      return await needOrder(tx, { externalNo: order.externalNo, system: order.externalSystem });
    },
  };
}

/** What one order wrote is taken back where it fails; a fault of the database is everybody's. */
async function attempt(
  tx: Sql,
  effects: CaseEffects,
  work: (own: CaseEffects) => Promise<Reported>,
): Promise<Reported | GridwardenError> {
  const own = noEffects();
  await tx.run("savepoint hotline_order");
  try {
    const done = await work(own);
    await tx.run("release hotline_order");
    merge(effects, own);
    return done;
  } catch (error) {
    if (!(error instanceof GridwardenError) || isErrorCode(error, "DATABASE_FAILED")) throw error;
    await tx.run("rollback to hotline_order");
    await tx.run("release hotline_order");
    return error;
  }
}

function numberIn(raw: unknown): { externalNo?: string } {
  const given = typeof raw === "object" && raw !== null ? Reflect.get(raw, "externalNo") : raw;
  return typeof given === "string" ? { externalNo: given.slice(0, 64) } : {};
}
