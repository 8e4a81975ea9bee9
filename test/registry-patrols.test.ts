/** Patrols of inspectors on a real database: what of many tellings stands, and how long. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import { User } from "../model/registry.ts";
import { createRegistry } from "../registry/registry.ts";
import { openDatabase, START } from "./support/registry-world.ts";

async function setUp() {
  const { database, deps, clock } = await openDatabase();
  const registry = createRegistry(deps, { areaCode: "411524", adminPassword: "for-tests-only" });
  await registry.open();
  const user = User.parse({ username: "hu", roles: ["inspector"] });
  await registry.users.create({ ...user, password: "secret-1" });
  const run = (sql: string) => database.transaction(async (tx) => void (await tx.run(sql)));
  return { registry, clock, run };
}

const place = (at: number, lon = 115.4) => ({ lon, lat: 31.8, at });
const PATROLS = [START, START + 30 * MINUTE_MS];
const ENDED_AT = START + 20 * MINUTE_MS;

test("however a phone cuts, delays and repeats its tellings, of each minute the newest place stands", async () => {
  const { registry, clock, run } = await setUp();
  const { patrols } = registry;
  clock.set(START + 60 * MINUTE_MS);
  const telling = fc.record({
    patrol: fc.constantFrom(0, 1),
    isEndTold: fc.boolean(),
    offsets: fc.array(fc.integer({ min: -2 * MINUTE_MS, max: 50 * MINUTE_MS }), { maxLength: 8 }),
    isTwice: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(telling, { maxLength: 6 }), async (tellings) => {
      await run("delete from patrols");
      await run("delete from patrol_places");
      const newest = new Map<number, number>();
      let isEnded = false;
      for (const { patrol, isEndTold, offsets, isTwice } of tellings) {
        const startedAt = PATROLS[patrol] ?? 0;
        const isEnd = isEndTold && patrol === 0;
        const places = offsets.map((offset) => place(START + offset));
        const said = { startedAt, ...(isEnd && { endedAt: ENDED_AT }), places };
        for (let n = 0; n < (isTwice ? 2 : 1); n += 1) await patrols.say("hu", said);
        isEnded ||= isEnd;
        const until = patrol === 0 && isEnded ? ENDED_AT : clock.now();
        for (const { at } of places) {
          if (at < startedAt || at > until) continue;
          const minute = Math.floor(at / MINUTE_MS);
          newest.set(minute, Math.max(at, newest.get(minute) ?? 0));
        }
      }
      const track = await patrols.track("hu", START - DAY_MS, START + DAY_MS);
      expect(track.map(({ at }) => at)).toEqual([...newest.values()].sort((a, b) => a - b));
    }),
    { numRuns: 25 },
  );
});

test("where he was is forgotten with where crews were, and a clock that is set back leaves nothing ahead", async () => {
  const { registry, clock } = await setUp();
  const { patrols, presence } = registry;
  const old = START - LIMITS.crewPositionDaysMax * DAY_MS;
  await patrols.say("hu", {
    startedAt: old,
    endedAt: old + 9 * MINUTE_MS,
    places: [place(old), place(old + 5 * MINUTE_MS)],
  });
  await patrols.say("hu", {
    startedAt: START - MINUTE_MS,
    places: [place(START - MINUTE_MS), place(START)],
  });
  const count = async (): Promise<number> => (await patrols.track("hu", 0, START + DAY_MS)).length;
  expect(await count()).toBe(4);
  await presence.tidy(START + 3 * MINUTE_MS);
  expect(await count()).toBe(3);
  clock.set(START + 30 * MINUTE_MS);
  expect((await patrols.going()).get("hu")?.place).toEqual(place(START));
  await presence.notAfter(START - MINUTE_MS);
  expect(await count()).toBe(2);
  await presence.notAfter(START - 5 * MINUTE_MS);
  expect((await patrols.going()).size).toBe(0);
});

test("a patrol that has just begun shows no place of the one before", async () => {
  const { registry, clock } = await setUp();
  const { patrols } = registry;
  clock.set(START + 10 * MINUTE_MS);
  const places = [place(START + MINUTE_MS)];
  await patrols.say("hu", { startedAt: START, endedAt: START + 5 * MINUTE_MS, places });
  expect((await patrols.going()).size).toBe(0);
  const startedAt = START + 8 * MINUTE_MS;
  await patrols.say("hu", { startedAt, places: [] });
  expect((await patrols.going()).get("hu")).toEqual({ startedAt });
});

test("what is older than is kept is not taken", async () => {
  const { registry } = await setUp();
  const startedAt = START - LIMITS.crewPositionDaysMax * DAY_MS - 1;
  const said = { startedAt, places: [place(START)] };
  expect(await registry.patrols.say("hu", said)).toEqual({ kept: 0, leftOut: 1 });
});
