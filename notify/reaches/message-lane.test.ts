/** A channel's lane between the turns of the event loop. */
import { expect, test } from "vitest";
import type { Channel } from "../../model/channel.ts";
import { HOUR_MS, manualClock } from "../../model/clock.ts";
import { CaseNo } from "../../model/ids.ts";
import { silentLog } from "../../model/log.ts";
import { createMessageLane } from "./message-lane.ts";
import type { StoredMessage } from "./message-table.ts";

const MESSAGE: StoredMessage = {
  ...{ messageId: "m", caseNo: CaseNo.parse("4115242026112300001"), step: "1.crew.0" },
  ...{ person: "user:wang", channelId: "app", to: "wang", isCall: true, lifeSafety: true },
  body: { title: "", text: "", isDrill: false, fields: {} },
  ...{ createdAt: 0, dueAt: 0, state: "waiting", repeats: 0, tries: 0 },
};

test("a lane that is told of a message while it goes to sleep misses none", async () => {
  for (let turns = 0; turns < 30; turns += 1) {
    const waiting: StoredMessage[] = [];
    const sent: string[] = [];
    const channel: Channel = {
      channelId: "app",
      async send(to) {
        sent.push(to);
        return { kind: "taken" };
      },
    };
    const lane = createMessageLane(channel, {
      ...{ clock: manualClock(0), log: silentLog },
      take: async () => waiting.splice(0),
      // Somebody's quiet hours end later, so a timer stands.
      nextDueAt: async () => (waiting.length > 0 ? 0 : HOUR_MS),
      ...{ settle: async () => {}, slow: async () => {}, divert: async () => {} },
    });
    lane.wake();
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    waiting.push(MESSAGE);
    lane.wake();
    await new Promise((resolve) => setTimeout(resolve));
    expect([turns, sent]).toEqual([turns, ["wang"]]);
    await lane.close();
  }
});
