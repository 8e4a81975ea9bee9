/**
 * The watch over life-safety devices that cannot be read, wired: its notices, and who is called. That is everybody
 * with the role of a shift lead or an engineer who has a way to be reached, at any hour, in the transaction
 * of the notice; said again it is the same message.
 */
import type { Alerts } from "../alerts/alerts.ts";
import { noEffects } from "../cases/cases.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import { NOTICE_TEXT } from "../model/notice.ts";
import type { Notify, Reaching } from "../notify/notify.ts";
import type { Registry } from "../registry/registry.ts";
import type { Engine } from "./engine.ts";
import type { PeopleView } from "./people-called.ts";
import { peopleView } from "./reaching.ts";
import { createUnreadWatch, type Unread, type UnreadWatch } from "./unread-watch.ts";

interface Deps {
  registry: Registry;
  alerts: Pick<Alerts, "rules">;
  engine: Pick<Engine, "write">;
  notify: Pick<Notify, "listNotices">;
  reaching: Pick<Reaching, "say" | "kick">;
  reader: Sql;
  clock: Clock;
  zone: TimeZone;
  log: Log;
}

const KIND = "uplinks-unread";
const ABOUT_NO_CASE = "";

export function openUnreadWatch(deps: Deps): UnreadWatch {
  const { registry, engine, notify, reader, reaching } = deps;
  const people = peopleView(registry);
  return createUnreadWatch({
    ...deps,
    rules: deps.alerts.rules,
    async standing() {
      const filter = { standing: true, limit: LIMITS.listMax };
      const { items } = await notify.listNotices(reader, { roles: ["admin"], unitIds: [] }, filter);
      return items.flatMap(({ kind, noticeId }) => (kind === KIND ? [noticeId] : []));
    },
    async tell({ made, done }) {
      await engine.write(async (tx, now) => {
        const effects = noEffects();
        for (const { notice, unread } of made) {
          effects.notices.push(notice);
          await call(tx, { ...deps, people }, unread, now);
        }
        for (const noticeId of done) {
          effects.settled.push({ caseNo: undefined, kind: KIND, noticeId, at: now });
        }
        return { value: undefined, effects };
      });
      reaching.kick();
    },
  });
}

interface CallDeps extends Pick<Deps, "reaching" | "zone" | "log"> {
  people: Pick<PeopleView, "usersWithRole" | "contactsOf">;
}

async function call(tx: Sql, deps: CallDeps, unread: Unread, now: Instant): Promise<void> {
  const { decoderId, since, repeats } = unread;
  const called = personsOf(deps.people);
  const step = `${KIND}.${decoderId}.${since}.${repeats}`;
  const about = { caseNo: ABOUT_NO_CASE, step, n: 0, isCall: false, lifeSafety: true };
  for (const person of called) {
    await deps.reaching.say(tx, { ...about, person, body: bodyOf(unread, deps.zone) }, now);
  }
  if (called.length > 0) return;
  deps.log.warn("nobody can be called about life-safety devices that cannot be read", {
    decoderId,
  });
}

function personsOf({ usersWithRole, contactsOf }: CallDeps["people"]) {
  const users = [...usersWithRole("shift-lead"), ...usersWithRole("engineer")];
  const names = [...new Set(users.map(({ username }) => String(username)))].sort();
  return names
    .flatMap((id) => {
      const contacts = contactsOf("user", id);
      if (contacts === undefined || contacts.points.length === 0) return [];
      return [{ kind: "user" as const, id, contacts }];
    })
    .slice(0, LIMITS.calledAtOnceMax);
}

function bodyOf({ decoderId, since, deviceIds }: Unread, zone: TimeZone) {
  const { zh, en } = NOTICE_TEXT[KIND];
  const some = deviceIds.slice(0, LIMITS.unreadDevicesTold);
  const more = deviceIds.length - some.length;
  const devices = `${some.join(" ")}${more > 0 ? ` +${more}` : ""}`;
  const from = zone.iso(since);
  const lines = [`解码 decoder: ${decoderId}`, `自 since: ${from}`, `设备 devices: ${devices}`];
  return {
    title: "人身安全设备无法解码 Life-safety devices cannot be read",
    text: [zh, en, ...lines].join("\n"),
    isDrill: false,
    fields: { decoderId, since: from, deviceCount: String(deviceIds.length), devices },
  };
}
