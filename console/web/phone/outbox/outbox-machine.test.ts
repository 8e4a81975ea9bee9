import fc from "fast-check";
import { expect, test } from "vitest";
import { afterConflict } from "./after-conflict.ts";
import {
  added,
  answered,
  begun,
  dropped,
  type Entry,
  hurried,
  lost,
  nextDue,
  nextToSend,
  type Outbox,
  refused,
  restarted,
  triedAgain,
} from "./outbox-machine.ts";

const HOUR = 3_600_000;
const transition = (event: string, caseNo?: string): Entry["act"] => ({
  kind: "transition",
  event,
  said: {},
  seen: { state: "DISPATCHED", crewId: "crew-1" },
  ...(caseNo !== undefined && { caseNo }),
});
const entry = (id: string, chain: string, more: Partial<Entry> = {}): Omit<Entry, "status"> => ({
  id,
  chain,
  act: transition(id, chain),
  photos: [],
  at: 0,
  ...more,
});
const boxOf = (...entries: Omit<Entry, "status">[]): Outbox => entries.reduce(added, [] as Outbox);
const REFUSAL = { status: 409, code: "CASE_TRANSITION_REFUSED", message: "no", allowed: ["start"] };
const STANDING = { version: 9, state: "HANDLING", crewId: "crew-1" } as const;
const ids = (box: Outbox): string[] => box.map(({ id }) => id);

/** One waiting, one sending, one refused, alone in their chains. */
function oneOfEach(): Record<Entry["status"]["kind"], Outbox> {
  const waiting = boxOf(entry("a", "1", { expects: 4 }));
  const sending = begun(waiting, "a", 100);
  return { waiting, sending, refused: refused(sending, "a", REFUSAL) };
}

/** A row per state and input; what does not fit changes nothing. */
const TABLE: [
  from: Entry["status"]["kind"],
  input: string,
  step: (box: Outbox) => Outbox,
  to: Entry["status"]["kind"] | "gone",
][] = [
  ["waiting", "begun", (box) => begun(box, "a", 100), "sending"],
  ["sending", "begun", (box) => begun(box, "a", 100), "sending"],
  ["refused", "begun", (box) => begun(box, "a", 100), "refused"],
  ["waiting", "answered", (box) => answered(box, "a", { version: 5 }), "gone"],
  ["sending", "answered", (box) => answered(box, "a", { version: 5 }), "gone"],
  ["refused", "answered", (box) => answered(box, "a", { version: 5 }), "gone"],
  ["waiting", "lost", (box) => lost(box, "a", 100), "waiting"],
  ["sending", "lost", (box) => lost(box, "a", 100), "waiting"],
  ["refused", "lost", (box) => lost(box, "a", 100), "refused"],
  ["waiting", "refused", (box) => refused(box, "a", REFUSAL), "refused"],
  ["sending", "refused", (box) => refused(box, "a", REFUSAL), "refused"],
  ["refused", "refused", (box) => refused(box, "a", REFUSAL), "refused"],
  ["waiting", "triedAgain", (box) => triedAgain(box, "a", STANDING), "waiting"],
  ["sending", "triedAgain", (box) => triedAgain(box, "a", STANDING), "waiting"],
  ["refused", "triedAgain", (box) => triedAgain(box, "a", STANDING), "waiting"],
  ["waiting", "dropped", (box) => dropped(box, "a"), "gone"],
  ["sending", "dropped", (box) => dropped(box, "a"), "sending"],
  ["refused", "dropped", (box) => dropped(box, "a"), "gone"],
  ["waiting", "restarted", restarted, "waiting"],
  ["sending", "restarted", restarted, "waiting"],
  ["refused", "restarted", restarted, "refused"],
  ["waiting", "hurried", hurried, "waiting"],
  ["sending", "hurried", hurried, "sending"],
  ["refused", "hurried", hurried, "refused"],
];

test("every state meets every input in the table", () => {
  expect(TABLE).toHaveLength(3 * 8);
  expect(new Set(TABLE.map(([from, input]) => `${from} ${input}`)).size).toBe(TABLE.length);
});

test.each(TABLE)("what is %s and %s: then it is as the table says", (from, _input, step, to) => {
  const after = step(oneOfEach()[from]);
  expect(after[0]?.status.kind ?? "gone").toBe(to);
});

