import { Socket } from "node:net";
import { expect, test } from "vitest";
import { type ReconnectDeps, ReconnectingClient } from "./reconnecting-client.ts";

/** Each dial fails at once; each wait is noted and ends when the test says so. */
class Failing extends ReconnectingClient<ReconnectDeps> {
  readonly waits: number[] = [];
  dials = 0;
  next: (() => void) | undefined;

  constructor(random: number) {
    const after = (wallMs: number, call: () => void) => {
      this.waits.push(wallMs);
      this.next = call;
      return { cancel: () => (this.next = undefined) };
    };
    super(
      { after, random: () => random },
      { peer: "test", backoffWallMsMin: 500, endWallMsMax: 1 },
    );
  }

  protected override dial(): Socket {
    this.dials += 1;
    return new Socket().destroy();
  }

  refuse(): void {
    this.retryWallMsMin = 10_000;
  }

  async fail(times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) {
      this.next?.();
      await new Promise(setImmediate);
    }
  }
}

test("each wait is twice the last, up to thirty seconds, and half of it is by chance", async () => {
  for (const [random, share] of [
    [0, 0.5],
    [0.5, 0.75],
  ] as const) {
    const client = new Failing(random);
    client.connect();
    await client.fail(8);
    const full = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
    expect(client.waits).toEqual(full.map((wallMs) => wallMs * share));
  }
});

test("after a refusal no wait is shorter than is asked for", async () => {
  const client = new Failing(0);
  client.refuse();
  client.connect();
  await client.fail(7);
  expect(client.waits).toEqual([5_000, 5_000, 5_000, 5_000, 5_000, 8_000, 15_000]);
});

test("cut while it waits, it dials no more; asked again, its waits begin anew", async () => {
  const client = new Failing(0);
  client.connect();
  await client.fail(3);
  client.cut();
  await client.fail(2);
  expect([client.dials, client.waits]).toEqual([3, [250, 500, 1_000]]);
  client.connect();
  await client.fail(1);
  expect(client.waits.at(-1)).toBe(250);
});
