/**
 * What a case may meet beside the straight way, over the API, event by event: what is taken, what is
 * refused with which code and cure, and the history that is left.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { type City, connect, foundCity } from "./support/city.ts";
import { sendPhoto } from "./support/photos.ts";
import {
  type Answer,
  type Api,
  signIn,
  startPlatform,
  type TestPlatform,
  until,
} from "./support/platform.ts";

interface ShownCase {
  caseNo: string;
  state: string;
  code?: string;
  message?: string;
  details?: { allowed?: string[] };
  [field: string]: unknown;
}
interface ShownHistory extends ShownCase {
  history: { event: string; to: string; role: string; note?: string }[];
}

const CLOCK = "2026-11-23T09:00:00+08:00,600";
/** Who says it, and in which role. */
const PEOPLE = {
  unit: "unit",
  inspector: "inspector",
  acceptor: "acceptor",
  lead: "shift-lead",
  dispatcher: "dispatcher",
  leader: "leader",
} as const;
type Who = keyof typeof PEOPLE;

let rig: TestPlatform;
let city: City;
let made = 0;
const people = {} as Record<Who, Api>;

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_CLOCK: CLOCK });
  city = await foundCity(rig.api);
  for (const [name, role] of Object.entries(PEOPLE)) {
    const password = `${name}-password`;
    const of = role === "unit" ? { unitId: "works" } : {};
    await rig.api.post("/api/v1/users", { username: name, password, roles: [role], ...of });
    people[name as Who] = await signIn(rig.ports.http, name, password);
  }
});
afterAll(() => rig.stop());

async function now(): Promise<number> {
  return Date.parse((await rig.api.get<{ now: string }>("/healthz")).body.now);
}

/** Reported by the hotline, at a cover of its own. */
async function reported(conditionId = "cover-rattle"): Promise<string> {
  made += 1;
  await city.addDevice("manhole-cover", `story-${made}`);
  const said = { assetId: `asset-of-story-${made}`, conditionId, source: "hotline" };
  const { body } = await people.acceptor.post<ShownCase>("/api/v1/cases", said);
  return body.caseNo;
}

const say = (
  who: Who,
  caseNo: string,
  event: string,
  more: object = {},
): Promise<Answer<ShownCase>> =>
  people[who].post<ShownCase>(`/api/v1/cases/${caseNo}/transitions`, { event, ...more });

type Line = [who: Who, event: string, more: object, to: string];

/** Says line by line; each must be taken. Answers the case after the last. */
async function tell(caseNo: string, lines: readonly Line[]): Promise<ShownCase> {
  let last: ShownCase = { caseNo, state: "" };
  for (const [who, event, more, to] of lines) {
    const { status, body } = await say(who, caseNo, event, more);
    expect([event, status, body.state, body.message]).toEqual([event, 200, to, undefined]);
    last = body;
  }
  return last;
}

const historyOf = async (caseNo: string): Promise<string[]> => {
  const { body } = await rig.api.get<ShownHistory>(`/api/v1/cases/${caseNo}`);
  return body.history.map(({ event, role, to }) => `${event} by ${role}: ${to}`);
};

const AT_WORK: readonly Line[] = [
  ["acceptor", "confirm", {}, "DISPATCHED"],
  ["unit", "start", {}, "HANDLING"],
];
const DONE: readonly Line[] = [
  ["unit", "feedback", { note: "wedged" }, "CHECKING"],
  ["inspector", "checkPass", {}, "PENDING_CLOSE"],
  ["lead", "close", {}, "CLOSED"],
];

test("return: refused it goes back and counts, accepted it is another's", async () => {
  const caseNo = await reported();
  await tell(caseNo, [
    ["acceptor", "confirm", {}, "DISPATCHED"],
    ["unit", "return", { reason: "a cover of the telephone company" }, "RETURN_REVIEW"],
    ["dispatcher", "refuseReturn", { reason: "it is on your list" }, "DISPATCHED"],
  ]);
  const without = await say("unit", caseNo, "return", {});
  expect([without.status, without.body.code]).toEqual([409, "CASE_TRANSITION_REFUSED"]);
  expect(without.body.message).toContain("'reason'");
  const free = await tell(caseNo, [
    ["unit", "return", { reason: "their crest is on it" }, "RETURN_REVIEW"],
    ["dispatcher", "acceptReturn", {}, "PENDING_DISPATCH"],
  ]);
  expect(free).toMatchObject({ returnCount: 2, refusedReturnCount: 1, returnedBy: ["works"] });
  const next = await tell(caseNo, [["dispatcher", "dispatch", {}, "DISPATCHED"]]);
  expect(next).toMatchObject({ unitId: "centre" });
});

