/**
 * The runner against its real thread: whatever a script does costs its own answer and no other, and the
 * runner goes on.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../../model/log.ts";
import type { Outcome } from "./running-thread.ts";
import type { RunMessage } from "./script-messages.ts";
import {
  createScriptRunner,
  type ScriptAnswer,
  type ScriptAsk,
  type ScriptRunner,
} from "./script-runner.ts";

const decoder = (body: string): string => `function decodeUplink(input) { ${body} }`;
const GOOD = decoder("return { data: { first: input.bytes[0] } }");

function ask(source: string, first = 1): ScriptAsk {
  const input = { bytes: [first, 2], fPort: 2, recvTime: "2026-11-27T10:30:00+08:00" };
  return { decoderId: "d", version: 1, source, call: "decodeUplink", input };
}

const CLOSED = "the runner of scripts is closed";
const answered = (output: unknown) => ({ kind: "answered", output, warnings: [] });

/** Long enough for a busy machine; what has to be ended from outside takes as long. */
const CALL_MS = 2_000;

let runner: ScriptRunner;
beforeAll(() => {
  runner = createScriptRunner({ log: silentLog }, { callMsMax: CALL_MS });
});
afterAll(() => runner.close());

/** Body of a decodeUplink, and the reason that it gets. */
const HOSTILE: [name: string, body: string, reason: string][] = [
  ["an endless loop", "for (;;);", "time"],
  ["an endless loop that catches all", "for (;;) try { for (;;); } catch {}", "time"],
  ["an expression that tries all ways", "return /^(a+)+$/.test('a'.repeat(40) + 'b')", "time"],
  ["numbers without end", "let a = 3n ** 100000n; for (;;) a * a", "time"],
  ["searches that count no steps", "const s = 'a'.repeat(4e5); for (;;) s.indexOf('b')", "time"],
  [
    "one search without end",
    "return Array.prototype.indexOf.call({ length: 9007199254740991 }, 3)",
    "time",
  ],
  ["a getter without end", "return { get data() { for (;;); } }", "time"],
  ["an error without end", "throw { get message() { for (;;); } }", "time"],
  ["a proxy without end", "return { data: new Proxy({}, { ownKeys() { for (;;); } }) }", "time"],
  ["toJSON without end", "return { data: { toJSON() { for (;;); } } }", "time"],
  ["jobs without end of time", "return (async () => { await 0; for (;;); })()", "time"],
  ["an array that grows", "const a = []; for (;;) a.push({ a })", "memory"],
  ["one large array", "return { data: new Array(1e7).fill(1).length }", "memory"],
  ["one large buffer", "return { data: new Uint8Array(1e9).length }", "memory"],
  ["texts that grow", "const a = []; for (;;) a.push('x'.repeat(1e5) + a.length)", "memory"],
  ["calls without end", "function f() { return f() + 1; } return f()", "threw"],
  ["its host's process", "return constructor.constructor('return process')()", "threw"],
  ["this of a function", "return Function('return this')().process.exit()", "threw"],
  [
    "the making of an array",
    "return [].constructor.constructor('return require')()('fs')",
    "threw",
  ],
  ["require", "return { data: require('fs').readFileSync('/etc/passwd') }", "threw"],
  ["import of a module", "return import('fs').then((fs) => ({ data: fs }))", "threw"],
  ["waiting for memory", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)", "threw"],
  ["a thrown nothing", "throw undefined", "threw"],
  ["a thrown getter", "throw { get message() { throw 1; } }", "threw"],
  ["a rejected promise", "return Promise.reject(new Error('no'))", "threw"],
  ["a getter that throws", "return { data: { get level() { throw new Error('no'); } } }", "output"],
  ["toJSON that throws", "return { data: { toJSON() { throw new Error('no'); } } }", "output"],
  ["a proxy that throws", "return { data: new Proxy({}, { get() { throw 1; } }) }", "output"],
  [
    "everything's toJSON",
    "Object.prototype.toJSON = () => null; return { data: { a: 1 } }",
    "output",
  ],
  [
    "no JSON at all",
    "Object.prototype.toJSON = () => undefined; return { data: { a: 1 } }",
    "output",
  ],
  [
    "an odd error",
    "Object.prototype.toJSON = () => ({ threw: null }); throw new Error('no')",
    "threw",
  ],
  ["nothing by toJSON", "Object.prototype.toJSON = () => null; return 5", "output"],
  ["a circle", "const a = {}; a.a = a; return { data: a }", "output"],
  ["a huge text", "return { data: 'x'.repeat(70000) }", "output"],
  ["a huge list", "return { data: new Array(40000).fill(1) }", "output"],
  ["a deep tree", "let a = 1; for (let i = 0; i < 17; i++) a = [a]; return { data: a }", "output"],
  ["a whole number without end", "return { data: { level: 1n } }", "output"],
  ["a text for an answer", "return 'temperature=21'", "output"],
  ["a symbol for an answer", "return Symbol('data')", "output"],
  ["a promise that never settles", "return new Promise(() => {})", "unsettled"],
  ["promises after promises", "const p = () => Promise.resolve().then(p); return p()", "unsettled"],
];