test("of one chain the first goes out alone; another chain does not wait for it", () => {
  let box = boxOf(entry("a", "1"), entry("b", "1"), entry("c", "2"));
  expect(nextToSend(box, 0)?.id).toBe("a");
  box = begun(box, "a", 0);
  expect(nextToSend(box, 0)).toBeUndefined();
  box = lost(box, "a", 0);
  expect(nextToSend(box, 1)?.id).toBe("c");
  box = refused(box, "a", REFUSAL);
  expect(nextToSend(answered(box, "c", {}), HOUR)).toBeUndefined();
  expect(nextToSend(dropped(box, "a"), 1)?.id).toBe("b");
});

test("what was lost waits longer each time, a minute at most, and not at all when the network is back", () => {
  let box = boxOf(entry("a", "1"));
  const pauses = Array.from({ length: 8 }, () => {
    box = lost(begun(box, "a", 0), "a", 0);
    return nextDue(box);
  });
  expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect(nextDue(hurried(box))).toBe(0);
  expect(nextDue(lost(begun(box, "a", 0), "a", 0, 5 * 60_000))).toBe(300_000);
});

test("what follows a report learns its number, and what follows a step the version that it left", () => {
  let box = boxOf(
    entry("r", "report", { act: { kind: "report", body: {} } }),
    entry("s", "report", { act: transition("settle") }),
    entry("t", "report", { act: transition("close") }),
  );
  box = answered(begun(box, "r", 0), "r", { caseNo: "411", version: 1 });
  expect(box.map(({ act, expects }) => [act.kind === "transition" && act.caseNo, expects])).toEqual(
    [
      ["411", 1],
      ["411", undefined],
    ],
  );
});

test("an id that is there is not added twice; what stands behind another expects no version yet", () => {
  const box = boxOf(
    entry("a", "1", { expects: 4 }),
    entry("a", "1"),
    entry("b", "1", { expects: 4 }),
  );
  expect(box.map(({ id, expects }) => [id, expects])).toEqual([
    ["a", 4],
    ["b", undefined],
  ]);
  expect(dropped(box, "a")[0]?.expects).toBe(4);
});

test("tried again by a person's hand it goes by the case as he has seen it then", () => {
  const [again] = triedAgain(oneOfEach().refused, "a", STANDING);
  expect(again).toMatchObject({
    expects: 9,
    act: { seen: { state: "HANDLING", crewId: "crew-1" } },
    status: { kind: "waiting", notBefore: 0 },
  });
});

test("a report that may have come yesterday is not sent again by itself; a step is, its version tells", () => {
  const old = lost(
    begun(boxOf(entry("r", "x", { act: { kind: "report", body: {} } })), "r", 0),
    "r",
    0,
  );
  const late = begun(old, "r", 24 * HOUR);
  expect(late[0]?.status).toMatchObject({ kind: "refused", refusal: { code: "PHONE_UNSURE" } });
  const step = lost(begun(boxOf(entry("a", "1")), "a", 0), "a", 0);
  expect(begun(step, "a", 24 * HOUR)[0]?.status.kind).toBe("sending");
});

const standing = (more: object = {}) => ({
  state: "DISPATCHED" as const,
  version: 7,
  crewId: "crew-1",
  history: [],
  ...more,
});
const AT = Date.parse("2026-11-27T10:00:00Z");
const [fresh] = added([], entry("start", "1", { at: AT })) as [Entry];
/** Sent once, and no answer came. */
const mine: Entry = { ...fresh, status: { kind: "sending", tries: 1, firstTriedAt: AT } };
test.each([
  ["only became newer", standing(), "again"],
  ["is at another state", standing({ state: "SUSPENDED" }), "refused"],
  ["went to another crew", standing({ crewId: "crew-2" }), "refused"],
  [
    "has the step already, said by the same account",
    standing({
      state: "HANDLING",
      history: [{ event: "start", actor: "crew-1", at: "2026-11-27T10:00:05Z" }],
    }),
    "done",
  ],
  [
    "had such a step before",
    standing({ history: [{ event: "start", actor: "crew-1", at: "2026-11-26T10:00:05Z" }] }),
    "again",
  ],
  [
    "has the step of somebody else",
    standing({
      state: "HANDLING",
      history: [{ event: "start", actor: "lead", at: "2026-11-27T10:00:05Z" }],
    }),
    "refused",
  ],
])("of a case that %s the step is %s", (_what, now, kind) => {
  expect(afterConflict(mine, now, "crew-1", REFUSAL).kind).toBe(kind);
});

test("the crew's own step of a minute ago is not taken for one that was never sent", () => {
  const history = [{ event: "start", actor: "crew-1", at: "2026-11-27T10:00:00Z" }];
  expect(afterConflict(fresh, standing({ history }), "crew-1", REFUSAL).kind).toBe("again");
});

