import { describe, expect, test } from "vitest";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { Decoder, type DecodersView, type KeptDecoder } from "../model/decoder.ts";
import { LIMITS } from "../model/limits.ts";
import { timeZone } from "../model/local-time.ts";
import type { DeviceEntry } from "../model/registry.ts";
import { RunnerClosed, type ScriptAnswer, type ScriptAsk } from "./decoders/script-ask.ts";
import { createFrameAsker, type DeviceFrame } from "./frame-answers.ts";
import { createMappingCache } from "./mapping/payload-reader.ts";
import type { RunScripts } from "./script-rounds.ts";

const AT = Date.parse("2026-11-22T08:30:05+08:00");
const mappingOf = createMappingCache({
  classes: ASSET_CLASSES,
  zone: timeZone("Asia/Shanghai"),
});

function scriptDecoder(decoderId: string, more: Partial<KeptDecoder> = {}): KeptDecoder {
  const mapping = { fields: [{ path: "t", measurement: "temperatureC" }] };
  const said = {
    decoderId,
    name: decoderId,
    kind: "script",
    script: `/* ${decoderId} */`,
    mapping,
  };
  return { ...Decoder.parse(said), version: 1, ...more } as KeptDecoder;
}

function viewOf(...all: KeptDecoder[]): DecodersView {
  return {
    get: (decoderId) => all.find((each) => each.decoderId === decoderId),
    hasScripts: () => all.some(({ kind }) => kind === "script"),
  };
}

function deviceOf(deviceId: string, decoder?: string): DeviceEntry {
  const device = { deviceId, assetId: `asset-of-${deviceId}`, ...(decoder && { decoder }) };
  return { device, asset: { assetId: device.assetId, class: "manhole-cover" } } as DeviceEntry;
}

function askerOf(deps: { decoders: DecodersView; run: RunScripts; nowMs?: () => number }) {
  return createFrameAsker({ mappingOf, nowMs: () => 0, ...deps });
}

const frameOf = (...bytes: number[]) => ({ bytes: Uint8Array.from(bytes), fPort: 85, at: AT });
const ONE = deviceOf("d-1", "em400");

/** A script that answers the first byte as its temperature. */
const answering: RunScripts = async (asks) =>
  asks.map(({ input }): ScriptAnswer => {
    const [t] = (input as { bytes: number[] }).bytes;
    return { kind: "answered", output: { t }, warnings: [] };
  });
const alike =
  (answer: ScriptAnswer): RunScripts =>
  async (asks) =>
    asks.map(() => answer);

/** Notes what it is asked, round by round. */
function noting(run: RunScripts): { rounds: ScriptAsk[][]; run: RunScripts } {
  const rounds: ScriptAsk[][] = [];
  return {
    rounds,
    run: (asks) => {
      rounds.push([...asks]);
      return run(asks);
    },
  };
}

async function readOne(
  run: RunScripts,
  decoder = scriptDecoder("em400"),
  frame = frameOf(25),
): Promise<unknown> {
  const asker = askerOf({ decoders: viewOf(decoder), run });
  const { read } = await asker.ask([{ entry: ONE, frame }]);
  return read(ONE, frame);
}

test("a script is asked as TS013 says, and its answer is mapped", async () => {
  const { rounds, run } = noting(answering);
  expect(await readOne(run)).toEqual({
    values: [{ measurement: "temperatureC", value: 25 }],
    faults: [],
  });
  expect(rounds).toEqual([
    [
      {
        ...{ decoderId: "em400", version: 1, source: "/* em400 */", call: "decodeUplink" },
        input: { bytes: [25], fPort: 85, recvTime: "2026-11-22T00:30:05.000Z" },
      },
    ],
  ]);
});

test.each<[string, ScriptAnswer, string, string]>([
  [
    "says itself that there are none",
    { kind: "errors", errors: ["bad checksum", "too short"] },
    "DECODER_REFUSED",
    "decoder 'em400' says: bad checksum; too short",
  ],
  [
    "fails",
    { kind: "fault", reason: "threw", text: "TypeError: x is undefined" },
    "DECODER_FAILED",
    "decoder 'em400': threw: TypeError: x is undefined",
  ],
  [
    "answers a number",
    { kind: "answered", output: 0, warnings: [] },
    "DECODER_FAILED",
    "decoder 'em400' answered 0; wanted an object",
  ],
])("of a script that %s no value is kept", async (_what, answer, reason, text) => {
  expect(await readOne(alike(answer))).toEqual({ values: [], faults: [{ reason, text }] });
});

