/**
 * Decoders under chance: what scripts answer, whole, broken and odd, and real scripts in the sandbox that make
 * odd things of bytes of chance, by a mapping into readings. Nothing throws, no value is kept that was not in the
 * answer, nothing grows beyond its bound, and what is put aside says why.
 */
import { expect, test } from "vitest";
import type { Random } from "../firmware-sim/random.ts";
import { createSandbox } from "../ingest/decoders/sandbox.ts";
import { readAnswer as readWritten } from "../ingest/decoders/script-answer.ts";
import type { ScriptAnswer } from "../ingest/decoders/script-ask.ts";
import { formatContext, uplinkOn } from "../ingest/doubles/formats-world.ts";
import { readAnswer } from "../ingest/frame-answers.ts";
import { createChirpstackGateway } from "../ingest/gateways/chirpstack.ts";
import type { Decoded } from "../ingest/gateways/gateway.ts";
import type { Mapped } from "../ingest/mapping/apply-mapping.ts";
import { createMappingCache } from "../ingest/mapping/payload-reader.ts";
import { converted, unitsOf } from "../ingest/mapping/units.ts";
import { ASSET_CLASSES, classBySlug } from "../model/asset-classes/all.ts";
import { Decoder, type KeptDecoder } from "../model/decoder.ts";
import { DEAD_LETTER_REASONS } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { timeZone } from "../model/local-time.ts";
import { fuzz, fuzzRuns } from "./support/fuzz.ts";

const LONG_MS = 3_600_000;
const AT_S = 1_795_307_400;
const EUI = "24e124713b000017";
const SLUG = "manhole-cover";
const STATES = { open: 1, closed: 0 };

const decoder: KeptDecoder = {
  ...Decoder.parse({
    ...{ decoderId: "odd", name: "odd", kind: "script", script: "-" },
    mapping: {
      fields: [
        { path: "level", measurement: "waterLevelCm" },
        { path: "temp", measurement: "temperatureC", unit: "°F" },
        { path: "battery", measurement: "batteryPercent", invalid: [255, "N/A"] },
        {
          path: "tilt.angle",
          measurement: "tiltDeg",
          validWhen: { path: "tilt.status", is: ["ok"] },
        },
        { path: "open", measurement: "isOpen", states: STATES },
      ],
      rest: "",
    },
    past: {
      elements: "history",
      time: { path: "ts", format: "s" },
      fields: [{ path: "temp", measurement: "temperatureC" }],
    },
  }),
  version: 1,
};
const mappingOf = createMappingCache({
  classes: ASSET_CLASSES,
  zone: timeZone("Asia/Shanghai"),
});
const definitions = new Map(classBySlug(SLUG)?.measurements.map((each) => [each.name, each]));
const gateway = createChirpstackGateway();
const context = formatContext("chirpstack", { [EUI]: SLUG });

/** Real decoders' manners, whole. */
const TREES: readonly unknown[] = [
  { level: "1700 mm", temp: "25 ℃", battery: "99", open: "closed" },
  { level: { value: 12.5, unit: "cm" }, tilt: { angle: 31.5, status: "ok" }, x: { y: [1, 2] } },
  { battery: 255, tilt: { angle: 3, status: "error" }, open: true, coPpm: 7, coAlarm: "yes" },
  {
    temp: 77,
    history: [
      { ts: AT_S - 600, temp: "24 ℃" },
      { ts: AT_S - 300, temp: { v: 1 } },
    ],
  },
];
const NAMES = [
  ...["level", "temp", "battery", "tilt", "angle", "status", "open", "history", "ts", "x"],
  ...["value", "unit", "coPpm", "__proto__", "constructor", "toString", "0", ""],
];
const LEAVES: readonly unknown[] = [
  ...[
    0,
    -0,
    1,
    -1,
    255,
    0.1,
    1e308,
    -1e308,
    5e-324,
    2 ** 53,
    AT_S,
    AT_S * 1_000,
    null,
    true,
    false,
  ],
  ...[
    "",
    " ",
    "N/A",
    "ok",
    "open",
    "closed",
    "12",
    "1e5",
    "1e999",
    "-3.5 mm",
    "25 ℃",
    "NaN",
    "0x10",
  ],
  ...[
    "1700mm",
    "7 furlongs",
    "Infinity",
    "true",
    "\u0000",
    "😀 3",
    "3 ".repeat(200),
    "9".repeat(400),
  ],
];

