/** The sandbox itself: the calls it knows, what it makes of their answers, and what a script sees. */
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createSandbox, type Sandbox } from "./sandbox.ts";
import type { ScriptAnswer, ScriptAsk } from "./script-ask.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const INPUT = { bytes: [1, 2, 3], fPort: 7, recvTime: "2026-11-27T10:30:00+08:00" };

function run(
  source: string,
  input: unknown = INPUT,
  call: ScriptAsk["call"] = "decodeUplink",
): ScriptAnswer {
  return sandbox.call(sandbox.read(source), call, input);
}

const decoder = (body: string): string => `function decodeUplink(input) { ${body} }`;
const answered = (output: unknown): ScriptAnswer => ({ kind: "answered", output, warnings: [] });

describe("forms of a script", () => {
  it.each([
    ["a function", "function decodeUplink(i) { return { data: { n: i.bytes.length } }; }"],
    ["a constant", "const decodeUplink = (i) => ({ data: { n: i.bytes.length } });"],
    [
      "module.exports",
      "module.exports = { decodeUplink(i) { return { data: { n: i.bytes.length } } } };",
    ],
    ["exports", "exports.decodeUplink = (i) => ({ data: { n: i.bytes.length } });"],
    [
      "export function",
      "export function decodeUplink(i) { return { data: { n: i.bytes.length } } }",
    ],
    [
      "export default",
      "export default { decodeUplink: (i) => ({ data: { n: i.bytes.length } }) };",
    ],
    [
      "a module that waits at its top",
      "const n = await Promise.resolve(3); export const decodeUplink = () => ({ data: { n } });",
    ],
    [
      "asynchronous",
      "async function decodeUplink(i) { await 0; return { data: { n: i.bytes.length } } }",
    ],
    ["The Things Network v2", "function Decoder(bytes, port) { return { n: bytes.length }; }"],
    ["ChirpStack v3", "function Decode(fPort, bytes, variables) { return { n: bytes.length }; }"],
  ])("%s is found and called", (_name, source) => {
    expect(run(source)).toEqual(answered({ n: 3 }));
  });

  it("today's call goes before those of older servers", () => {
    const source = `${decoder("return { data: { by: 'today' } }")} function Decoder() { return {}; }`;
    expect(run(source)).toEqual(answered({ by: "today" }));
  });

  it("the older calls are given port and variables in their own order", () => {
    const input = { ...INPUT, variables: { height: "170" } };
    const old = "function Decoder(bytes, port) { return { bytes, port }; }";
    expect(run(old, input)).toEqual(answered({ bytes: [1, 2, 3], port: 7 }));
    const older =
      "function Decode(fPort, bytes, variables) { return { fPort, bytes, variables }; }";
    expect(run(older, input)).toEqual(
      answered({ fPort: 7, bytes: [1, 2, 3], variables: { height: "170" } }),
    );
  });

  it.each([
    ["encodeDownlink", "function encodeDownlink(i) { return { bytes: [i.data.on], fPort: 8 } }", 8],
    ["Encoder", "function Encoder(object, port) { return [object.on]; }", undefined],
    ["Encode", "function Encode(fPort, object) { return new Uint8Array([object.on]); }", undefined],
  ])("a downlink by %s is bytes and, where it says one, a port", (_name, source, fPort) => {
    expect(run(source, { data: { on: 1 }, fPort: 8 }, "encodeDownlink")).toEqual(
      answered(fPort === undefined ? { bytes: [1] } : { bytes: [1], fPort }),
    );
  });

  it.each([
    ["no array", "{ bytes: 'AQ==' }"],
    ["a number that is no byte", "{ bytes: [256] }"],
    ["half a byte", "{ bytes: [0.5] }"],
    ["a port that is none", "{ bytes: [1], fPort: 256 }"],
    ["too many bytes", "{ bytes: new Array(4097).fill(0) }"],
  ])("a downlink of %s is a fault", (_name, answer) => {
    const source = `function encodeDownlink() { return ${answer}; }`;
    expect(run(source, { data: {} }, "encodeDownlink")).toMatchObject({ reason: "output" });
  });

  it("what is no JavaScript, and what has none of the calls, is a fault of its syntax", () => {
    expect(run("function decodeUplink( {")).toMatchObject({ kind: "fault", reason: "syntax" });
    expect(run("export function decodeUplink( {")).toMatchObject({ reason: "syntax" });
    expect(run("function decodeUplink() {\n  return 1 +;\n}")).toEqual({
      kind: "fault",
      reason: "syntax",
      text: "SyntaxError: unexpected token in expression: ';' (line 2)",
    });
    expect(run("function decode() {}")).toEqual({
      kind: "fault",
      reason: "syntax",
      text: "the script has no decodeUplink, Decoder, Decode",
    });
    expect(run(decoder("return {}"), {}, "encodeDownlink")).toMatchObject({ reason: "syntax" });
  });

  it("a script of half a megabyte of tables is read once and called", () => {
    const row = `  { id: 12345, name: "temperature", unit: "℃", at: [1, 2, 3, 4], scale: 0.1 },\n`;
    const rows = row.repeat(6_500);
    expect(rows.length).toBeGreaterThan(450_000);
    const source = `var TABLE = [\n${rows}];\n${decoder("return { data: { n: TABLE.length } }")}`;
    expect(run(source)).toEqual(answered({ n: 6_500 }));
  });

  it("a script that took much when it was read, and gave it back in pieces, is called", () => {
    const source = `let held = [], kept = [];
      for (let i = 0; i < 2; i++) {
        held.push(new Uint8Array(1.4e6));
        kept.push(new Uint8Array(2e5));
      }
      held = undefined;
      ${decoder("return { data: { kept: kept.length, room: new Uint8Array(9e5).length } }")}`;
    expect(run(source)).toEqual(answered({ kept: 2, room: 900_000 }));
  });

  it("a script that says of itself how much it takes is believed in bounds only", () => {
    const lie = (used: string): string => `Object.defineProperty(Object.prototype,
      "memory_used_size", { set() {}, get: () => ${used} });`;
    for (const used of ["1e15", "-1e15", "NaN", "'much'"]) {
      const bomb = "const a = []; for (;;) a.push({})";
      expect(run(`${lie(used)} ${decoder("return { data: 1 }")}`)).toEqual(answered(1));
      expect(run(`${lie(used)} ${decoder(bomb)}`)).toMatchObject({ reason: "memory" });
    }
  });
});

