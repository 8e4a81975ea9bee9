/**
 * Patrol areas and patrols at the running platform: who sets and sees them, what a phone may tell again
 * and late, and how much of an area a day's walk has seen.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { type Api, signIn, startPlatform, type TestPlatform } from "./support/platform.ts";

interface Area {
  username: string;
  grids: string[];
  changedBy?: string;
  patrol?: { startedAt: string; position?: { lon: number; lat: number; at: string } };
}
interface Fault {
  code: string;
  message: string;
}
interface Coverage {
  day: string;
  of: number;
  seen: number;
  share?: number;
  walkedM: number;
  items: { assetId: string }[];
  next?: string;
}

const MINUTE = 60_000;
const START = Date.parse("2026-11-23T08:30:00+08:00");
const PEOPLE = [
  ["lead", "shift-lead", undefined],
  ["hu", "inspector", "works"],
  ["zhao", "inspector", undefined],
  ["crew", "crew", "works"],
  ["boss", "unit", "works"],
  ["other", "unit", "water"],
] as const;

let rig: TestPlatform;
const apis = new Map<string, Api>();
const as = (name: string): Api => apis.get(name) ?? rig.api;
/** Metres north of the first component. */
const at = (northM: number) => ({ lon: 115.41, lat: 31.8 + northM / 111_195 });

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_CLOCK: "2026-11-23T08:30:00+08:00,1" });
  for (const unitId of ["works", "water"]) {
    await rig.api.post("/api/v1/units", { unitId, name: unitId, kind: "department" });
  }
  for (const [username, role, unitId] of PEOPLE) {
    const user = { username, password: "secret-1", roles: [role], ...(unitId && { unitId }) };
    expect((await rig.api.post("/api/v1/users", user)).status).toBe(201);
  }
  for (let n = 0; n < 5; n += 1) {
    const { status } = await rig.api.post("/api/v1/assets", {
      assetId: `tree-${n}`,
      componentCode: `41152404010000${String(n).padStart(2, "0")}`,
      name: `tree ${n}`,
      ...at(n * 100),
      ...(n < 4 ? { responsibleGrid: "第七网格" } : { gridCell: "41152400100101" }),
    });
    expect(status).toBe(201);
  }
  await signAll();
}, 120_000);
afterAll(() => rig.stop());

async function signAll(): Promise<void> {
  for (const [username] of PEOPLE) {
    apis.set(username, await signIn(rig.ports.http, username, "secret-1"));
  }
}

const put = (by: string, username: string, body: unknown) =>
  as(by).replace<Area & Fault>(`/api/v1/patrol-areas/${username}`, body);
const listed = async (by: string): Promise<Area[]> =>
  (await as(by).get<{ items: Area[] }>("/api/v1/patrol-areas")).body.items;
const mine = async (by: string): Promise<Area> =>
  (await as(by).get<Area>("/api/v1/me/patrol")).body;
const say = (by: string, body: unknown) =>
  as(by).post<{ kept: number; leftOut: number } & Fault>("/api/v1/me/patrol", body);
const covered = (query = "", by = "lead") =>
  as(by).get<Coverage & Fault>(`/api/v1/patrol-areas/hu/coverage${query}`);

test("a lead sets an area and the inspector reads his own; it is entered, and a restart keeps it", async () => {
  const grids = ["第七网格", "411524001", "第七网格"];
  const { status, body } = await put("lead", "hu", { grids });
  expect(status).toBe(200);
  expect(body).toMatchObject({ username: "hu", grids: grids.slice(0, 2), changedBy: "lead" });
  expect(await mine("hu")).toEqual(body);
  expect((await mine("zhao")).grids).toEqual([]);
  const { items } = (await rig.api.get<{ items: object[] }>("/api/v1/audit?subject=hu&actor=lead"))
    .body;
  expect(items[0]).toMatchObject({ action: "patrol-areas.write", result: "done" });
  await rig.stop("keep");
  rig = await startPlatform({ GRIDWARDEN_CLOCK: "2026-11-23T08:30:00+08:00,1" }, rig.directory);
  await signAll();
  expect((await mine("hu")).grids).toEqual(grids.slice(0, 2));
});

test.each([
  ["an unknown user", "nobody", { grids: [] }, 404, "USER_NOT_FOUND", "nobody"],
  ["who is no inspector", "crew", { grids: [] }, 400, "REQUEST_INVALID", "inspector"],
  [
    "a grid in which nothing stands",
    "hu",
    { grids: ["第八网格"] },
    400,
    "REQUEST_INVALID",
    "第八网格",
  ],
  ["too few digits", "hu", { grids: ["41152"] }, 400, "REQUEST_INVALID", "41152"],
  ["an empty name", "hu", { grids: [" "] }, 400, "REQUEST_INVALID", "grids.0"],
  ["a control character", "hu", { grids: ["a\u0007"] }, 400, "REQUEST_INVALID", "grids.0"],
  [
    "too many",
    "hu",
    { grids: Array.from({ length: 21 }, (_, n) => `g${n}`) },
    400,
    "REQUEST_INVALID",
    "20",
  ],
  ["no list", "hu", {}, 400, "REQUEST_INVALID", "grids"],
])("an area with %s is refused by name", async (_what, username, body, status, code, named) => {
  const answer = await put("lead", username, body);
  expect(answer).toMatchObject({ status, body: { code } });
  expect(answer.body.message).toContain(named);
  expect((await mine("hu")).grids).toEqual(["第七网格", "411524001"]);
});