test("extension: the shift lead grants the first, the leader the second, none after that", async () => {
  const caseNo = await reported();
  const asked: Line = ["unit", "requestExtension", { reason: "a part is on its way" }, "HANDLING"];
  const first = await tell(caseNo, [...AT_WORK, asked]);
  const granted = await tell(caseNo, [["lead", "approveExtension", {}, "HANDLING"], asked]);
  expect(Date.parse(String(granted.deadline))).toBeGreaterThan(Date.parse(String(first.deadline)));
  const byLead = await say("lead", caseNo, "approveExtension");
  expect([byLead.status, byLead.body.code]).toEqual([403, "ROLE_REFUSED"]);
  const second = await tell(caseNo, [["leader", "approveExtension", {}, "HANDLING"]]);
  expect(second.extensionCount).toBe(2);
  expect((await say("unit", caseNo, "requestExtension", { reason: "more" })).status).toBe(409);
});

test("suspension: until a date it stands, then it goes on by itself", async () => {
  const caseNo = await reported();
  const end = new Date((await now()) + 2 * HOUR_MS).toISOString();
  const asked = { reason: "the road is frozen", until: end };
  const stands = await tell(caseNo, [
    ...AT_WORK,
    ["unit", "requestSuspend", asked, "HANDLING"],
    ["leader", "approveSuspend", {}, "SUSPENDED"],
  ]);
  expect(Date.parse(String(stands.suspendUntil))).toBe(Date.parse(end));
  const early = await say("unit", caseNo, "feedback", { note: "done" });
  expect(early.body.details?.allowed).toContain("resume");
  const history = await until(async () => {
    const told = await historyOf(caseNo);
    return told.at(-1)?.startsWith("resume") === true && told;
  }, "the end of the suspension");
  expect(history.slice(-3)).toEqual([
    "requestSuspend by unit: HANDLING",
    "approveSuspend by leader: SUSPENDED",
    "resume by system: HANDLING",
  ]);
});

test("arrival: said once, and shown whether it was in time", async () => {
  const caseNo = await reported("cover-displaced");
  await tell(caseNo, [["acceptor", "confirm", {}, "DISPATCHED"]]);
  const early = await say("unit", caseNo, "arrive");
  expect([early.status, early.body.code]).toEqual([409, "CASE_TRANSITION_REFUSED"]);
  const there = await tell(caseNo, [
    ["unit", "start", {}, "HANDLING"],
    ["unit", "arrive", { note: "at the cover" }, "HANDLING"],
  ]);
  const [by, at] = [there.arriveBy, there.arrivedAt].map((time) => Date.parse(String(time)));
  expect((by ?? 0) - Date.parse(String(there.dispatchedAt))).toBe(30 * MINUTE_MS);
  expect(there.arrivedInTime).toBe((at ?? 0) <= (by ?? 0));
  const again = await say("unit", caseNo, "arrive");
  expect(again.body.message).toContain("go on by 'feedback'");
  const fed = await tell(caseNo, [["unit", "feedback", { note: "back in its frame" }, "CHECKING"]]);
  expect(fed).toMatchObject({ repairedInTime: expect.any(Boolean) });
});