describe("a hostile script", () => {
  it.each(HOSTILE)("%s is put aside, and its neighbours are not", async (_name, body, reason) => {
    const answers = await runner.run([ask(GOOD, 1), ask(decoder(body)), ask(GOOD, 3)]);
    expect(answers).toEqual([
      answered({ first: 1 }),
      { kind: "fault", reason, text: expect.any(String) },
      answered({ first: 3 }),
    ]);
  });

  it("whose errors have no text says that there are some, and costs nobody else a thing", async () => {
    const body = "Array.prototype.map = () => [{ toString: null }]; return { errors: ['no'] }";
    const answers = await runner.run([ask(GOOD, 1), ask(decoder(body)), ask(GOOD, 3)]);
    const errors = { kind: "errors", errors: ["(no text)"] };
    expect(answers).toEqual([answered({ first: 1 }), errors, answered({ first: 3 })]);
  });

  it.each([
    ["does not end when it is read", "for (;;);", "time"],
    [
      "hangs when it is read",
      "Array.prototype.indexOf.call({ length: 9007199254740991 }, 3)",
      "time",
    ],
    ["takes all memory when it is read", "const a = []; for (;;) a.push({})", "memory"],
    ["throws when it is read", "throw new Error('no')", "threw"],
    ["is an import", "import fs from 'fs'; export const decodeUplink = () => fs", "threw"],
    ["waits for ever at its top", "await new Promise(() => {}); export default 1", "unsettled"],
    ["is nested without end", "[".repeat(100_000), "crashed"],
  ])("that %s costs only its own answers", async (_name, source, reason) => {
    const answers = await runner.run([ask(source), ask(GOOD, 3)]);
    expect(answers).toEqual([
      { kind: "fault", reason, text: expect.any(String) },
      answered({ first: 3 }),
    ]);
  });

  it("is not tried again and again in one round", async () => {
    const loop = ask(decoder("for (;;);"));
    const answers = await runner.run([loop, loop, loop, loop, ask(GOOD, 5), loop]);
    const texts = answers.map((answer) => (answer.kind === "fault" ? answer.text : answer.kind));
    const text = "the script did not come to an end in its number of steps";
    const untried = "not tried: the script ran out of time 3 times just before";
    expect(texts).toEqual([text, text, text, untried, "answered", untried]);
    const again = await runner.run([loop]);
    expect(again).toMatchObject([{ reason: "time", text }]);
  });
});

