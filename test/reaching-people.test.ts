/** Reaching people, step by step with a clock that only the test moves, on a real database. */
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
const FAILS: Sending = { kind: "failed", reason: "it is broken", isFinal: false };
const REFUSES: Sending = { kind: "failed", reason: "an unknown number", isFinal: true };

/** `seconds channel to`, and the number of the notice where it is a repeat. */
const sentIn = ({ sent }: ReachingWorld, from = 0): string[] =>
  sent.slice(from).map(({ at, channelId, to, message }) => {
    const repeat = message.repeats > 0 ? ` #${message.repeats + 1}` : "";
    return `${(at - MONDAY) / 1_000} ${channelId} ${to}${repeat}`;
  });

const statesOf = async (world: ReachingWorld, no: string = caseNo): Promise<string[]> =>
  (await world.messages(no)).messages.map(
    ({ step, person, channelId, state }) => `${step} ${person} ${channelId} ${state}`,
  );

const never = (): Promise<Sending> => new Promise(() => {});

test("a life-safety order climbs until the lead presses the key, and then nobody is called", async () => {
  const world = await start();
  await world.change(CASE);
  await world.pass(65);
  expect(sentIn(world)).toEqual(["0 app wang", "40 sms 1390001 #2", "60 app lead"]);
  const [, , lead] = world.sent;
  expect(lead?.message.title).toBe("【人身安全 LIFE SAFETY】井盖开启 manhole cover open");
  expect(lead?.message.text).toContain("处置人员尚未接单");
  expect(lead?.message.text).toContain("中山路12号");
  expect(lead?.message.fields).toMatchObject({ caseNo, crewId: "drains-1", asked: "lead" });
  const id = lead?.message.messageId ?? "";
  expect(await world.receipt("app", { id, state: "accepted" })).toEqual({ known: 1, unknown: 0 });
  await world.pass(600);
  expect(world.sent).toHaveLength(3);
  const { escalations } = await world.messages(caseNo);
  expect(escalations).toMatchObject([{ state: "taken", takenBy: "user:lead" }]);
});

test("the crew's key press takes the order itself", async () => {
  const world = await start();
  await world.change(CASE);
  const id = world.sent[0]?.message.messageId ?? "";
  await world.pass(20);
  await world.receipt("app", { id, state: "accepted" });
  expect(world.accepted).toEqual([{ caseNo, person: "user:wang", at: MONDAY + 20_000 }]);
  await world.pass(600);
  expect(world.sent).toHaveLength(1);
  expect((await world.messages(caseNo)).escalations[0]).toMatchObject({ state: "over" });
});

test("an acceptance that commits before a due call leaves nobody woken", async () => {
  const world = await start();
  await world.change(CASE);
  await world.pass(59);
  await world.change({ ...CASE, acceptedAt: world.clock.now() });
  await world.pass(300);
  expect(sentIn(world)).toEqual(["0 app wang", "40 sms 1390001 #2"]);
});

test("a receipt that comes twice, late, or for nobody harms nothing", async () => {
  const world = await start();
  await world.change(CASE);
  const id = world.sent[0]?.message.messageId ?? "";
  expect(await world.receipt("app", { id: "no-such", state: "accepted" })).toEqual({
    known: 0,
    unknown: 1,
  });
  // By its own channel alone.
  expect(await world.receipt("sms", { id, state: "accepted" })).toEqual({ known: 0, unknown: 1 });
  await world.receipt("app", { id, state: "delivered" });
  await world.receipt("app", { id, state: "accepted" });
  await world.receipt("app", { id, state: "accepted" });
  await world.receipt("app", { id, state: "failed" });
  expect(world.accepted).toHaveLength(1);
  expect(await statesOf(world)).toEqual(["1.crew.0 user:wang app accepted"]);
});

test("a gateway's own name for a message is known, too", async () => {
  const world = await start();
  world.manners.set("app", () => ({ kind: "taken", receiptId: "task-77" }));
  await world.change(CASE);
  await world.receipt("app", { id: "task-77", state: "accepted" });
  expect(world.accepted).toHaveLength(1);
});