test("what normalizeUplink makes of it is mapped where the decoder says so", async () => {
  const reads = { reads: "normalized" } as Partial<KeptDecoder>;
  const answer = { kind: "answered", output: { t: 1 }, warnings: [] } as const;
  const normalized = { ...answer, normalized: { t: 2 } };
  expect(await readOne(alike(normalized), scriptDecoder("em400", reads))).toMatchObject({
    values: [{ value: 2 }],
  });
  expect(await readOne(alike(normalized))).toMatchObject({ values: [{ value: 1 }] });
  expect(await readOne(alike(answer), scriptDecoder("em400", reads))).toMatchObject({
    faults: [{ text: "decoder 'em400' normalized it to absent; wanted an object" }],
  });
});

test("a long text of a script's is cut", async () => {
  const answer: ScriptAnswer = { kind: "errors", errors: ["x".repeat(100_000)] };
  const mapped = (await readOne(alike(answer))) as { faults: { text: string }[] };
  expect(mapped.faults[0]?.text.length).toBeLessThan(400);
});

test("a script that is off is asked nothing, and its frames are put aside", async () => {
  const { rounds, run } = noting(answering);
  const off = { at: AT, reason: "time" };
  expect(await readOne(run, scriptDecoder("em400", { off }))).toEqual({
    values: [],
    faults: [
      {
        reason: "DECODER_OFF",
        text: "decoder 'em400' is off since 2026-11-22T00:30:05.000Z (time); put a corrected one",
      },
    ],
  });
  expect(rounds).toEqual([]);
});

test("a frame that is too long is put aside and asks nothing", async () => {
  const { rounds, run } = noting(answering);
  const frame = { ...frameOf(), bytes: new Uint8Array(LIMITS.decoderFrameBytesMax + 1) };
  expect(await readOne(run, scriptDecoder("em400"), frame)).toMatchObject({
    faults: [{ reason: "FRAME_INVALID", text: expect.stringContaining("4097 bytes") }],
  });
  expect(rounds).toEqual([]);
});

describe("who is asked for", () => {
  const table = { ...Decoder.parse({ decoderId: "table", name: "t", kind: "table" }), version: 1 };
  const decoders = viewOf(scriptDecoder("em400"), table as KeptDecoder);
  const asker = askerOf({ decoders, run: answering });

  test.each([
    [ONE, true],
    [deviceOf("d-2"), false],
    [deviceOf("d-2", "table"), false],
    [deviceOf("d-2", "gone"), false],
  ])("%#", async (entry, isWanted) => {
    expect(asker.isWanted(entry)).toBe(isWanted);
    const { read } = await asker.ask([{ entry, frame: frameOf(25) }]);
    expect(read(entry, frameOf(25)) !== undefined).toBe(isWanted);
  });

  test("a batch without scripts needs nobody", () => {
    const none = askerOf({ decoders: viewOf(), run: answering });
    expect([asker.isNeeded(), none.isNeeded()]).toEqual([true, false]);
  });
});

test("a decoder that is replaced while it is asked answers by what it was", async () => {
  let now = scriptDecoder("em400");
  const decoders: DecodersView = { get: () => now, hasScripts: () => true };
  const run: RunScripts = async (asks) => {
    const mapping = { fields: [{ path: "t", measurement: "batteryPercent" }] };
    now = scriptDecoder("em400", { version: 2, mapping });
    return await answering(asks);
  };
  const { read } = await askerOf({ decoders, run }).ask([{ entry: ONE, frame: frameOf(25) }]);
  expect(read(ONE, frameOf(25))?.values).toEqual([{ measurement: "temperatureC", value: 25 }]);
});

describe("a decoder that does nothing but fail", () => {
  const failing = alike({ kind: "fault", reason: "time", text: "too long" });
  const frames: DeviceFrame[] = Array.from({ length: 1_000 }, (_, n) => ({
    entry: ONE,
    frame: frameOf(n % 256, n >> 8),
  }));

  test("is given up after so many faults, and the rest is put aside without it", async () => {
    const { rounds, run } = noting(failing);
    const decoders = viewOf(scriptDecoder("em400"));
    const { read, runs } = await askerOf({ decoders, run }).ask(frames);
    expect(rounds.map(({ length }) => length)).toEqual([LIMITS.decoderFaultsMax]);
    expect(runs).toEqual([
      {
        ...{ decoderId: "em400", version: 1, answered: 0 },
        ...{ faults: LIMITS.decoderFaultsMax, throws: 0 },
        lastFault: "time: too long",
        devices: new Map([["d-1", { unread: 1_000, wasRead: false, wasUnasked: true }]]),
      },
    ]);
    const texts = frames.map(({ entry, frame }) => read(entry, frame)?.faults[0]?.text);
    expect(texts.filter((text) => text?.includes("too long"))).toHaveLength(20);
    expect(texts.filter((text) => text?.includes("was not asked again"))).toHaveLength(980);
  });

  test("costs another decoder nothing", async () => {
    const decoders = viewOf(scriptDecoder("em400"), scriptDecoder("good"));
    const good = deviceOf("d-2", "good");
    const both = frames.flatMap((each) => [each, { entry: good, frame: each.frame }]);
    const run: RunScripts = async (asks) => {
      const [answered, failed] = [await answering(asks), await failing(asks)];
      return asks.map(
        ({ decoderId }, at) => (decoderId === "good" ? answered : failed)[at] as ScriptAnswer,
      );
    };
    const { read, runs } = await askerOf({ decoders, run }).ask(both);
    expect(frames.every(({ frame }) => read(good, frame)?.values.length === 1)).toBe(true);
    expect(runs.map(({ answered, faults }) => [answered, faults])).toEqual([
      [0, 20],
      [1_000, 0],
    ]);
  });
});

