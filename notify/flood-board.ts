/**
 * How the load on crews and on the centre stands: state, rate, what is gathered. For the API from
 * the database as it is; for the metrics from the last look, with time gone on since.
 */
import type { OrderLoad } from "../model/alarm-performance.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import type { Metrics } from "../model/metrics.ts";
import { DIGEST_KIND } from "./digest.ts";
import { floodAt } from "./flood.ts";
import { CENTRE, type FloodRow, readFloods, recipientOf } from "./flood-tables.ts";
import { gatheredCrews } from "./gathering.ts";

export interface FloodBoard {
  /** After a commit that may have moved floods. */
  look(): Promise<void>;
  shown(): Promise<OrderLoad[]>;
}

const CREW_PREFIX = recipientOf("");

export function createFloodBoard(deps: {
  clock: Clock;
  metrics: Metrics;
  database: Database;
  gathered(): number;
}): FloodBoard {
  const { clock, metrics, database } = deps;
  let rows: FloodRow[] = [];
  const isFlood = ({ flood }: FloodRow): boolean => floodAt(flood, clock.now()).state === "flood";
  metrics.gauge(
    "gridwarden_notify_crews_in_flood",
    "Crews that get digests in place of single orders.",
    () => rows.filter((row) => row.recipient !== CENTRE && isFlood(row)).length,
  );
  metrics.gauge(
    "gridwarden_notify_centre_in_flood",
    "1 while all orders and notices together are a flood.",
    () => (rows.some((row) => row.recipient === CENTRE && isFlood(row)) ? 1 : 0),
  );
  metrics.gauge(
    "gridwarden_notify_orders_gathered",
    "Orders that wait for their crew's next digest.",
    deps.gathered,
  );

  /** By recipient. */
  async function rates(now: Instant): Promise<Map<string, number>> {
    const after = now - LIMITS.floodWindowMs;
    const orders = await database.reader.all<{ crewId: string; count: number }>(
      `select crew_id as "crewId", count(*) as count from outbox
       where created_at > ? and created_at <= ? and kind <> ? group by crew_id`,
      [after, now, DIGEST_KIND],
    );
    const notices = await database.reader.get<{ count: number }>(
      "select count(*) as count from notices where at > ? and at <= ?",
      [after, now],
    );
    const counts = new Map(orders.map(({ crewId, count }) => [recipientOf(crewId), Number(count)]));
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return counts.set(CENTRE, all + Number(notices?.count ?? 0));
  }

  return {
    async look() {
      rows = await readFloods(database.reader);
    },
    async shown() {
      const now = clock.now();
      const perRecipient = await rates(now);
      const crews = await gatheredCrews(database.reader);
      const gathered = new Map(crews.map(({ crewId, count }) => [recipientOf(crewId), count]));
      const all = crews.reduce((sum, { count }) => sum + count, 0);
      return (await readFloods(database.reader)).map(({ recipient, flood }) => {
        const { state, since } = floodAt(flood, now);
        const isCentre = recipient === CENTRE;
        return {
          ...(isCentre ? {} : { crewId: recipient.slice(CREW_PREFIX.length) }),
          state,
          ...(since === undefined ? {} : { since }),
          per10Min: perRecipient.get(recipient) ?? 0,
          gathered: isCentre ? all : (gathered.get(recipient) ?? 0),
        };
      });
    },
  };
}
