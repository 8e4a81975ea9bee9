/** A user whose connections are ended while one of them is on its way in. */
import { expect, test } from "vitest";
import { CrewId } from "../model/ids.ts";
import { RawClient } from "./raw-client.ts";
import { eventually, startTestBroker } from "./test-broker.ts";

const CREW = { kind: "crew", crewId: CrewId.parse("c1") } as const;

test.each([true, false])(
  "a client whose key is revoked on its way in is not there afterwards, whenever that is: clean %s",
  async (clean) => {
    let turns = 0;
    const broker = await startTestBroker({
      deps: {
        // The answer is from before; then, so many turns later, the user's connections end.
        async authenticate() {
          void (async () => {
            for (let turn = 0; turn < turns; turn += 1) await undefined;
            broker.broker.disconnect("c1");
          })();
          return CREW;
        },
      },
    });
    const answers = new Set<number>();
    for (; turns < 40; turns += 1) {
      const client = RawClient.toPort(broker.port);
      const words = { username: "c1", password: "key", clientId: `a-${turns}`, clean };
      const connack = client.connect(words).then(({ returnCode }) => returnCode ?? 0);
      await client.closed();
      await eventually("nobody", () => broker.broker.stats().clients === 0);
      answers.add(await connack.catch(() => -1));
    }
    // Some were asked to come again, some were in already.
    expect(answers).toContain(3);
    expect(answers.size).toBeGreaterThan(1);
    const left = broker.broker.stats().connections;
    await broker.stop();
    expect(left).toBe(0);
  },
);
