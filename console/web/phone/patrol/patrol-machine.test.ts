import fc from "fast-check";
import { expect, test } from "vitest";
import {
  been,
  begun,
  ended,
  goingOn,
  messageOf,
  PATROL_MS_MAX,
  type PatrolMessage,
  type Patrols,
  PLACES_MAX,
  toldOf,
} from "./patrol-machine.ts";

const MINUTE = 60_000;
const T = 1_795_305_600_000;
const place = (at: number, lon = 115.4) => ({ lon, lat: 31.8, at });

test("before a patrol and after it nothing is kept of where one is", () => {
  expect(been([], place(T))).toEqual([]);
  const over = ended(begun([], T), T + MINUTE);
  expect(been(over, place(T + 2 * MINUTE))).toBe(over);
  expect(been(begun([], T), place(T - 1))[0]?.places).toEqual([]);
});

test("begun twice it is one, and who forgot to end it has ended it after the longest shift", () => {
  const going = begun([], T);
  expect(begun(going, T + MINUTE)).toBe(going);
  expect(goingOn(going, T + PATROL_MS_MAX - 1)?.startedAt).toBe(T);
  expect(goingOn(going, T + PATROL_MS_MAX)).toBeUndefined();
  const next = begun(going, T + 2 * PATROL_MS_MAX);
  expect(next.map(({ startedAt, endedAt }) => [startedAt, endedAt])).toEqual([
    [T, T + PATROL_MS_MAX],
    [T + 2 * PATROL_MS_MAX, undefined],
  ]);
});

test("of a minute the newest place is kept, and of very many the newest", () => {
  let patrols = begun([], T);
  patrols = been(been(patrols, place(T + 1_000, 1)), place(T + 2_000, 2));
  expect(patrols[0]?.places).toEqual([place(T + 2_000, 2)]);
  for (let n = 0; n < 3; n += 1) {
    patrols = begun(ended(patrols, patrols.at(-1)?.startedAt ?? 0), T + (n + 1) * PATROL_MS_MAX);
    const from = patrols.at(-1)?.startedAt ?? 0;
    for (let minute = 0; minute < 900; minute += 1) {
      patrols = been(patrols, place(from + minute * MINUTE));
    }
  }
  const counts = patrols.map(({ places }) => places.length).filter((count) => count > 0);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(PLACES_MAX);
  expect(counts.at(-1)).toBe(900);
});

test("what was told is dropped, a place of the same minute that came meanwhile is not", () => {
  let patrols = been(begun([], T), place(T + 1_000));
  const message = messageOf(patrols) as PatrolMessage;
  expect(message).toEqual({ startedAt: T, positions: [place(T + 1_000)] });
  patrols = toldOf(been(patrols, place(T + 9_000)), message);
  expect(messageOf(patrols)).toEqual({ startedAt: T, positions: [place(T + 9_000)] });
  patrols = toldOf(patrols, messageOf(patrols) as PatrolMessage);
  expect(messageOf(patrols)).toBeUndefined();
  patrols = ended(patrols, T + MINUTE);
  expect(messageOf(patrols)).toEqual({ startedAt: T, endedAt: T + MINUTE, positions: [] });
  expect(toldOf(patrols, messageOf(patrols) as PatrolMessage)).toEqual([]);
});

test("a long walk that was ended without network is told in parts, to its last place", () => {
  let patrols = begun([], T);
  for (let minute = 0; minute < 700; minute += 1) {
    patrols = been(patrols, place(T + minute * MINUTE));
  }
  patrols = ended(patrols, T + 700 * MINUTE);
  const counts: number[] = [];
  for (let message = messageOf(patrols); message !== undefined; message = messageOf(patrols)) {
    counts.push(message.positions.length);
    patrols = toldOf(patrols, message);
  }
  expect(counts).toEqual([500, 200]);
  expect(patrols).toEqual([]);
});

/** The platform as the phone meets it. */
function createServer() {
  const ends = new Map<number, number | undefined>();
  const places = new Map<number, number>();
  return {
    ends,
    places,
    take({ startedAt, endedAt, positions }: PatrolMessage): void {
      ends.set(startedAt, ends.get(startedAt) ?? endedAt);
      for (const { at } of positions) {
        const minute = Math.floor(at / MINUTE);
        places.set(minute, Math.max(at, places.get(minute) ?? 0));
      }
    },
  };
}

test("whatever is lost or repeated, the platform has in the end all minutes of all patrols and nothing beside", () => {
  const act = fc.constantFrom("begin", "end", "walk", "walk", "walk", "send", "lose", "repeat");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(act, fc.integer({ min: 1, max: 90_000 })), { maxLength: 80 }),
      (acts) => {
        const server = createServer();
        let patrols: Patrols = [];
        let now = T;
        const walked = new Map<number, number>();
        const begins = new Set<number>();
        for (const [what, ms] of acts) {
          now += ms;
          if (what === "begin") {
            patrols = begun(patrols, now);
            begins.add(goingOn(patrols, now)?.startedAt ?? 0);
          } else if (what === "end") patrols = ended(patrols, now);
          else if (what === "walk") {
            if (goingOn(patrols, now) !== undefined) walked.set(Math.floor(now / MINUTE), now);
            patrols = been(patrols, place(now));
          } else {
            const message = messageOf(patrols);
            if (message === undefined) continue;
            if (what !== "lose" || ms % 2 === 0) server.take(message);
            if (what === "repeat") server.take(message);
            if (what !== "lose") patrols = toldOf(patrols, message);
          }
        }
        for (
          let message = messageOf(patrols);
          message !== undefined;
          message = messageOf(patrols)
        ) {
          server.take(message);
          patrols = toldOf(patrols, message);
        }
        expect(server.places).toEqual(walked);
        expect(new Set(server.ends.keys())).toEqual(begins);
        const open = [...server.ends].filter(([, endedAt]) => endedAt === undefined);
        expect(open.map(([startedAt]) => startedAt)).toEqual(
          patrols.map(({ startedAt }) => startedAt),
        );
      },
    ),
    { numRuns: 300 },
  );
});