describe("answers", () => {
  it("errors of the script are no value, whatever stands beside them", () => {
    expect(run(decoder("return { data: { level: 0 }, errors: ['sensor broken'] }"))).toEqual({
      kind: "errors",
      errors: ["sensor broken"],
    });
    expect(run(decoder("return { data: { level: 0 }, errors: 'sensor broken' }"))).toEqual({
      kind: "errors",
      errors: ["sensor broken"],
    });
    expect(run(decoder("const a = {}; a.a = a; return { data: a, errors: ['broken'] }"))).toEqual({
      kind: "errors",
      errors: ["broken"],
    });
    expect(run(decoder("return { data: { level: 0 }, errors: [] }"))).toEqual(
      answered({ level: 0 }),
    );
  });

  it.each(["", "return null", "return {}", "return { data: null }", "return { data: undefined }"])(
    "nothing ('%s') is no value and no fault",
    (body) => {
      const errors = ["decodeUplink answered nothing for this input"];
      expect(run(decoder(body))).toEqual({ kind: "errors", errors });
    },
  );

  it("warnings are handed on, few and short", () => {
    const answer = run(
      decoder("return { data: { a: 1 }, warnings: new Array(50).fill('w'.repeat(400)) }"),
    );
    const warnings = new Array(10).fill(`${"w".repeat(300)}…`);
    expect(answer).toEqual({ kind: "answered", output: { a: 1 }, warnings });
  });

  it("what JSON cannot say is absent or null, and -0 is 0", () => {
    const body = `return { data: { nan: NaN, inf: Infinity, zero: -0, none: undefined,
      call: () => 1, mark: Symbol("s"), list: [undefined, () => 1, NaN], at: new Date(0) } }`;
    expect(run(decoder(body))).toEqual(
      answered({
        nan: null,
        inf: null,
        zero: 0,
        list: [null, null, null],
        at: "1970-01-01T00:00:00.000Z",
      }),
    );
  });

  it("a name that would change an object's making is left out", () => {
    const body = `return { data: JSON.parse('{"a": {"__proto__": {"polluted": 1}, "b": 2}}') }`;
    const answer = run(decoder(body)) as { output: { a: object } };
    expect(Object.keys(answer.output.a)).toEqual(["b"]);
    expect(answer.output.a).not.toHaveProperty("polluted");
  });

  it("normalizeUplink answers beside, and its failing costs only itself", () => {
    const decode = decoder("return { data: { t: 21 } }");
    const normalize = (body: string): ScriptAnswer =>
      run(`${decode} function normalizeUplink(input) { ${body} }`);
    expect(normalize("return { data: { air: { temperature: input.data.t } } }")).toEqual({
      kind: "answered",
      output: { t: 21 },
      warnings: [],
      normalized: { air: { temperature: 21 } },
    });
    for (const [body, text] of [
      ["throw new Error('no air')", "normalizeUplink: Error: no air (line 1)"],
      ["return { errors: ['no air'] }", "normalizeUplink: no air"],
      [
        "const a = {}; a.a = a; return { data: a }",
        "normalizeUplink: TypeError: circular reference",
      ],
    ] as const) {
      const answer = { kind: "answered", output: { t: 21 }, warnings: [text] };
      expect(normalize(body)).toEqual(answer);
    }
  });
});

