/**
 * Reaching people while the case, the channels or the platform itself change: who is called then, who no
 * more, and that no answer and no message is lost.
 */
import { afterEach, expect, test } from "vitest";
import {
  byWays,
  dispatchedCase,
  MONDAY,
  type ReachingWorld,
  settled,
  startReachingWorld,
  type WorldOptions,
} from "../bench/reaching-world.ts";
import type { Case } from "../model/case.ts";
import type { Sending } from "../model/channel.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";

const worlds: ReachingWorld[] = [];

async function start(options: WorldOptions = {}): Promise<ReachingWorld> {
  const world = await startReachingWorld(options);
  worlds.push(world);
  return world;
}

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

const CASE = dispatchedCase();
const { caseNo } = CASE;
const ORDINARY: Case = { ...CASE, lifeSafety: false };
const WANG = { "user:wang": byWays("app/wang") };
const FAILS: Sending = { kind: "failed", reason: "it is broken", isFinal: false };

const anotherCase = (n: number, more: Partial<Case> = {}): Case => ({
  ...ORDINARY,
  caseNo: `41152420261123${String(n).padStart(5, "0")}` as Case["caseNo"],
  ...more,
});

const sentIn = ({ sent }: ReachingWorld, from = 0): string[] =>
  sent.slice(from).map(({ at, channelId, to }) => `${(at - MONDAY) / 1_000} ${channelId} ${to}`);

const idOf = ({ sent }: ReachingWorld, n = 0): string => sent[n]?.message.messageId ?? "";

const never = (): Promise<Sending> => new Promise(() => {});

const escalationOf = async (world: ReachingWorld) => (await world.messages(caseNo)).escalations[0];

/** Each of two units has its lead, each crew its member; the head is over both. */
const ofUnits: ReachingWorld["levels"] = (who, { unitId, crewId }) => {
  if (who === "crew") return crewId === undefined ? [] : [`user:${crewId}`];
  if (who === "lead") return [`user:lead-${unitId}`];
  return who === "department" ? ["user:head"] : [];
};
const UNITS = Object.fromEntries(
  ["drains-1", "drains-2", "lead-drains", "lead-gas", "head"].map((name) => [
    `user:${name}`,
    byWays(`app/${name}`),
  ]),
);

test("a case that becomes life safety is called about by that ladder, whoever rests", async () => {
  const quiet = { ...byWays("app/lead"), quietHours: { from: "22:00", to: "12:00" } };
  const world = await start({ people: { ...WANG, "user:lead": quiet } });
  await world.change(ORDINARY);
  await world.pass(10);
  await world.change(CASE);
  await world.pass(61);
  expect(sentIn(world)).toEqual(["0 app wang", "10 app wang", "50 app wang", "70 app lead"]);
});

test("the late key of a former unit's lead ends no calls to the unit that has it now", async () => {
  const world = await start({ people: UNITS, levels: ofUnits });
  await world.change({ ...CASE, crewId: undefined });
  await world.change({ ...CASE, unitId: "gas" as Case["unitId"], crewId: undefined });
  expect(sentIn(world)).toEqual(["0 app lead-drains", "0 app lead-gas"]);
  await world.receipt("app", { id: idOf(world), state: "accepted" });
  expect(await escalationOf(world)).toMatchObject({ state: "calling" });
  await world.receipt("app", { id: idOf(world, 1), state: "accepted" });
  expect(await escalationOf(world)).toMatchObject({ takenBy: "user:lead-gas" });
});

test("a lead who was called before another crew of his unit got it may take it, and may say no", async () => {
  for (const state of ["accepted", "declined"] as const) {
    const world = await start({ people: UNITS, levels: ofUnits });
    await world.change(CASE);
    await world.pass(61);
    const lead = world.sent.findIndex(({ to }) => to === "lead-drains");
    await world.change({ ...CASE, crewId: "drains-2" as Case["crewId"] });
    await world.receipt("app", { id: idOf(world, lead), state });
    const isTaken = (await escalationOf(world))?.state === "taken";
    expect([isTaken, world.sent.at(-1)?.to]).toEqual(
      state === "accepted" ? [true, "drains-2"] : [false, "head"],
    );
  }
});

