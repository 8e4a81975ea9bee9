/** What the door to a lamp platform journals of the answers that it gets, and where it then goes on. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { wallClock } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { createLampPlatform } from "./lamp-platform.ts";

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Asks once; answers what was journaled, and the places that were kept. */
async function askedOnce(page: string) {
  const server = createServer((_asked, answer) => answer.end(page));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const journaled: { reports?: unknown[]; results?: unknown[] }[] = [];
  const places: unknown[] = [];
  const run = async (_text: string, values: readonly unknown[]) => void places.push(values[1]);
  const metrics = memoryMetrics();
  const platform = createLampPlatform(
    {
      ...{ clock: wallClock(), log: silentLog, metrics },
      database: {
        reader: { get: async () => undefined },
        transaction: async (work: (tx: unknown) => Promise<unknown>) => await work({ run }),
      } as unknown as Database,
      accept: ({ payload }, done) => {
        journaled.push(JSON.parse(Buffer.from(payload).toString("utf8")));
        done();
      },
    },
    { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
  );
  await platform.start();
  await platform.stop();
  return { journaled, places, isUp: platform.isUp() };
}

const reports = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ controllerId: `lc-${n}`, resources: {} }));

test("an answer with more than one uplink may carry is journaled in parts, and nothing is lost", async () => {
  const max = LIMITS.uplinkElementsMax;
  const said = reports(max + 1);
  const results = [{ commandId: "c-1", controllerId: "lc-1", state: "done" }];
  const page = JSON.stringify({ reports: said, results, next: "7", more: false });
  const { journaled, places, isUp } = await askedOnce(page);
  for (const part of journaled) {
    const count = (part.reports?.length ?? 0) + (part.results?.length ?? 0);
    expect(count).toBeLessThanOrEqual(max);
  }
  expect(journaled.flatMap((part) => part.reports ?? [])).toEqual(said);
  expect(journaled.flatMap((part) => part.results ?? [])).toEqual(results);
  expect([places, isUp]).toEqual([["7"], true]);
});

test("an answer that fits is journaled as it came", async () => {
  const page = { reports: reports(2), results: [], next: "8", more: false, of: "them" };
  const { journaled, places } = await askedOnce(JSON.stringify(page));
  expect([journaled, places]).toEqual([[page], ["8"]]);
});

test.each(["", "\\ud800", "x".repeat(501)])(
  "a cursor that cannot be asked with moves nothing: '%s'",
  async (next) => {
    const { journaled, places, isUp } = await askedOnce(
      `{"reports": [{"controllerId": "lc-1"}], "next": "${next}", "more": false}`,
    );
    expect([journaled, places, isUp]).toEqual([[], [], false]);
  },
);