test("a gateway that takes everything and does nothing: the next one is called", async () => {
  const world = await start();
  await world.change(CASE);
  await world.pass(180);
  expect(new Set(world.sent.map(({ to }) => to))).toEqual(
    new Set(["wang", "1390001", "lead", "1390002", "1390003", "1390004"]),
  );
});

test("who says no brings the next one forward", async () => {
  const world = await start();
  await world.change(CASE);
  const id = world.sent[0]?.message.messageId ?? "";
  await world.pass(5);
  await world.receipt("app", { id, state: "declined" });
  expect(sentIn(world)).toEqual(["0 app wang", "5 app lead"]);
});

test("a refused number goes another way at once, and is not tried again", async () => {
  const world = await start();
  world.manners.set("app", () => REFUSES);
  await world.change(CASE);
  await world.pass(30);
  expect(sentIn(world)).toEqual(["0 app wang", "0 sms 1390001 #2"]);
  expect(await statesOf(world)).toEqual([
    "1.crew.0 user:wang app failed",
    "1.crew.0 user:wang sms taken",
  ]);
});

test("a failure goes another way at once; where that is taken it is not tried again", async () => {
  const world = await start();
  world.manners.set("app", () => FAILS);
  await world.change(CASE);
  await world.pass(30);
  expect(sentIn(world)).toEqual(["0 app wang", "0 sms 1390001 #2"]);
  expect(await statesOf(world)).toContain("1.crew.0 user:wang app dropped");
});

test("where every way fails, each is tried again with a growing rest", async () => {
  const world = await start({ people: { "user:wang": byWays("app/wang") } });
  world.manners.set("app", () => FAILS);
  await world.change(CASE);
  await world.pass(30);
  expect(sentIn(world)).toEqual([
    "0 app wang",
    "2 app wang #2",
    "6 app wang #3",
    "14 app wang #4",
    "30 app wang #5",
  ]);
  world.manners.delete("app");
  await world.pass(40);
  expect((await statesOf(world)).at(-1)).toMatch(/ taken$/);
});

test("what no channel takes within a day is given up", async () => {
  const world = await start({
    people: { "unit:drains": byWays("app/group") },
    levels: (who) => (who === "group" ? ["unit:drains"] : []),
  });
  world.manners.set("app", () => FAILS);
  await world.change({ ...CASE, lifeSafety: false });
  for (let hour = 0; hour < 25; hour += 1) {
    world.clock.advance(3_600_000);
    await settled();
  }
  expect(await statesOf(world)).toEqual(["1.group.0 unit:drains app failed"]);
});

test("a channel that never answers has three seconds, then another way is tried beside it", async () => {
  const world = await start();
  world.manners.set("app", never);
  await world.change(CASE);
  await world.pass(10);
  expect(sentIn(world)).toEqual(["0 app wang", "3 sms 1390001 #2"]);
});

test("a dead channel delays nobody: what waits for it goes another way", async () => {
  const world = await start();
  world.manners.set("app", () => FAILS);
  for (let n = 0; n < 40; n += 1) {
    const no = `41152420261123${String(n).padStart(5, "0")}` as Case["caseNo"];
    await world.change({ ...CASE, caseNo: no });
  }
  await world.pass(2);
  const bySms = world.sent.filter(({ channelId }) => channelId === "sms");
  expect(bySms).toHaveLength(40);
  expect(new Set(bySms.map(({ message }) => message.messageId)).size).toBe(40);
  // It is tried now and then, by one message.
  expect(world.sent.filter(({ channelId }) => channelId === "app").length).toBeLessThan(6);
});

test("who waits behind messages that a channel never answers goes another way, too", async () => {
  const world = await start();
  world.manners.set("app", never);
  for (let n = 0; n < 40; n += 1) {
    const no = `41152420261123${String(n).padStart(5, "0")}` as Case["caseNo"];
    await world.change({ ...CASE, caseNo: no });
  }
  await world.pass(4);
  const bySms = world.sent.filter(({ channelId }) => channelId === "sms");
  expect(new Set(bySms.map(({ message }) => message.fields.caseNo)).size).toBe(40);
});

