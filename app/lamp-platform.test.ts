/** What the door to a lamp platform journals of the answers that it gets, and where it then goes on. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { wallClock } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import { silentLog } from "../model/log.ts";
import { type MemoryMetrics, memoryMetrics } from "../model/metrics.ts";
import { createLampPlatform } from "./lamp-platform.ts";

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const pollsOf = (metrics: MemoryMetrics): number =>
  ["answered", "failed"].reduce(
    (sum, result) => sum + metrics.value("gridwarden_lamp_platform_polls_total", { result }),
    0,
  );

/** Asks once, and on while there is more; answers what was journaled, and the places that were kept. */
async function askedOnce(page: string | ((asked: URLSearchParams) => string)) {
  const server = createServer(({ url = "" }, answer) => {
    const asked = new URL(url, "http://localhost").searchParams;
    answer.end(typeof page === "string" ? page : page(asked));
  });
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
  await vi.waitFor(() => expect(pollsOf(metrics)).toBeGreaterThan(0), 20_000);
  await platform.stop();
  return { journaled, places, metrics, isUp: platform.isUp() };
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

/** A platform that has these reports, and answers as many as it is asked for. */
function platformOf(all: readonly object[], limits: number[]) {
  return (asked: URLSearchParams): string => {
    const [from, limit] = [Number(asked.get("cursor") ?? 0), Number(asked.get("limit"))];
    limits.push(limit);
    const some = all.slice(from, from + limit);
    const next = from + some.length;
    return JSON.stringify({ reports: some, next: String(next), more: next < all.length });
  };
}
const long = (n: number, length: number) => ({
  ...{ controllerId: `lc-${n}`, resources: {} },
  note: "x".repeat(length),
});

test("an answer that is too long is asked for by halves, and by more again when it fits", async () => {
  const limits: number[] = [];
  const all = Array.from({ length: 600 }, (_, n) => long(n, n < 300 ? 10_000 : 10));
  const { journaled, places, isUp } = await askedOnce(platformOf(all, limits));
  expect(limits.slice(0, 5)).toEqual([500, 250, 125, 62, 124]);
  expect(limits.at(-1)).toBeGreaterThan(200);
  expect(journaled.flatMap((part) => part.reports ?? [])).toEqual(all);
  expect([places.at(-1), isUp]).toEqual(["600", true]);
});

test("a report that is longer than an uplink may be is passed over and told, and the others are taken", async () => {
  const limits: number[] = [];
  const all = [long(0, 10), long(1, LIMITS.lampPlatformAnswerBytesMax), long(2, 10)];
  const { journaled, places, metrics, isUp } = await askedOnce(platformOf(all, limits));
  expect(journaled.flatMap((part) => part.reports ?? [])).toEqual([all[0], all[2]]);
  expect([places.at(-1), isUp]).toEqual(["3", true]);
  expect(metrics.value("gridwarden_lamp_platform_passed_over_total")).toBe(1);
  expect(limits).toContain(1);
});

test("a platform that answers more than it is asked for loses none of it", async () => {
  const all = Array.from({ length: 300 }, (_, n) => long(n, 10_000));
  const page = JSON.stringify({ reports: all, next: "300", more: false });
  const { journaled, metrics } = await askedOnce(page);
  expect(journaled.length).toBeGreaterThan(2);
  for (const part of journaled) {
    expect(JSON.stringify(part).length).toBeLessThanOrEqual(LIMITS.lampPlatformAnswerBytesMax);
  }
  expect(journaled.flatMap((part) => part.reports ?? [])).toEqual(all);
  expect(metrics.value("gridwarden_lamp_platform_passed_over_total")).toBe(0);
});

test("an answer that is too long even for one report moves nothing", async () => {
  const note = "x".repeat(LIMITS.lampPlatformReportBytesMax);
  const page = JSON.stringify({ reports: [{ controllerId: "lc-1", note }], next: "1" });
  const { journaled, places, isUp } = await askedOnce(page);
  expect([journaled, places, isUp]).toEqual([[], [], false]);
});
