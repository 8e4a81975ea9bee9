/** The look for due digests between the turns of the event loop. */
import { expect, test } from "vitest";
import { manualClock } from "../model/clock.ts";
import type { Database, Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import { silentLog } from "../model/log.ts";
import { createDigests } from "./digests.ts";

test("orders that are gathered while it goes to sleep are told when they are due", async () => {
  for (let turns = 0; turns < 30; turns += 1) {
    // The first crew's digest is due later, so a timer stands.
    let gathered = [{ crewId: "drains-1", count: 1, since: 0 }];
    let made = 0;
    const reader = {
      all: async () => gathered,
      get: async () => ({ recipient: "crew", state: "flood", since: 0, times: "[0]" }),
    } as unknown as Sql;
    const nothing = { ...reader, all: async () => [] } as Sql;
    const database: Database = { reader, transaction: (work) => work(nothing) };
    const digests = createDigests({
      ...{ clock: manualClock(0), log: silentLog, database },
      onMade() {
        made += 1;
        gathered = [];
      },
    });
    digests.start();
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    gathered = [{ crewId: "drains-2", count: 1, since: -LIMITS.digestPeriodMs }];
    digests.wake();
    await new Promise((resolve) => setTimeout(resolve));
    expect([turns, made]).toEqual([turns, 1]);
    await digests.stop();
  }
});