test("after a kill between sending and recording it is sent again under its key, and says so", async () => {
  const world = await start();
  world.manners.set("app", never);
  await world.change(CASE);
  world.manners.delete("app");
  await world.restart();
  expect(sentIn(world)).toEqual(["0 app wang", "0 app wang #2"]);
  expect(world.sent[0]?.message.messageId).toBe(world.sent[1]?.message.messageId);
});

test("a restart in every second of an escalation calls nobody twice and forgets nobody", async () => {
  const [plain, killed] = [await start(), await start()];
  await plain.change(CASE);
  await plain.pass(130);
  await killed.change(CASE);
  for (let second = 0; second < 130; second += 1) {
    await killed.pass(1);
    await killed.restart();
  }
  expect(sentIn(killed)).toEqual(sentIn(plain));
});

test("time that passed while the platform was down is made up, once", async () => {
  const world = await start();
  await world.change(CASE);
  world.clock.set(MONDAY + 600_000);
  await world.restart();
  await settled();
  expect(sentIn(world, 1).sort()).toEqual([
    "600 app lead",
    "600 sms 1390001 #2",
    "600 sms 1390003",
    "600 voice 1390004",
  ]);
});

test("a roster or a number that changes meanwhile counts from the next call on", async () => {
  const world = await start();
  await world.change(CASE);
  world.people.set("user:li", byWays("app/li"));
  world.levels = (who) => (who === "crew" ? ["user:li"] : []);
  await world.pass(41);
  expect(sentIn(world)).toEqual(["0 app wang", "40 app li"]);
});

test("another crew is called anew, and the first one no more", async () => {
  const world = await start({
    people: { "user:wang": byWays("app/wang"), "user:li": byWays("app/li") },
    levels: (who, { crewId }) =>
      who === "crew" ? [crewId === "drains-2" ? "user:li" : "user:wang"] : [],
  });
  await world.change(CASE);
  await world.pass(30);
  await world.change({ ...CASE, crewId: "drains-2" as Case["crewId"] });
  await world.pass(45);
  expect(sentIn(world)).toEqual(["0 app wang", "30 app li", "70 app li #2"]);
});

test("quiet hours: what is not life safety waits for their end, life safety does not", async () => {
  const quiet = { ...byWays("app/wang"), quietHours: { from: "22:00", to: "09:10" } };
  const world = await start({ people: { "user:wang": quiet } });
  await world.change({ ...CASE, lifeSafety: false });
  await world.pass(599);
  expect(world.sent).toEqual([]);
  const urgent = "4115242026112300002" as Case["caseNo"];
  await world.change({ ...CASE, caseNo: urgent });
  expect(sentIn(world)).toEqual(["599 app wang"]);
  await world.pass(2);
  expect(sentIn(world, 1)).toEqual(["600 app wang"]);
});

test("an order that is taken in quiet hours wakes nobody at their end", async () => {
  const quiet = { ...byWays("app/wang"), quietHours: { from: "22:00", to: "09:10" } };
  const world = await start({ people: { "user:wang": quiet } });
  const ordinary = { ...CASE, lifeSafety: false };
  await world.change(ordinary);
  await world.pass(60);
  await world.change({ ...ordinary, acceptedAt: world.clock.now() });
  await world.pass(900);
  expect(world.sent).toEqual([]);
});

test("beyond thirty messages an hour a person is told once that more wait", async () => {
  const world = await start({ people: { "user:wang": byWays("app/wang", "sms/1") } });
  for (let n = 0; n < 40; n += 1) {
    const no = `41152420261123${String(n).padStart(5, "0")}` as Case["caseNo"];
    await world.change({ ...CASE, caseNo: no, lifeSafety: false });
  }
  await world.pass(5);
  expect(world.sent).toHaveLength(31);
  expect(world.sent.at(-1)?.message.title).toBe("更多案卷 / more cases");
  // Life safety has no budget.
  const urgent = "4115242026112390000" as Case["caseNo"];
  await world.change({ ...CASE, caseNo: urgent });
  expect(world.sent.at(-1)?.message.fields).toMatchObject({ caseNo: urgent });
});