function oddTree(random: Random, levels: number): unknown {
  if (levels === 0 || random.isLucky(0.3)) return random.pick(LEAVES);
  const count = random.below(6);
  if (random.isLucky(0.3)) return Array.from({ length: count }, () => oddTree(random, levels - 1));
  // By its text, so that `__proto__` is a name like any other.
  const parts = Array.from({ length: count }, () => {
    const value = JSON.stringify(oddTree(random, levels - 1));
    return `${JSON.stringify(random.pick(NAMES))}:${value}`;
  });
  return JSON.parse(`{${parts.join(",")}}`);
}

/** As the sandbox writes it. */
function written(output: unknown, errors: readonly unknown[] = []): string {
  const told = { type: "object", errors, warnings: ["battery is low"], normalizeErrors: [] };
  return errors.length > 0 ? JSON.stringify(told) : JSON.stringify({ told, output });
}

/** Numbers that stand in a tree, as they are, as text, with a unit, or as a word. */
function numbersIn(value: unknown, found = new Set<number>()): Set<number> {
  if (typeof value === "number") found.add(value);
  else if (typeof value === "boolean") found.add(Number(value));
  else if (typeof value === "string") {
    found.add(Number.parseFloat(value));
    const word = value.trim().toLowerCase();
    if (word === "true" || word === "false") found.add(Number(word === "true"));
    if (Object.hasOwn(STATES, value.trim())) found.add(STATES[value.trim() as "open" | "closed"]);
  } else if (typeof value === "object" && value !== null) {
    for (const each of Object.values(value)) numbersIn(each, found);
  }
  return found;
}

/** Is it one of the numbers, or one of them in another unit of the measurement? */
function isIn(numbers: ReadonlySet<number>, measurement: string, value: number): boolean {
  if (numbers.has(value)) return true;
  const unit = definitions.get(measurement)?.unit;
  if (unit === undefined) return false;
  const units = unitsOf(unit);
  for (const each of numbers) {
    for (const from of units) if (converted(each, from, unit) === value) return true;
  }
  return false;
}

function decodedBy(mapped: Mapped): Decoded {
  const up = { deduplicationId: "d", fCnt: 1, fPort: 2, data: "AQID" };
  const time = new Date(AT_S * 1_000).toISOString();
  return gateway.decode(uplinkOn(`application/a/device/${EUI}/event/up`, { ...up, time }), 0, {
    ...context,
    readFrame: () => mapped,
  });
}

/** Answers how many values were kept. */
function check(answer: ScriptAnswer): number {
  if (answer.kind === "fault") {
    expect(answer.text.length).toBeGreaterThan(0);
    expect(answer.text.length).toBeLessThanOrEqual(LIMITS.scriptSentenceLengthMax + 100);
  }
  const read = readAnswer(answer, decoder);
  const mapped =
    read.kind === "tree"
      ? mappingOf(decoder, SLUG)(read.tree)
      : { values: [], faults: [read.fault] };
  const { values, faults } = decodedBy(mapped);
  for (const { reason, text } of faults) {
    expect(Object.hasOwn(DEAD_LETTER_REASONS, reason)).toBe(true);
    expect(text.length > 10 && text.length < 1_000).toBe(true);
  }
  if (read.kind === "none") {
    expect([values, faults.length]).toEqual([[], 1]);
    return 0;
  }
  const tree = read.tree as Record<string, unknown>;
  const numbers = numbersIn(tree);
  for (const { measurement, value } of values) {
    if (!Number.isFinite(value)) throw new Error(`'${measurement}' is ${value}`);
    if (!isIn(numbers, measurement, value)) throw new Error(`${value} was not in the answer`);
  }
  const kept = new Set(values.map(({ measurement }) => measurement));
  const tilt = tree.tilt as { status?: unknown } | null | undefined;
  const isOk = Object.hasOwn(tree, "tilt") && tilt?.status === "ok";
  if (kept.has("tiltDeg") && !isOk) throw new Error("a tilt was kept that is marked as none");
  if (tree.battery === 255 && kept.has("batteryPercent")) throw new Error("255 stands for none");
  expect(values.length).toBeLessThanOrEqual(LIMITS.uplinkElementsMax + LIMITS.mappingRestMax + 10);
  return values.length;
}

