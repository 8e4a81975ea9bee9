/**
 * What the API does with supervision orders: each write in one transaction of the engine, with its
 * answer under the idempotency key and its entry in the audit trail. Those who steer the centre see
 * every order; somebody of a unit those of his unit and of the units below it.
 */
import { type Cases, onceOf } from "../cases/cases.ts";
import type { RequestKey } from "../model/audit.ts";
import type { Clock } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { CaseNo } from "../model/ids.ts";
import type { Role, User } from "../model/registry.ts";
import type { Supervision } from "../model/supervision.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Engine } from "./engine.ts";

type Supervisions = Cases["supervisions"];
type Draft = Parameters<Supervisions["issue"]>[1];
type Said = Parameters<Supervisions["transition"]>[1];
type Filter = Parameters<Supervisions["list"]>[1];
type Actor = Pick<User, "username" | "roles"> & Parameters<Supervisions["issue"]>[2];

const SEES_ALL: ReadonlySet<Role> = new Set<Role>([
  "admin",
  "shift-lead",
  "dispatcher",
  "acceptor",
  "leader",
]);

export function createSupervisionDoor(deps: {
  supervisions: Supervisions;
  engine: Pick<Engine, "write">;
  trail: Pick<AuditTrail, "say">;
  reader: Sql;
  clock: Clock;
  /** The unit and all below it. */
  under(unitId: string): readonly string[];
}) {
  const { supervisions, engine, trail, reader, clock, under } = deps;

  /** Whose orders somebody sees; all when absent. */
  function within({ roles, unitId }: Actor): readonly string[] | undefined {
    if (roles.some((role) => SEES_ALL.has(role))) return undefined;
    return unitId === undefined ? [] : under(unitId);
  }

  function write(
    key: RequestKey | undefined,
    work: (...now: Parameters<Parameters<Engine["write"]>[0]>) => ReturnType<Supervisions["issue"]>,
  ): Promise<Supervision & { openCaseNos?: CaseNo[] }> {
    return engine.write(async (tx, now) => {
      const done = await onceOf(tx, key, now, async () => {
        const { supervision, effects, ...more } = await work(tx, now);
        return { value: { ...supervision, ...more }, effects };
      });
      trail.say({ subject: done.value.supervisionNo, isRepeat: done.isRepeat });
      return { value: done.value, effects: done.effects };
    });
  }

  return {
    issue: (draft: Draft, actor: Actor, key?: RequestKey) =>
      write(key, (tx, now) => supervisions.issue(tx, draft, actor, now)),
    transition: (
      supervisionNo: string,
      said: Omit<Said, "supervisionNo">,
      actor: Actor,
      key?: RequestKey,
    ) =>
      write(key, (tx, now) => supervisions.transition(tx, { ...said, supervisionNo }, actor, now)),
    list: (filter: Omit<Filter, "within">, actor: Actor) =>
      supervisions.list(reader, { ...filter, within: within(actor) }, clock.now()),
    async get(supervisionNo: string, actor: Actor) {
      const found = await supervisions.get(reader, supervisionNo);
      const { unitId } = found.supervision;
      if (within(actor)?.includes(unitId) !== false) return found;
      throw new GridwardenError(
        "ROLE_REFUSED",
        `order '${supervisionNo}' is of unit '${unitId}'; '${actor.username}' sees those of unit ` +
          `'${actor.unitId ?? "none"}' and of the units below it`,
      );
    },
    summary: (span: Pick<Filter, "from" | "to">, actor: Actor) =>
      supervisions.summary(reader, { ...span, within: within(actor) }, clock.now()),
  };
}
