/** Where a handover's lines are read: of lists that answer by pages, all of them. */
import type { ConsoleDeps } from "../console/console.ts";
import type { AlarmRecord } from "../model/alarm.ts";
import type { Case } from "../model/case.ts";
import { LIMITS } from "../model/limits.ts";
import type { DeviceEntry } from "../model/registry.ts";
import { AWAITING_REPLY } from "../model/supervision.ts";
import type { HandoverSource } from "./handovers.ts";

type Actor = Parameters<ConsoleDeps["handovers"]["next"]>[0];
interface PageAsked {
  limit: number;
  cursor?: string;
}
interface Page<T> {
  items: readonly T[];
  next?: string | undefined;
}

export function createHandoverSource(deps: {
  cases(page: PageAsked & { status: "open" }): Promise<Page<Case>>;
  shelved(page: PageAsked & { state: "shelved" }): Promise<Page<AlarmRecord>>;
  supervisions: Pick<ConsoleDeps["supervisions"], "list">;
  notices: Pick<ConsoleDeps["notices"], "list">;
  devices(): Iterable<DeviceEntry>;
}): (actor: Actor) => HandoverSource {
  return (actor) => ({
    openCases: () => allOf((page) => deps.cases({ ...page, status: "open" })),
    shelved: () => allOf((page) => deps.shelved({ ...page, state: "shelved" })),
    notices: () => allOf((page) => deps.notices.list({ ...page, standing: true }, actor)),
    async supervisions() {
      const lists = [...AWAITING_REPLY].map((state) =>
        allOf((page) => deps.supervisions.list({ ...page, state }, actor)),
      );
      return (await Promise.all(lists)).flat();
    },
    devices: deps.devices,
  });
}

async function allOf<T>(ask: (page: PageAsked) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask({ limit: LIMITS.listMax, ...(cursor !== undefined && { cursor }) });
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return all;
}
