/**
 * Reaching people, wired: whom the register names, what the filing calls a case, and how a person's word
 * becomes a step of it.
 */

import type { Cases, FilingTables } from "../cases/cases.ts";
import type { Clock } from "../model/clock.ts";
import { HolderKind } from "../model/contact.ts";
import type { Database } from "../model/database.ts";
import { historyNote } from "../model/history-notes.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import { type ChannelBook, createReaching, type Notify, type Reaching } from "../notify/notify.ts";
import type { Registry } from "../registry/registry.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Engine } from "./engine.ts";
import { type PeopleView, peopleCalled } from "./people-called.ts";

interface Deps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  database: Database;
  zone: TimeZone;
  book: ChannelBook;
  registry: Registry;
  filing: Pick<FilingTables, "book">;
  cases: Pick<Cases, "transition" | "find">;
  notify: Pick<Notify, "saveNotices">;
  trail: Pick<AuditTrail, "say">;
  engine(): Pick<Engine, "write">;
}

export function peopleView(registry: Registry): PeopleView {
  return {
    unit: registry.unit,
    usersOfCrew: registry.users.ofCrew,
    usersOfUnit: registry.users.ofUnit,
    usersWithRole: registry.users.withRole,
    contactsOf: registry.contacts.get,
  };
}

export function openReaching(deps: Deps): Reaching {
  const { registry, filing, cases, notify } = deps;
  const view = peopleView(registry);

  /** `user:li`, `crew:drains-1` */
  function contactsOf(person: string) {
    const [kind, id = ""] = person.split(":");
    const holder = HolderKind.safeParse(kind);
    return holder.success ? registry.contacts.get(holder.data, id) : undefined;
  }

  async function acceptOrder(caseNo: string, person: string): Promise<void> {
    const actor = actorOf(person);
    await deps.engine().write(async (tx, now) => {
      const said = { caseNo, event: "acceptOrder", note: historyNote("by-channel", { person }) };
      const { case: value, effects } = await cases.transition(tx, said, actor, now);
      deps.trail.say({ subject: caseNo, isRepeat: false });
      return { value, effects };
    });
  }

  /** The telephone of a crew speaks for whoever carries it. */
  function actorOf(person: string): Parameters<Cases["transition"]>[2] {
    const [kind, id = ""] = person.split(":");
    const user = kind === "user" ? registry.users.get(id) : undefined;
    const crewId = user?.crewId ?? registry.crew(id)?.crewId;
    const unitId = crewId === undefined ? undefined : registry.crew(crewId)?.unitId;
    return {
      username: user?.username ?? person,
      roles: ["crew"],
      ...(crewId !== undefined && { crewId }),
      ...(unitId !== undefined && { unitId }),
    };
  }

  return createReaching({
    ...deps,
    people: (who, about) => peopleCalled(who, about, view),
    contactsOf,
    wordsOf(theCase) {
      const condition = filing.book.find(theCase.class, theCase.conditionId);
      return condition?.title ?? { zh: theCase.conditionId, en: "" };
    },
    caseOf: cases.find,
    saveNotice: (tx, notice) => notify.saveNotices(tx, [notice], []),
    acceptOrder,
  });
}
