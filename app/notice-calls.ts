/** Notices as their readers ask for them: each sees those of his roles, his units and his name. */
import type { ConsoleDeps } from "../console/console.ts";
import type { Sql } from "../model/database.ts";
import type { User } from "../model/registry.ts";
import type { Notify } from "../notify/notify.ts";
import type { Registry } from "../registry/registry.ts";
import type { Engine } from "./engine.ts";

export function createNoticeCalls({
  registry,
  notify,
  engine,
  reader,
}: {
  registry: Pick<Registry, "units">;
  notify: Pick<Notify, "listNotices" | "acknowledgeNotice">;
  engine: Pick<Engine, "write">;
  reader: Sql;
}): ConsoleDeps["notices"] {
  function readerOf(actor: Pick<User, "roles" | "unitId"> & { username: string }) {
    const { roles, unitId, username } = actor;
    return { roles, username, unitIds: unitId === undefined ? [] : registry.units.under(unitId) };
  }
  return {
    list: (filter, actor) => notify.listNotices(reader, readerOf(actor), filter),
    acknowledge: (noticeId, actor) =>
      engine.write(async (tx, now) => {
        const said = { noticeId, by: actor.username, now };
        return { value: await notify.acknowledgeNotice(tx, readerOf(actor), said) };
      }),
  };
}