test("the former crew's late no does not bring the new crew's lead out", async () => {
  const world = await start({ people: UNITS, levels: ofUnits });
  await world.change(CASE);
  await world.change({ ...CASE, crewId: "drains-2" as Case["crewId"] });
  await world.receipt("app", { id: idOf(world), state: "declined" });
  await world.pass(5);
  expect(world.sent.map(({ to }) => to)).toEqual(["drains-1", "drains-2"]);
});

test("a relapse that is life safety is called about until a person takes it, or is there", async () => {
  const again: Case = { ...CASE, state: "HANDLING", startedAt: MONDAY, relapseCount: 1 };
  const world = await start();
  await world.change(again);
  await world.pass(61);
  expect(sentIn(world)).toEqual(["0 app wang", "40 sms 1390001", "60 app lead"]);
  // It is at work already, so there is no order to accept: the crew's key takes the care of it.
  await world.receipt("app", { id: idOf(world), state: "accepted" });
  expect(world.accepted).toEqual([]);
  expect(await escalationOf(world)).toMatchObject({ state: "taken", takenBy: "user:wang" });
  await world.change({ ...again, arrivedAt: world.clock.now() });
  expect(await escalationOf(world)).toMatchObject({ state: "over" });
});

test("an acceptance whose write failed is told to the gateway, and taken when it comes again", async () => {
  const world = await start();
  await world.change(CASE);
  const said = { id: idOf(world), state: "accepted" } as const;
  world.failing.accepts = 1;
  await expect(world.receipt("app", said)).rejects.toThrow("the disk is full");
  expect(await world.receipt("app", said)).toEqual({ known: 1, unknown: 0 });
  await world.receipt("app", said);
  expect(world.accepted).toHaveLength(1);
});

test("a restart after an acceptance calls nobody again, nor a crew that lost the case", async () => {
  for (const change of [{ acceptedAt: MONDAY + 1 }, { crewId: "drains-2" as Case["crewId"] }]) {
    const levels = ofUnits;
    const world = await start({ people: UNITS, levels });
    world.manners.set("app", never);
    await world.change(CASE);
    await world.change({ ...CASE, ...change });
    world.manners.delete("app");
    await world.restart();
    expect(world.sent.filter(({ to }) => to === "drains-1")).toHaveLength(1);
  }
});

test("channels that were away for a while call nobody about a case that is over", async () => {
  const world = await start();
  await world.change(CASE);
  world.channelIds = [];
  await world.restart();
  await world.change({ ...CASE, state: "CLOSED", closedAt: world.clock.now() });
  world.channelIds = ["app", "sms", "voice"];
  await world.restart();
  await world.pass(300);
  expect(world.sent).toHaveLength(1);
});

test("a channel that wants a rest holds nothing that has another way", async () => {
  const world = await start({ people: { "user:wang": byWays("app/wang", "sms/1") } });
  let release: (sending: Sending) => void = () => {};
  world.manners.set("app", () => new Promise((resolve) => (release = resolve)));
  await world.change(anotherCase(2));
  const BUSY: Sending = { ...FAILS, retryAfterMs: HOUR_MS };
  world.manners.set("app", () => BUSY);
  release(BUSY);
  await settled();
  await world.change(CASE);
  await world.pass(1);
  expect(sentIn(world)).toEqual(["0 app wang", "0 sms 1", "0 sms 1"]);
});

test("what waits behind the one that is told to wait goes another way at once", async () => {
  const people = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [`user:p${n}`, byWays(`app/p${n}`, `sms/${n}`)]),
  );
  const levels: ReachingWorld["levels"] = (who) => (who === "crew" ? Object.keys(people) : []);
  const world = await start({ people, levels });
  world.manners.set("app", () => ({ ...FAILS, retryAfterMs: HOUR_MS }));
  await world.change(CASE);
  const bySms = world.sent.filter(({ channelId }) => channelId === "sms");
  expect(new Set(bySms.map(({ to }) => to)).size).toBe(20);
});