test("a script that seldom fails is asked for every frame of a large batch", async () => {
  const run: RunScripts = async (asks) =>
    (await answering(asks)).map((answer, n) =>
      n % 40 === 0 ? { kind: "fault", reason: "memory", text: "too much" } : answer,
    );
  const frames = Array.from({ length: 2_000 }, (_, n) => ({
    entry: ONE,
    frame: frameOf(n % 256, n >> 8),
  }));
  const { read, runs } = await askerOf({ decoders: viewOf(scriptDecoder("em400")), run }).ask(
    frames,
  );
  const { answered = 0, faults = 0 } = runs[0] ?? {};
  expect([answered + faults, faults > LIMITS.decoderFaultsMax]).toEqual([2_000, true]);
  const texts = frames.map(({ entry, frame }) => read(entry, frame)?.faults[0]?.text ?? "");
  expect(texts.filter((text) => text.includes("was not asked again"))).toEqual([]);
});

test("frames that a script throws at are put aside, and every other of the batch is asked for", async () => {
  const thrown = 3 * LIMITS.decoderFaultsMax;
  let asked = 0;
  const run: RunScripts = async (asks) =>
    (await answering(asks)).map((answer) => {
      asked += 1;
      return asked <= thrown ? { kind: "fault", reason: "threw", text: "no such frame" } : answer;
    });
  const frames = Array.from({ length: 200 }, (_, n) => ({ entry: ONE, frame: frameOf(n, 1) }));
  const decoders = viewOf(scriptDecoder("em400"));
  const { runs } = await askerOf({ decoders, run }).ask(frames);
  expect(runs).toMatchObject([{ answered: 200 - thrown, faults: thrown, throws: thrown }]);
});

test("a script that is slow and never fails is given up for its batch, which counts as its faults", async () => {
  let ms = 0;
  const slow: RunScripts = (asks) => {
    ms += asks.length * 300;
    return answering(asks);
  };
  const frames = Array.from({ length: 500 }, (_, n) => ({
    entry: ONE,
    frame: frameOf(n % 256, n >> 8),
  }));
  const decoders = viewOf(scriptDecoder("em400"));
  const { read, runs } = await askerOf({ decoders, run: slow, nowMs: () => ms }).ask(frames);
  expect(ms).toBe(12_000);
  expect(runs).toEqual([
    {
      ...{ decoderId: "em400", version: 1, answered: 40, faults: 460, throws: 0 },
      lastFault: "time: it took more than 10000 ms of one batch",
      devices: new Map([["d-1", { unread: 460, wasRead: true, wasUnasked: true }]]),
    },
  ]);
  const texts = frames.flatMap(({ entry, frame }) => read(entry, frame)?.faults ?? []);
  expect(texts).toHaveLength(460);
  expect(texts[0]?.text).toContain("took more than 10000 ms of one batch and was not asked again");
});

test("a batch is not taken where the runner is closed: its uplinks wait in the journal", async () => {
  const run: RunScripts = () => Promise.reject(new RunnerClosed());
  const asker = askerOf({ decoders: viewOf(scriptDecoder("em400")), run });
  await expect(asker.ask([{ entry: ONE, frame: frameOf(1) }])).rejects.toThrow(RunnerClosed);
});

test("a batch goes on where nothing can be run at all, and no decoder is blamed for it", async () => {
  const run: RunScripts = () => Promise.reject(new Error("no thread"));
  const decoders = viewOf(scriptDecoder("em400"));
  const frames = [{ entry: ONE, frame: frameOf(1) }];
  const { read, runs } = await askerOf({ decoders, run }).ask(frames);
  expect(read(ONE, frameOf(1))?.faults[0]).toMatchObject({
    reason: "DECODER_FAILED",
    text: expect.stringContaining("could not be run: Error: no thread"),
  });
  expect(runs).toMatchObject([{ answered: 0, faults: 0 }]);
});