test("settled on the spot: an inspector's own hand, with a photo before and one after", async () => {
  const caseNo = await reported();
  const note = "pushed back";
  const bare = await say("inspector", caseNo, "settle", { note });
  expect([bare.status, bare.body.code]).toEqual([409, "CASE_TRANSITION_REFUSED"]);
  expect(bare.body.message).toContain("wanted one of each");
  const byAcceptor = await say("acceptor", caseNo, "settle", { note });
  expect([byAcceptor.status, byAcceptor.body.code]).toEqual([403, "ROLE_REFUSED"]);
  const files = [
    await sendPhoto(people.inspector, 301, "moment=before"),
    await sendPhoto(people.inspector, 302, "moment=after"),
  ];
  const done = await tell(caseNo, [["inspector", "settle", { note, files }, "CLOSED"]]);
  expect(done).toMatchObject({ selfHandled: true });
  expect(await historyOf(caseNo)).toEqual([
    "report by acceptor: REPORTED",
    "settle by inspector: CLOSED",
  ]);
});

test("not solved: the reporter's word takes a closed case up again, once", async () => {
  const caseNo = await reported();
  await tell(caseNo, [...AT_WORK, ...DONE]);
  const reason = "it rattles as before, says Mr Li";
  expect((await say("dispatcher", caseNo, "reopen", { reason })).body.code).toBe("ROLE_REFUSED");
  const again = await tell(caseNo, [
    ["acceptor", "reopen", { reason }, "CHECKING"],
    ["inspector", "rework", { reason: "he is right" }, "HANDLING"],
    ...DONE,
  ]);
  expect(again).toMatchObject({ reopenCount: 1, reworkCount: 1, provenBy: "inspector" });
  const twice = await say("acceptor", caseNo, "reopen", { reason });
  expect([twice.status, twice.body.code]).toEqual([409, "CASE_TRANSITION_REFUSED"]);
  expect((await historyOf(caseNo)).slice(-6)).toEqual([
    "reopen by acceptor: CHECKING",
    "rework by inspector: HANDLING",
    "feedback by unit: FEEDBACK",
    "sendCheck by system: CHECKING",
    "checkPass by inspector: PENDING_CLOSE",
    "close by shift-lead: CLOSED",
  ]);
});

test("relapse: overridden and closed, the sensor alarms again and the same case is at work", async () => {
  const key = await city.addDevice("manhole-cover", "story-sensor");
  const device = await connect(rig.ports.mqtt ?? 0, "story-sensor", key);
  const read = (isOpen: boolean) => {
    const payload = JSON.stringify({ values: { tiltDeg: isOpen ? 40 : 0.5, isOpen } });
    return device.publishAsync("v1/manhole-cover/story-sensor/telemetry", payload, { qos: 1 });
  };
  const listOf = async <T>(what: "cases" | "alarms"): Promise<T[]> => {
    const path = `/api/v1/${what}?assetId=asset-of-story-sensor`;
    return (await rig.api.get<{ items: T[] }>(path)).body.items;
  };
  try {
    await read(true);
    const { caseNo } = await until(async () => (await listOf<ShownCase>("cases"))[0], "the case");
    await tell(caseNo, [
      ["unit", "start", {}, "HANDLING"],
      ["unit", "feedback", { note: "closed" }, "CHECKING"],
    ]);
    await read(false);
    const bare = await say("inspector", caseNo, "checkPass");
    expect([bare.status, bare.body.message]).toEqual([409, expect.stringContaining("'reason'")]);
    const reason = "I stand beside it, it is shut";
    const passed = await tell(caseNo, [
      ["inspector", "checkPass", { reason }, "PENDING_CLOSE"],
      ["lead", "close", {}, "CLOSED"],
    ]);
    expect(passed).toMatchObject({ provenBy: "inspector" });
    // What comes back to normal under a case that has ended is reset, not left to stand.
    await until(async () => {
      await read(false);
      const alarms = await listOf<{ state: string }>("alarms");
      return alarms.every(({ state }) => state === "normal");
    }, "the reset of its alarms");
    const again = await until(async () => {
      await read(true);
      return (await listOf<ShownCase>("cases")).find(({ state }) => state === "HANDLING");
    }, "the relapse");
    expect(again).toMatchObject({ caseNo, relapseCount: 1, reopenCount: 1, crewId: "crew-1" });
    expect(await listOf("cases")).toHaveLength(1);
    expect(await historyOf(caseNo)).toContain("reopen by system: HANDLING");
  } finally {
    await device.endAsync(true);
  }
});