test("a crew has a budget of its own, whoever of it is told; beyond it each is told once that more wait", async () => {
  const people = {
    "user:wang": byWays("app/wang"),
    "user:li": byWays("app/li"),
    "user:lead": byWays("app/lead"),
  };
  const levels: ReachingWorld["levels"] = (who, { crewId }) => {
    if (who === "lead") return ["user:lead"];
    if (who !== "crew") return [];
    return crewId === "drains-1" ? ["user:wang", "user:li"] : ["user:li"];
  };
  const budgets = { crew: 2, crews: { "drains-2": 1 } };
  const world = await start({ people, levels, budgets });
  const open = async (n: number, crewId: string) => {
    const no = `41152420261123${String(n).padStart(5, "0")}` as Case["caseNo"];
    const crew = { crewId: crewId as Case["crewId"] };
    await world.change({ ...CASE, ...crew, caseNo: no, lifeSafety: false });
    await world.pass(1);
  };
  for (let n = 0; n < 5; n += 1) await open(n, "drains-1");
  const more = world.sent.filter(({ message }) => message.title === "更多案卷 / more cases");
  expect(world.sent).toHaveLength(2 + 2);
  expect(more.map(({ to, message }) => [to, message.text.slice(0, 10)])).toEqual([
    ["wang", "一小时内已通知2条，"],
    ["li", "一小时内已通知2条，"],
  ]);
  // The other crew has its own; its member has heard that more wait.
  await open(5, "drains-2");
  await open(6, "drains-2");
  expect(world.sent.slice(4).map(({ to, message }) => [to, message.fields.caseNo])).toEqual([
    ["li", "4115242026112300005"],
  ]);
  // Its lead has his own, and hears of each; an hour later the crew has room again.
  await world.pass(3_593);
  const toLead = world.sent.filter(({ to }) => to === "lead");
  expect(new Set(toLead.map(({ message }) => message.fields.caseNo)).size).toBe(7);
  const before = world.sent.length;
  await open(7, "drains-1");
  expect(world.sent.slice(before).map(({ to, message }) => [to, message.fields.caseNo])).toEqual([
    ["wang", "4115242026112300007"],
    ["li", "4115242026112300007"],
  ]);
});

test("levels without people are passed over; with nobody at all the shift lead has a notice, once", async () => {
  const world = await start({ people: { "user:mayor": byWays("voice/1390004") } });
  await world.change({ ...CASE, crewId: undefined });
  expect(sentIn(world)).toEqual(["0 voice 1390004"]);
  const nobody = await start({ people: {} });
  await nobody.change({ ...CASE, crewId: undefined });
  await nobody.pass(300);
  expect(nobody.notices).toMatchObject([{ kind: "nobody-reached", caseNo, lifeSafety: true }]);
});

test("a group reads along once, and nobody takes an order there", async () => {
  const world = await start({
    people: { "unit:drains": byWays("app/group"), "user:wang": byWays("app/wang") },
    levels: (who) => (who === "group" ? ["unit:drains"] : who === "crew" ? ["user:wang"] : []),
  });
  await world.change(CASE);
  await world.pass(50);
  expect(sentIn(world)).toEqual(["0 app group", "0 app wang", "40 app wang #2"]);
  const id = world.sent[0]?.message.messageId ?? "";
  await world.receipt("app", { id, state: "accepted" });
  expect(world.accepted).toEqual([]);
  expect((await world.messages(caseNo)).escalations[0]?.state).toBe("calling");
});

test("what is slow finds no other way once somebody has taken the order", async () => {
  const world = await start();
  world.manners.set("app", never);
  await world.change(CASE);
  await world.pass(2);
  await world.change({ ...CASE, acceptedAt: world.clock.now() });
  await world.pass(10);
  expect(sentIn(world)).toEqual(["0 app wang"]);
});

