/** Each call begins clean: nothing that a call did is there for the next, in no byte of the memory. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "./sandbox.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});

const INPUT = { bytes: [1, 2, 3], fPort: 7, recvTime: "2026-11-27T10:30:00+08:00" };

const MUTATIONS = [
  "globalThis.left = (globalThis.left || 0) + 1",
  "count += 1",
  "table.push(count)",
  "closure()",
  "decodeUplink.calls = (decodeUplink.calls || 0) + 1",
  "Array.prototype.map = () => ['patched']",
  "Object.prototype.patched = 1",
  "JSON.stringify = () => '{}'",
  "JSON.parse = () => ({})",
  "Date.now = () => 4",
  "Math.random = () => 4",
  "String.prototype.slice = () => 'patched'",
  "Promise.prototype.then = () => 1",
  "delete globalThis.Date",
  "Object.freeze(Object.prototype)",
  "globalThis.console = undefined",
  "module.exports.decodeUplink = () => ({ data: 1 })",
  "decodeUplink = () => ({ data: { stolen: 1 } })",
  "Promise.resolve().then(() => { count += 100 })",
  "Symbol.for('left'); new RegExp('left', 'g').exec('left')",
  "try { (function f() { f(); })() } catch {}",
  "try { const a = []; for (;;) a.push({ a }); } catch {}",
  "new Array(20000).fill('x').join('y')",
  "new Uint8Array(500000).fill(255)",
  "throw new Error('in the middle')",
];

/** Tells all that a mutation may have changed. */
const PROBE = `
let count = 0; const table = []; const closure = (() => { let n = 0; return () => ++n; })();
function decodeUplink(input) {
  if (input.mutate !== undefined) { for (const each of input.mutate) eval(each); return { data: { ok: 1 } }; }
  return { data: { left: typeof left, count, table: table.length, closure: closure(),
    calls: decodeUplink.calls === undefined, map: [1].map((n) => n + 1)[0], patched: ({}).patched === undefined,
    json: JSON.stringify({ a: JSON.parse("1") }), now: Date.now(), chance: Math.random(),
    slice: "abc".slice(1), then: typeof Promise.resolve(1).then, frozen: Object.isFrozen(Object.prototype),
    console: typeof console.log, exported: typeof module.exports.decodeUplink } };
}`;

describe("a clean state for each call", () => {
  it.each(MUTATIONS)("nothing is left of: %s", (mutation) => {
    const script = sandbox.read(PROBE);
    const before = sandbox.call(script, "decodeUplink", INPUT);
    expect(before).toMatchObject({ output: { count: 0, closure: 1, left: "undefined" } });
    expect(sandbox.call(script, "decodeUplink", { ...INPUT, mutate: [mutation] }).kind).toBeTypeOf(
      "string",
    );
    expect(sandbox.call(script, "decodeUplink", INPUT)).toEqual(before);
  });

  it("nothing is left of any series of them, for its own script or another", () => {
    const script = sandbox.read(PROBE);
    const before = sandbox.call(script, "decodeUplink", INPUT);
    const other = sandbox.read("let n = 0; function Decoder(b) { n += 1; return { n, b }; }");
    const series = fc.array(fc.constantFrom(...MUTATIONS), { maxLength: 6 });
    fc.assert(
      fc.property(series, fc.boolean(), (mutate, isRead) => {
        sandbox.call(script, "decodeUplink", { ...INPUT, mutate });
        if (isRead) sandbox.read(PROBE.replace("count = 0", "count = 7"));
        expect(sandbox.call(other, "decodeUplink", INPUT)).toMatchObject({
          output: { n: 1, b: [1, 2, 3] },
        });
        expect(sandbox.call(script, "decodeUplink", INPUT)).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  it("the memory is what it was, byte for byte, after whatever was done in it", () => {
    const script = sandbox.read(PROBE);
    if (script.kind === "fault") throw new Error(script.text);
    const { bytes, restore } = sandbox.memory;
    restore(script.image);
    const whole = Buffer.from(bytes);
    for (const mutation of MUTATIONS) {
      sandbox.call(script, "decodeUplink", { ...INPUT, mutate: [mutation] });
      restore(script.image);
      expect(whole.equals(bytes), mutation).toBe(true);
    }
  });

  it("a script is read to the same memory, whatever was there before", () => {
    const source = `const a = []; for (let i = 0; i < 20000; i++) a.push({ i }); ${PROBE}`;
    const first = sandbox.read(source);
    for (const mutate of MUTATIONS) {
      sandbox.call(sandbox.read(PROBE), "decodeUplink", { ...INPUT, mutate: [mutate] });
    }
    const broken = sandbox.read("[".repeat(100_000));
    expect(broken).toMatchObject({ reason: "crashed" });
    if (first.kind === "fault") throw new Error(first.text);
    const { block, low, heap } = first.image;
    sandbox.memory.bytes.fill(0xaa, block - 500_000, block);
    const again = sandbox.read(source);
    if (again.kind === "fault") throw new Error(again.text);
    expect(Buffer.compare(low, again.image.low)).toBe(0);
    expect(Buffer.compare(heap, again.image.heap)).toBe(0);
  });

  it("what fell out of the engine leaves as little", () => {
    const script = sandbox.read(PROBE);
    const before = sandbox.call(script, "decodeUplink", INPUT);
    const deep = `function decodeUplink() { let a = []; for (let i = 0; i < 8000; i++) a = [a];
      return { data: a }; }`;
    expect(sandbox.call(sandbox.read(deep), "decodeUplink", INPUT).kind).toBe("fault");
    expect(sandbox.call(script, "decodeUplink", INPUT)).toEqual(before);
  });
});