test("who leads sees all areas, a unit those of its own inspectors, others none", async () => {
  expect((await listed("lead")).map(({ username }) => username)).toEqual(["hu", "zhao"]);
  expect((await listed("boss")).map(({ username }) => username)).toEqual(["hu"]);
  expect(await listed("other")).toEqual([]);
  for (const by of ["hu", "crew"]) {
    expect((await as(by).get("/api/v1/patrol-areas")).status).toBe(403);
    expect((await put(by, "hu", { grids: [] })).status).toBe(403);
    expect((await covered("", by)).status).toBe(403);
  }
  expect((await say("crew", { startedAt: START })).status).toBe(403);
  expect((await covered("", "boss")).status).toBe(200);
  expect(await covered("", "other")).toMatchObject({
    status: 404,
    body: { code: "USER_NOT_FOUND" },
  });
});

/** Begun half an hour ago; the phone had no network since. */
const startedAt = START - 30 * MINUTE;
const walk = [0, 1, 2].map((n) => ({ ...at(n * 80), accuracyM: 8, at: startedAt + n * MINUTE }));

test("what a phone tells late and again is kept once, and nothing outside the patrol", async () => {
  const positions = [
    ...walk,
    { ...at(400), at: startedAt - MINUTE },
    { ...at(400), at: START + 30 * MINUTE },
    { ...at(400), at: START - 120 * 86_400_000 },
  ];
  const told = { status: 200, body: { kept: 3, leftOut: 3 } };
  expect(await say("hu", { startedAt, positions })).toEqual(told);
  const before = (await covered()).body;
  expect(before).toMatchObject({ of: 5, seen: 2, share: 0.4, walkedM: 160, day: "2026-11-23" });
  expect(await say("hu", { startedAt, positions: [...positions].reverse() })).toEqual(told);
  expect((await covered()).body).toEqual(before);
  const [hu] = await listed("lead");
  expect(hu?.patrol).toMatchObject({ position: { lon: 115.41, accuracyM: 8 } });
  expect(Date.parse(hu?.patrol?.startedAt ?? "")).toBe(startedAt);
  expect(Date.parse(hu?.patrol?.position?.at ?? "")).toBe(walk[2]?.at);
  expect((await mine("hu")).patrol).toEqual(hu?.patrol);
});

test("after its end nobody sees where he is; what he walked before it may still come", async () => {
  const endedAt = startedAt + 10 * MINUTE;
  expect((await say("hu", { startedAt, endedAt })).body).toEqual({ kept: 0, leftOut: 0 });
  expect((await listed("lead"))[0]?.patrol).toBeUndefined();
  const late = [
    { ...at(240), at: startedAt + 3 * MINUTE },
    { ...at(400), at: startedAt + 11 * MINUTE },
  ];
  // The end is known: an older message that does not name it opens nothing again.
  expect((await say("hu", { startedAt, positions: late })).body).toEqual({ kept: 1, leftOut: 1 });
  expect((await listed("lead"))[0]?.patrol).toBeUndefined();
  expect((await covered()).body).toMatchObject({ seen: 3, walkedM: 240 });
});

test("what was not seen is listed in pages; a day without a walk has seen nothing", async () => {
  const first = (await covered("?limit=1")).body;
  expect(first.items.map(({ assetId }) => assetId)).toEqual(["tree-3"]);
  const second = (await covered(`?limit=1&cursor=${first.next}`)).body;
  expect(second.items.map(({ assetId }) => assetId)).toEqual(["tree-4"]);
  expect(second.next).toBeUndefined();
  expect((await covered("?day=2026-11-22")).body).toMatchObject({ of: 5, seen: 0, walkedM: 0 });
  const none = await as("lead").get<Coverage>("/api/v1/patrol-areas/zhao/coverage");
  expect(none.body).toMatchObject({ of: 0, seen: 0, items: [] });
  expect(none.body.share).toBeUndefined();
});

test.each([
  ["tomorrow", "?day=2026-11-24", "2026-11-23"],
  ["a day of which nothing is kept", "?day=2026-08-01", "90 days"],
  ["no day", "?day=yesterday", "day"],
  ["a day that the calendar has not", "?day=2026-02-30", "day"],
])("coverage of %s is refused by name", async (_what, query, named) => {
  const { status, body } = await covered(query);
  expect([status, body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(body.message).toContain(named);
});

const spot = { ...at(0), at: START };
test.each([
  ["a clock that is an hour ahead", { startedAt: START + 60 * MINUTE }, "set the phone's clock"],
  ["an end before its begin", { startedAt: START, endedAt: START - 1 }, "endedAt"],
  ["no begin", { positions: [spot] }, "startedAt"],
  ["a begin that is no time", { startedAt: "today" }, "startedAt"],
  [
    "a place off the earth",
    { startedAt: START, positions: [{ ...spot, lat: 91 }] },
    "positions.0.lat",
  ],
  ["a place of no time", { startedAt: START, positions: [at(0)] }, "positions.0.at"],
  [
    "too many places",
    {
      startedAt: START,
      positions: Array.from({ length: LIMITS.patrolPlacesPerCallMax + 1 }, () => spot),
    },
    "500",
  ],
])("a patrol with %s is refused by name", async (_what, body, named) => {
  const answer = await say("zhao", body);
  expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(answer.body.message).toContain(named);
  expect((await mine("zhao")).patrol).toBeUndefined();
});

test("a patrol that nobody ended is over after the longest shift", async () => {
  const told = { startedAt: START - LIMITS.shiftMsMax - MINUTE, positions: [] };
  expect((await say("zhao", told)).status).toBe(200);
  expect((await mine("zhao")).patrol).toBeUndefined();
  expect((await say("zhao", { startedAt: START })).status).toBe(200);
  expect((await mine("zhao")).patrol).toMatchObject({ startedAt: "2026-11-23T08:30:00.000+08:00" });
});