describe("asks", () => {
  it("are answered in their order, whatever runs wait beside", async () => {
    const runs = [5, 0, 9, 3].map((count) =>
      runner.run(Array.from({ length: count }, (_, index) => ask(GOOD, index + 10 * count))),
    );
    const answers = await Promise.all(runs);
    expect(answers.map((each) => each.map((answer) => answer))).toEqual(
      [5, 0, 9, 3].map((count) =>
        Array.from({ length: count }, (_, index) => answered({ first: index + 10 * count })),
      ),
    );
  });

  it("of many scripts are handed over in portions, none lost", async () => {
    const small = createScriptRunner({ log: silentLog }, { asksAtOnceMax: 7 });
    const asks = Array.from({ length: 100 }, (_, n) =>
      ask(decoder(`return { data: { n: ${n % 30} } }`)),
    );
    const answers = await small.run(asks);
    expect(answers).toEqual(asks.map((_, n) => answered({ n: n % 30 })));
    await small.close();
  });

  it("beyond the bound are refused and named, and the others answered", async () => {
    const small = createScriptRunner({ log: silentLog }, { asksWaitingMax: 3 });
    const first = small.run([ask(GOOD, 1), ask(GOOD, 2)]);
    await expect(small.run([ask(GOOD), ask(GOOD)])).rejects.toThrow(
      "2 asks of scripts wait, and 2 more would; the limit is 3",
    );
    expect(await first).toEqual([answered({ first: 1 }), answered({ first: 2 })]);
    expect(await small.run([ask(GOOD), ask(GOOD), ask(GOOD)])).toHaveLength(3);
    await small.close();
  });

  it("of a runner that is closed reject, those under way as well", async () => {
    const closing = createScriptRunner({ log: silentLog });
    expect(await closing.run([ask(GOOD)])).toEqual([answered({ first: 1 })]);
    const body = "return Array.prototype.indexOf.call({ length: 9007199254740991 }, 3)";
    const hanging = expect(closing.run([ask(decoder(body))])).rejects.toThrow(CLOSED);
    await closing.close();
    await hanging;
    await expect(closing.run([ask(GOOD)])).rejects.toThrow(CLOSED);
    await closing.close();
  });
});

describe("a thread that falls", () => {
  /** Each life of the thread gives the next outcome; after them it answers all. */
  function fallingRunner(outcomes: Outcome[]): { falling: ScriptRunner; messages: RunMessage[] } {
    const messages: RunMessage[] = [];
    const startThread = () => ({
      run: async (message: RunMessage): Promise<Outcome> => {
        messages.push(message);
        const answers = message.asks.map(({ script }) => answered({ script }) as ScriptAnswer);
        return outcomes.shift() ?? { kind: "ran", answers };
      },
      end: async () => {},
    });
    return { falling: createScriptRunner({ log: silentLog, startThread }), messages };
  }

  it("with an ask in it is that ask's fault; the others are run again, by a thread that learns anew", async () => {
    const { falling, messages } = fallingRunner([
      { kind: "fell", index: 1, text: "out of memory" },
    ]);
    const answers = await falling.run([ask(GOOD), ask(decoder("return 1")), ask(GOOD)]);
    expect(answers).toEqual([
      answered({ script: 1 }),
      { kind: "fault", reason: "crashed", text: "out of memory" },
      answered({ script: 1 }),
    ]);
    expect(messages.map(({ learn }) => learn)).toEqual([
      [
        { script: 1, source: GOOD },
        { script: 2, source: decoder("return 1") },
      ],
      [{ script: 1, source: GOOD }],
    ]);
  });

  it("is told which scripts ran out of time before it was started", async () => {
    const late: Outcome = { kind: "late", index: 0, text: "too long" };
    const { falling, messages } = fallingRunner([late, late]);
    const answers = await falling.run([ask(GOOD), ask(GOOD), ask(GOOD)]);
    const fault = { kind: "fault", reason: "time", text: "too long" };
    expect(answers).toEqual([fault, fault, answered({ script: 1 })]);
    expect(messages.map((message) => [...message.late])).toEqual([[], [[1, 1]], [[1, 2]]]);
  });

  it("with nothing to blame, time and again, is nobody's fault: the run rejects", async () => {
    const fell: Outcome = { kind: "fell", text: "no such file" };
    const { falling } = fallingRunner([fell, fell, fell]);
    await expect(falling.run([ask(GOOD)])).rejects.toThrow("scripts cannot be run: no such file");
    expect(await falling.run([ask(GOOD)])).toEqual([answered({ script: 1 })]);
  });

  it("once or twice with nothing to blame is started again and answers", async () => {
    const fell: Outcome = { kind: "fell", text: "no such file" };
    const { falling } = fallingRunner([fell, fell]);
    expect(await falling.run([ask(GOOD)])).toEqual([answered({ script: 1 })]);
  });

  it("because it was closed is no ask's fault", async () => {
    let fall = (_outcome: Outcome): void => {};
    const startThread = () => ({
      run: () => new Promise<Outcome>((resolve) => (fall = resolve)),
      end: async () => fall({ kind: "fell", index: 0, text: "ended" }),
    });
    const closing = createScriptRunner({ log: silentLog, startThread });
    const running = expect(closing.run([ask(GOOD)])).rejects.toThrow(CLOSED);
    await Promise.resolve();
    await closing.close();
    await running;
  });
});