/** The platform as the phone meets it: a key is done once, a version must fit, some events are refused. */
function createServer() {
  const done: { id: string; chain: string }[] = [];
  const versions = new Map<string, number>();
  return {
    done,
    take({ id, chain, expects }: Entry): { version: number } | "conflict" | "refused" {
      const before = done.findIndex((each) => each.id === id);
      if (before >= 0) {
        return { version: done.slice(0, before + 1).filter((each) => each.chain === chain).length };
      }
      const version = versions.get(chain) ?? 0;
      if (expects !== undefined && expects !== version) return "conflict";
      if (id.endsWith("!")) return "refused";
      versions.set(chain, version + 1);
      done.push({ id, chain });
      return { version: version + 1 };
    },
  };
}

const Fate = fc.constantFrom(
  "fine",
  "ask-lost",
  "answer-lost",
  "killed",
  "killed-after",
  "repeated",
);

test("whatever is lost, repeated or ended, each thing is done once at most and in its chain's order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom("1", "2", "3"), fc.boolean()), { maxLength: 12 }),
      fc.array(Fate, { maxLength: 60 }),
      (said, fates) => {
        const server = createServer();
        let box: Outbox = [];
        let now = 0;
        const all = said.map(([chain, isBad], n) =>
          entry(`${n}${isBad ? "!" : ""}`, chain, { expects: 0 }),
        );
        const toSay = [...all];
        const steps = [...fates, ...Array.from({ length: all.length * 3 }, () => "fine" as const)];
        for (const fate of steps) {
          now += 61_000;
          const one = toSay.shift();
          if (one !== undefined) box = added(box, one);
          const next = nextToSend(box, now);
          if (next === undefined) continue;
          box = begun(box, next.id, now);
          if (fate === "ask-lost") box = lost(box, next.id, now);
          else if (fate === "killed") box = restarted(box);
          else {
            const answer = server.take(next);
            if (fate === "repeated") server.take(next);
            if (fate === "answer-lost") box = lost(box, next.id, now);
            else if (fate === "killed-after") box = restarted(box);
            else if (typeof answer === "object") box = answered(box, next.id, answer);
            else box = refused(box, next.id, REFUSAL);
          }
        }
        const times = server.done.map(({ id }) => id);
        expect(new Set(times).size).toBe(times.length);
        for (const chain of ["1", "2", "3"]) {
          const order = all.filter((each) => each.chain === chain).map(({ id }) => id);
          const was = server.done.filter((each) => each.chain === chain).map(({ id }) => id);
          expect(was).toEqual(order.slice(0, was.length));
          // What is not done stands in the box, the refused one before all that waits for it.
          expect(ids(box).filter((id) => order.includes(id))).toEqual(order.slice(was.length));
          const first = box.find((each) => each.chain === chain);
          if (first !== undefined) expect(first.status.kind).toBe("refused");
        }
      },
    ),
    { numRuns: 400 },
  );
});

test("said twice in a row it is one thing, as by a second tap; said again after another it is two", () => {
  const start = transition("start", "1");
  const arrive = transition("arrive", "1");
  const once = boxOf(entry("a", "1", { act: start }), entry("b", "1", { act: start }));
  expect(ids(once)).toEqual(["a"]);
  expect(ids(added(begun(once, "a", 0), entry("b", "1", { act: start })))).toEqual(["a"]);
  const more = boxOf(
    ...[entry("a", "1", { act: start }), entry("b", "1", { act: arrive })],
    ...[entry("c", "1", { act: start }), entry("d", "2", { act: start })],
  );
  expect(ids(more)).toEqual(["a", "b", "c", "d"]);
  const withPhoto = entry("b", "1", { act: start, photos: ["p"] });
  expect(ids(added(once, withPhoto))).toEqual(["a", "b"]);
  const no = refused(begun(once, "a", 0), "a", REFUSAL);
  expect(ids(added(no, entry("b", "1", { act: start })))).toEqual(["a", "b"]);
});

test("a clock that was set back keeps nothing in the box, nor does it send a report twice", () => {
  const YEAR = 365 * 24 * HOUR;
  const report = entry("r", "r", { act: { kind: "report", body: {} } });
  const waits = lost(begun(boxOf(report), "r", YEAR), "r", YEAR, 10 * 60_000);
  expect(nextToSend(waits, YEAR + 1)).toBeUndefined();
  expect(nextToSend(waits, HOUR)?.id).toBe("r");
  expect(begun(waits, "r", HOUR)[0]?.status).toMatchObject({
    kind: "refused",
    refusal: { code: "PHONE_UNSURE" },
  });
  const asked = lost(begun(boxOf(report), "r", 0), "r", 0, YEAR);
  expect(nextDue(asked)).toBe(HOUR);
});
