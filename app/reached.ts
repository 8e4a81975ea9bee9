/** Contacts and the reaching of people, as the API asks for them. */
import type { AssetClass } from "../model/asset-class.ts";
import type { Clock, Instant } from "../model/clock.ts";
import { type Contacts, calledAt, type HolderKind } from "../model/contact.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { TimeZone } from "../model/local-time.ts";
import { nearestName } from "../model/nearest-name.ts";
import type { Who } from "../model/reaching.ts";
import type { Unit } from "../model/registry.ts";
import type { ChannelBook, Reaching } from "../notify/notify.ts";
import type { Registry } from "../registry/registry.ts";
import type { createDuty } from "./duty.ts";
import type { Engine } from "./engine.ts";
import { type Called, peopleCalled } from "./people-called.ts";
import { peopleView } from "./reaching.ts";

interface Deps {
  registry: Registry;
  book: ChannelBook;
  reaching: Reaching;
  engine: Pick<Engine, "write">;
  duty: Pick<ReturnType<typeof createDuty>, "view">;
  classes: readonly Pick<AssetClass, "slug">[];
  reader: Sql;
  clock: Clock;
  zone: TimeZone;
}

interface ReachedRequest {
  limit: number;
  cursor?: string | undefined;
  unitIds?: readonly string[] | undefined;
  class?: string | undefined;
  lifeSafety: boolean;
}

export function createReachedDoor(deps: Deps) {
  const { registry, book, reaching, duty, clock, zone } = deps;
  const view = peopleView(registry);

  /** Crews of the unit that are on duty and take the class. */
  function crewsNow({ unitId }: Unit, slug: string | undefined, now: Instant): string[] {
    const on = duty.view.onDuty(unitId, now);
    return registry
      .crewsOf(unitId)
      .filter(({ crewId, classes = [] }) => {
        const isTaken = slug === undefined || classes.length === 0 || classes.includes(slug);
        return isTaken && on?.has(crewId) !== false;
      })
      .map(({ crewId }) => crewId);
  }

  function peopleOf(who: Who, unitId: string, crews: readonly string[]): Called[] {
    if (who !== "crew") return peopleCalled(who, { unitId }, view);
    return crews.flatMap((crewId) => peopleCalled(who, { unitId, crewId }, view));
  }

  function shown({ kind, id, contacts }: Called, lifeSafety: boolean, now: Instant) {
    const quietUntil = lifeSafety ? now : calledAt(contacts, now, zone);
    const channels = contacts.points.map(({ channelId }) => channelId);
    return { kind, id, channels, ...(quietUntil > now && { quietUntil }) };
  }

  function reachedUnit(unit: Unit, { class: slug, lifeSafety }: ReachedRequest) {
    const now = clock.now();
    const crews = crewsNow(unit, slug, now);
    const steps = book.ladders[lifeSafety ? "lifeSafety" : "other"].map((step) => {
      const people = peopleOf(step.who, unit.unitId, crews);
      return { ...step, people: people.map((person) => shown(person, lifeSafety, now)) };
    });
    const nobody = steps.filter(({ people }) => people.length === 0).map(({ who }) => who);
    const warnings = [
      ...(crews.length === 0 ? ["no crew is on duty"] : []),
      ...nobody.map((who) => `nobody can be called as '${who}'`),
    ];
    const classes = slug === undefined ? byClass(unit, now) : [];
    return { unitId: unit.unitId, name: unit.name, crews, classes, steps, warnings };
  }

  /** The crews are all that hangs on the class: from the lead on the steps are the unit's. */
  function byClass(unit: Unit, now: Instant) {
    return deps.classes.map(({ slug }) => {
      const crews = crewsNow(unit, slug, now);
      const people = peopleOf("crew", unit.unitId, crews).map(({ kind, id }) => ({ kind, id }));
      return { class: slug, crews, people };
    });
  }

  /** @throws REQUEST_INVALID for a channel that is not there, or is not for such holders */
  function checkChannels(kind: HolderKind, { points }: Contacts): void {
    const fits = [...book.channels.values()].map(({ channel }) => channel);
    const names = fits
      .filter(({ isForGroups = false }) => !isForGroups || kind === "unit")
      .map(({ channelId }) => channelId);
    for (const [index, { channelId }] of points.entries()) {
      if (names.includes(channelId)) continue;
      const meant = nearestName(channelId, names);
      const hint = meant === undefined ? "" : `; did you mean '${meant}'?`;
      const why = book.channels.has(channelId)
        ? "is a group's, by which nobody takes an order"
        : "is not in channels.json";
      throw new GridwardenError(
        "REQUEST_INVALID",
        `field 'points.${index}.channelId': channel '${channelId}' ${why}${hint}`,
      );
    }
  }

  return {
    contacts: {
      get: (kind: HolderKind, id: string) => registry.contacts.get(kind, id) ?? { points: [] },
      put: async (kind: HolderKind, id: string, contacts: Contacts) => {
        checkChannels(kind, contacts);
        return await registry.contacts.put(kind, id, contacts);
      },
      unitOf: registry.contacts.unitOf,
    },
    receipts: reaching.receipts,
    ofCase: (caseNo: string) => reaching.ofCase(deps.reader, caseNo),
    take: (caseNo: string, { username }: { username: string }) =>
      deps.engine.write(async (tx, now) => ({
        value: await reaching.take(tx, caseNo, `user:${username}`, now),
      })),
    reachedNow(request: ReachedRequest) {
      const { unitIds, limit, cursor } = request;
      const page = registry.units.list({ limit, cursor, unitIds });
      return { ...page, items: page.items.map((unit) => reachedUnit(unit, request)) };
    },
  };
}
