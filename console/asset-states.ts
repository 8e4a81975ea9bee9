/** Assets by what is the matter with them: those that have an alarm, those that have an open case. */
import { LIMITS } from "../model/limits.ts";
import type { ConsoleDeps, Page } from "./deps.ts";

/** Stands, or is over and waits for somebody to say that he has seen it. */
const STANDING = ["unacknowledged", "acknowledged", "returned", "latched"] as const;

export async function assetsInState(
  { alarms, cases }: Pick<ConsoleDeps, "alarms" | "cases">,
  state: "alarm" | "case",
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (state === "case") {
    await addAll(found, (page) => cases.list({ ...page, status: "open" }));
    return found;
  }
  for (const each of STANDING) await addAll(found, (page) => alarms.list({ ...page, state: each }));
  return found;
}

async function addAll(
  found: Set<string>,
  list: (page: { limit: number; cursor?: string }) => Page<Item> | Promise<Page<Item>>,
): Promise<void> {
  let next: string | undefined;
  do {
    const cursor = next === undefined ? {} : { cursor: next };
    const page = await list({ limit: LIMITS.listMax, ...cursor });
    for (const { assetId } of page.items) if (assetId !== undefined) found.add(assetId);
    next = page.next;
  } while (next !== undefined);
}

interface Item {
  assetId?: string | undefined;
}
