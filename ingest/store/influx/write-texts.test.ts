import { expect, test } from "vitest";
import { InfluxFault } from "./influx-door.ts";
import { SEARCH_CALLS_MAX, writeTexts } from "./write-texts.ts";

/** A server that takes what it can of a call, and says how many it has dropped where `says` it. */
function serverThat(refuses: (line: string) => boolean, says = true) {
  const taken = new Set<string>();
  let calls = 0;
  return {
    taken,
    calls: () => calls,
    async write(lines: readonly string[]) {
      calls += 1;
      for (const line of lines) if (!refuses(line)) taken.add(line);
      const { length: dropped } = lines.filter(refuses);
      if (dropped === 0) return;
      const said = says ? ` dropped=${dropped}` : "";
      throw new InfluxFault("refused", `HTTP 400: partial write: beyond retention${said}`);
    },
  };
}

const LINES = Array.from({ length: 1_000 }, (_, n) => `alarm n=${n}`);
const numberOf = (line: string): number => Number(line.split("=")[1]);

test.each<[string, (n: number) => boolean, calls: number]>([
  ["none", () => false, 1],
  ["one", (n) => n === 700, 21],
  ["all", () => true, 1],
  ["the older half", (n) => n < 500, 3],
  ["the oldest three hundred", (n) => n < 300, 21],
])(
  "of a thousand lines of which the server drops %s the others are there, in few calls",
  async (_, isRefused, callsMax) => {
    const server = serverThat((line) => isRefused(numberOf(line)));
    const leftOut = await writeTexts(server, LINES);
    const refused = LINES.filter((line) => isRefused(numberOf(line)));
    expect(leftOut?.lines ?? 0).toBe(refused.length);
    if (refused.length > 0) expect(leftOut?.first).toBe(refused[0]);
    expect([...server.taken]).toEqual(LINES.filter((line) => !refused.includes(line)));
    expect(server.calls()).toBeLessThanOrEqual(callsMax);
  },
);

test.each([
  [true, "every other one"],
  [false, "every other one, and does not say how many"],
])(
  "the search for refused lines ends (%s: %s), and what is good of the rest is there",
  async (says) => {
    const isRefused = (line: string): boolean => numberOf(line) % 2 === 0;
    const server = serverThat(isRefused, says);
    const leftOut = await writeTexts(server, LINES);
    expect(server.taken.size).toBe(500);
    expect(leftOut?.lines).toBeGreaterThanOrEqual(500);
    expect(leftOut?.reason).toContain("beyond retention");
    expect(server.calls()).toBeLessThan(SEARCH_CALLS_MAX + Math.log2(LINES.length) + 1);
  },
);

test("a server that is away is no search, and lines that are too many at once are halved", async () => {
  let calls = 0;
  const away = async (): Promise<void> => {
    calls += 1;
    throw new InfluxFault("away", "no answer");
  };
  await expect(writeTexts({ write: away }, LINES)).rejects.toThrow("no answer");
  expect(calls).toBe(1);
  const taken: string[] = [];
  const small = async (lines: readonly string[]): Promise<void> => {
    if (lines.length > 300) throw new InfluxFault("large", "HTTP 413");
    taken.push(...lines);
  };
  expect(await writeTexts({ write: small }, LINES)).toBeUndefined();
  expect(taken).toEqual(LINES);
});