test("a clock that was set back while the platform was down keeps no message waiting", async () => {
  const world = await start({ people: { "user:wang": byWays("app/wang") } });
  world.manners.set("app", () => FAILS);
  await world.change(CASE);
  world.manners.delete("app");
  world.clock.setBack(3_600_000);
  await world.restart();
  await world.pass(2);
  expect(world.sent).toHaveLength(2);
});

test("wrong numbers are no fault of the channel's", async () => {
  const world = await start();
  world.manners.set("app", () => REFUSES);
  for (let n = 0; n < 4; n += 1) {
    const no = `41152420261123${String(n).padStart(5, "0")}` as Case["caseNo"];
    await world.change({ ...CASE, caseNo: no });
  }
  expect(world.sent.filter(({ channelId }) => channelId === "app")).toHaveLength(4);
});

test("a channel that is down is tried by one message, however many wait", async () => {
  const people = Object.fromEntries(
    Array.from({ length: 12 }, (_, n) => [`user:p${n}`, byWays(`app/p${n}`)]),
  );
  const world = await start({
    people,
    levels: (who) => (who === "crew" ? Object.keys(people) : []),
  });
  world.manners.set("app", () => FAILS);
  await world.change(CASE);
  const first = world.sent.length;
  await world.pass(4);
  expect(world.sent).toHaveLength(first + 1);
  world.manners.delete("app");
  // It is up again with the next one, and then the others follow.
  await world.pass(12);
  expect(world.sent.length).toBeGreaterThan(first + 12);
});

test("who lost the order hears no more of it, also what still waited for the end of his quiet hours", async () => {
  const quiet = { ...byWays("app/wang"), quietHours: { from: "22:00", to: "09:10" } };
  const world = await start({
    people: { "user:wang": quiet, "user:li": byWays("app/li") },
    levels: (who, { crewId }) =>
      who === "crew" ? [crewId === "drains-2" ? "user:li" : "user:wang"] : [],
  });
  const ordinary = { ...CASE, lifeSafety: false };
  await world.change(ordinary);
  await world.pass(60);
  await world.change({ ...ordinary, crewId: "drains-2" as Case["crewId"] });
  await world.pass(700);
  expect(sentIn(world)).toEqual(["60 app li"]);
});

test("an order that is accepted after a restart is called about no more", async () => {
  const world = await start();
  await world.change(CASE);
  await world.restart();
  await world.change({ ...CASE, acceptedAt: world.clock.now() });
  await world.pass(300);
  expect(sentIn(world)).toEqual(["0 app wang"]);
});

test("a receipt that it did not come tries the person's next way at once", async () => {
  const world = await start();
  await world.change(CASE);
  await world.pass(5);
  await world.receipt("app", { id: world.sent[0]?.message.messageId ?? "", state: "failed" });
  await world.pass(1);
  expect(sentIn(world)).toEqual(["0 app wang", "5 sms 1390001 #2"]);
});

test("of what waits for a channel, life safety goes first", async () => {
  const world = await start({ people: { "user:wang": byWays("app/wang") } });
  const BUSY: Sending = { ...FAILS, retryAfterMs: 10_000 };
  world.manners.set("app", () => BUSY);
  await world.change({ ...CASE, lifeSafety: false });
  world.manners.delete("app");
  for (let n = 2; n < 5; n += 1) {
    const no = `41152420261123${String(n).padStart(5, "0")}` as Case["caseNo"];
    await world.change({ ...CASE, caseNo: no, lifeSafety: n === 4 });
  }
  await world.pass(11);
  expect(world.sent[1]?.message.fields).toMatchObject({ lifeSafety: "true" });
});

test("a drill is called about as such, and each of its messages says so", async () => {
  const world = await start();
  await world.change({ ...CASE, isDrill: true });
  await world.pass(61);
  expect(world.sent).toHaveLength(3);
  expect(world.sent.every(({ message }) => message.isDrill)).toBe(true);
});

test("a clock that is set back by an hour keeps nobody waiting", async () => {
  const world = await start();
  await world.change(CASE);
  world.clock.setBack(3_600_000);
  await settled();
  await world.pass(61);
  expect(world.sent.map(({ to }) => to)).toEqual(["wang", "1390001", "lead"]);
});