test(
  "answers of scripts, whole, broken and made by chance",
  () => {
    const samples = TREES.map((tree) => Buffer.from(written(tree)));
    let kept = 0;
    fuzz("decoder answers", samples, (input, random) => {
      if (random.isLucky(0.4))
        kept += check(readWritten(written(oddTree(random, 5)), "decodeUplink"));
      else if (random.isLucky(0.1)) {
        // An error frame is no reading, whatever stands beside.
        const text = written(oddTree(random, 2), [oddTree(random, 2)]);
        expect(check(readWritten(text, "decodeUplink"))).toBe(0);
      } else kept += check(readWritten(Buffer.from(input).toString(), "decodeUplink"));
    });
    expect(kept).toBeGreaterThan(fuzzRuns() / 2);
  },
  LONG_MS,
);

/** Each byte does another thing to what is answered; some of it no JSON can say, some of it means harm. */
const ODD_SCRIPT = `
function decodeUplink(input) {
  var names = ${JSON.stringify(NAMES)}, leaves = ${JSON.stringify(LEAVES)};
  var data = {}, at = data, answer = { data: data };
  var b = input.bytes;
  for (var i = 0; i + 1 < b.length; i += 2) {
    var name = names[b[i] % names.length], v = b[i + 1];
    switch (b[i] >> 4) {
      case 0: at[name] = NaN; break;
      case 1: at[name] = v * 1e307 * 1e5; break;
      case 2: at[name] = undefined; break;
      case 3: at[name] = new Date(v * 1e12); break;
      case 4: at[name] = v > 200 ? BigInt(v) : v + "n"; break;
      case 5: at = at[name] = v % 2 ? [] : {}; break;
      case 6: at[name] = [v, v + " mm", { value: v, unit: "cm" }]; break;
      case 7: if (v > 200) at[name] = data; else at[name] = new Uint8Array([v, 1]); break;
      case 8: if (v > 220) Object.defineProperty(at, name, { enumerable: true, get: function () { throw new Error("got"); } }); break;
      case 9: if (v > 220) answer.errors = v % 2 ? ["sensor fault"] : [{ toString: null }]; break;
      case 10: if (v > 240) Object.prototype[name] = v; break;
      case 11: at[name] = { toJSON: function () { return v > 200 ? "{" : v; } }; break;
      case 12: if (v > 240) { answer.data = v % 2 ? "text" : [v]; } break;
      case 13: if (v > 250) for (;;) {}; at[name] = "9".repeat(v * v); break;
      case 14: at = data; break;
      default: at[name] = leaves[v % leaves.length];
    }
  }
  if (b.length % 17 === 0) answer.warnings = b;
  return b.length % 31 === 0 ? null : answer;
}`;

test(
  "a script in the sandbox that makes odd answers of bytes of chance",
  async () => {
    const sandbox = await createSandbox();
    const script = sandbox.read(ODD_SCRIPT);
    expect(script.kind).toBe("ready");
    const samples = [Buffer.alloc(40, 0xf1), Buffer.from("f001f502f703f904fb05fd06ff07", "hex")];
    const came = new Map<string, number>();
    let kept = 0;
    const runs = Math.max(500, Math.floor(fuzzRuns() / 10));
    fuzz(
      "odd scripts",
      samples,
      (input) => {
        const asked = { bytes: [...input], fPort: 2, recvTime: "2026-11-27T10:30:00+08:00" };
        const answer = sandbox.call(script, "decodeUplink", asked);
        came.set(answer.kind, (came.get(answer.kind) ?? 0) + 1);
        kept += check(answer);
      },
      runs,
    );
    // Clean after all of it.
    const asked = { bytes: [0xf1, 2], fPort: 2 };
    const first = (await createSandbox()).call(script, "decodeUplink", asked);
    expect(sandbox.call(script, "decodeUplink", asked)).toEqual(first);
    expect([...came.keys()].sort()).toEqual(["answered", "errors", "fault"]);
    expect(kept).toBeGreaterThan(runs / 10);
  },
  LONG_MS,
);