describe("what a script sees", () => {
  it("the uplink's time is the only time, in UTC, and chance is always the same", async () => {
    vi.stubEnv("TZ", "Asia/Shanghai");
    expect(new Date(0).getHours()).toBe(8);
    const body = `return { data: { recv: input.recvTime instanceof Date, now: Date.now(),
      at: new Date().toISOString(), hour: new Date().getHours(), local: new Date(2026, 0, 2, 3).getTime(),
      call: typeof Date(), offset: new Date().getTimezoneOffset(), chance: Math.random(),
      other: new Date().constructor.now(), same: new Date().constructor === Date } }`;
    const now = Date.parse(INPUT.recvTime);
    const answer = run(decoder(body));
    expect(answer).toMatchObject({
      output: {
        recv: true,
        now,
        at: "2026-11-27T02:30:00.000Z",
        hour: 2,
        local: Date.UTC(2026, 0, 2, 3),
        call: "string",
        offset: 0,
        other: now,
        same: true,
      },
    });
    expect(run(decoder(body))).toEqual(answer);
    const elsewhere = await createSandbox();
    const script = elsewhere.read(decoder(body));
    expect(elsewhere.call(script, "decodeUplink", INPUT)).toEqual(answer);
    expect(run(decoder("return { data: { now: Date.now() } }"), { bytes: [] })).toEqual(
      answered({ now: 0 }),
    );
  });

  it("there is a console that says nothing, and nothing of a host", () => {
    const names =
      "process require global window self setTimeout fetch WebAssembly performance std os print load scriptArgs Deno Bun importScripts SharedArrayBuffer XMLHttpRequest";
    const body = `console.log("a", input); return { data: { seen: ${JSON.stringify(names.split(" "))}
      .filter((name) => typeof globalThis[name] !== "undefined") } }`;
    const answer = run(decoder(body)) as { output: { seen: string[] } };
    // A kind of memory, of the script's own bounded heap.
    expect(answer.output.seen.filter((name) => name !== "SharedArrayBuffer")).toEqual([]);
  });
});