test("a message whose outcome could not be written is tried again, without a restart", async () => {
  const world = await start({ people: WANG });
  let release: (sending: Sending) => void = () => {};
  world.manners.set("app", () => new Promise((resolve) => (release = resolve)));
  await world.order("withdrawn", { ...CASE, acceptedAt: MONDAY });
  world.manners.delete("app");
  world.failing.transactions = 2;
  release(FAILS);
  await world.pass(10);
  expect((await world.messages(caseNo)).messages).toMatchObject([{ state: "taken", tries: 2 }]);
});

test("what waits for a channel that the city has taken away goes another way, or has failed", async () => {
  const ladders = { other: [{ who: "crew", afterSeconds: 0 }] };
  const people = { "user:wang": byWays("app/wang"), "user:li": byWays("app/li") };
  const levels: ReachingWorld["levels"] = (who) => (who === "crew" ? Object.keys(people) : []);
  const world = await start({ people, levels, ladders });
  world.manners.set("app", () => FAILS);
  await world.change(ORDINARY);
  await world.pass(3);
  world.channelIds = ["voice"];
  world.people.set("user:wang", byWays("app/wang", "voice/1"));
  await world.restart();
  const { messages } = await world.messages(caseNo);
  expect(messages.map(({ channelId, person, state }) => [channelId, person, state])).toEqual([
    ["app", "user:wang", "failed"],
    ["app", "user:li", "failed"],
    ["voice", "user:wang", "taken"],
  ]);
});

test("a clock that is set back keeps no channel resting", async () => {
  const world = await start({ people: WANG });
  world.manners.set("app", () => FAILS);
  await world.change(CASE);
  await world.pass(40);
  world.manners.delete("app");
  world.clock.setBack(2 * HOUR_MS);
  const before = world.sent.length;
  await world.pass(61);
  expect(world.sent.length).toBeGreaterThan(before);
});

test("started again it hears of a step of the clock once", async () => {
  const world = await start({ people: WANG });
  let hearers = 0;
  world.clock.onSetBack = () => {
    hearers += 1;
  };
  await world.reaching.stop();
  await world.reaching.start();
  expect(hearers).toBe(0);
});

test("a clock that is set back wakes nobody in quiet hours", async () => {
  const quiet = { ...byWays("app/wang"), quietHours: { from: "22:00", to: "09:10" } };
  const world = await start({ people: { "user:wang": quiet } });
  await world.change(ORDINARY);
  world.clock.setBack(MINUTE_MS);
  await world.restart();
  await world.pass(600 + 59);
  expect(world.sent).toEqual([]);
  await world.pass(1);
  expect(sentIn(world)).toEqual(["600 app wang"]);
});

test("what was told at a time that the clock had wrong takes nobody's budget", async () => {
  const world = await start({ people: WANG, budgets: { person: 2 } });
  world.clock.advance(3 * HOUR_MS);
  for (let n = 2; n < 4; n += 1) await world.change(anotherCase(n));
  world.clock.setBack(3 * HOUR_MS);
  await world.change(anotherCase(4));
  expect(world.sent.at(-1)?.message.fields).toMatchObject({ caseNo: anotherCase(4).caseNo });
});

test("a budget counts what a person was told of, not by how many ways it was tried", async () => {
  const people = { "user:wang": byWays("app/wang", "sms/1", "voice/1") };
  const world = await start({ people, budgets: { person: 6 } });
  for (const channelId of ["app", "sms"]) world.manners.set(channelId, () => FAILS);
  for (let n = 2; n < 7; n += 1) {
    await world.change(anotherCase(n));
    await world.pass(20);
  }
  const told = world.sent.filter(({ channelId }) => channelId === "voice");
  expect(told.map(({ message }) => message.fields.caseNo)).toEqual(
    [2, 3, 4, 5, 6].map((n) => anotherCase(n).caseNo),
  );
});

test("a drill takes nothing of the budget for real orders, and says so where nobody is reached", async () => {
  const world = await start({ people: WANG, budgets: { person: 2 } });
  for (let n = 2; n < 5; n += 1) await world.change(anotherCase(n, { isDrill: true }));
  for (let n = 5; n < 8; n += 1) await world.change(anotherCase(n));
  expect(world.sent.map(({ message: { title, isDrill } }) => [title, isDrill])).toEqual([
    ["井盖开启 manhole cover open", true],
    ["井盖开启 manhole cover open", true],
    ["更多案卷 / more cases", true],
    ["井盖开启 manhole cover open", false],
    ["井盖开启 manhole cover open", false],
    ["更多案卷 / more cases", false],
  ]);
  const nobody = await start({ people: {} });
  await nobody.change({ ...CASE, crewId: undefined, isDrill: true });
  expect(nobody.notices).toMatchObject([{ kind: "nobody-reached", isDrill: true }]);
});

test("a late 'failed' behind 'delivered' tells nobody twice", async () => {
  const world = await start();
  await world.change(CASE);
  await world.receipt("app", { id: idOf(world), state: "delivered" });
  await world.receipt("app", { id: idOf(world), state: "failed" });
  await world.pass(2);
  expect(sentIn(world)).toEqual(["0 app wang"]);
});

test("a gateway's reason is kept without the person's number", async () => {
  const world = await start({ people: { "user:wang": byWays("sms/+8613900000001") } });
  await world.change(CASE);
  const reason = "13900000001 (+8613900000001) is switched off, code 42";
  await world.receipt("sms", { id: idOf(world), state: "failed", reason });
  expect((await world.messages(caseNo)).messages).toMatchObject([
    { state: "failed", reason: "… (…) is switched off, code 42" },
  ]);
});

test("what a crew was to hear at the end of quiet hours is not said of a case that is over, or another's", async () => {
  const quiet = { ...byWays("app/wang"), quietHours: { from: "22:00", to: "09:10" } };
  const world = await start({ people: { "user:wang": quiet } });
  const accepted: Case = { ...ORDINARY, acceptedAt: MONDAY };
  await world.order("urged", accepted);
  await world.order("withdrawn", { ...accepted, state: "FORCE_CLOSED", closedAt: MONDAY });
  const other = anotherCase(2);
  await world.change(other);
  await world.order("urged", other);
  await world.change({ ...other, unitId: "gas" as Case["unitId"], crewId: undefined });
  await world.pass(601);
  expect(world.sent.map(({ message }) => message.fields.order)).toEqual(["withdrawn"]);
});

test("a reporter is not asked in the morning about a case that was taken up again in the night", async () => {
  const contacts = { ...byWays("sms/1"), quietHours: { from: "22:00", to: "09:10" } };
  const body = { title: "closed", text: "is it solved?", isDrill: false, fields: {} };
  for (const isAgain of [false, true]) {
    const world = await start();
    await world.say({
      ...{ caseNo, step: "question.q1", n: 0, isCall: false, lifeSafety: false, body },
      person: { kind: "reporter", id: "q1", contacts },
    });
    const again: Case = { ...ORDINARY, state: "HANDLING", startedAt: MONDAY, reopenCount: 1 };
    if (isAgain) await world.change({ ...again, acceptedAt: MONDAY });
    await world.pass(601);
    expect(sentIn(world)).toEqual(isAgain ? [] : ["600 sms 1"]);
  }
});

test("whenever a life-safety case commits, its crew is called again in time", async () => {
  const nobody = { headers: {}, query: {}, body: undefined };
  for (let turns = 0; turns < 60; turns += 1) {
    const world = await startReachingWorld({ people: WANG });
    await world.change(anotherCase(2));
    const changed = world.change(CASE);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    // A look meanwhile, which finds a call that is due much later.
    await expect(world.reaching.receipts("none", nobody)).rejects.toThrow();
    await changed;
    await world.pass(40);
    expect([turns, ...sentIn(world, 1)]).toEqual([turns, "0 app wang", "40 app wang"]);
    await world.stop();
  }
});
