/**
 * The order of a Sparkplug node's messages: gaps, what waits and for how long, births that are asked
 * for, deaths that come too late.
 */
import { beforeEach, describe, expect, test } from "vitest";
import {
  encodeSparkplug,
  type SentMetric,
  type SentPayload,
} from "../firmware-sim/encoders/sparkplug.ts";
import { formatContext, uplinkOn, valuesOf } from "../ingest/doubles/formats-world.ts";
import { NOON } from "../ingest/doubles/world.ts";
import type { Decoded, Gateway } from "../ingest/gateways/gateway.ts";
import { createSparkplugGateway } from "../ingest/gateways/sparkplug.ts";
import { LIMITS } from "../model/limits.ts";
import type { Uplink } from "../model/uplink.ts";

const context = formatContext("sparkplug", {
  "g/e": "",
  "g/e/d": "sewage-plant",
  "g/e/bin": "waste-bin",
});
const WINDOW_MS = LIMITS.sparkplugReorderMsMax;
let gateway: Gateway;
let position: number;
let now: number;

beforeEach(() => {
  gateway = createSparkplugGateway();
  position = 0;
  now = NOON;
});

function message(topic: string, payload: SentPayload): Uplink {
  const bytes = encodeSparkplug({ timestamp: now, ...payload });
  return uplinkOn(`spBv1.0/g/${topic}`, bytes, { receivedAt: now });
}

function say(topic: string, payload: SentPayload): Decoded {
  position += 1;
  return gateway.decode(message(topic, payload), position, context);
}

const nodeBirth = (bdSeq = 0) =>
  say("NBIRTH/e", { seq: 0, metrics: [{ name: "bdSeq", type: "Int64", value: bdSeq }] });
const death = (bdSeq: number) =>
  say("NDEATH/e", { metrics: [{ name: "bdSeq", type: "Int64", value: bdSeq }] });
const deviceBirth = (seq = 1, name = "codMgL") =>
  say("DBIRTH/e/d", { seq, metrics: [{ name, alias: 1, type: "Double", value: 0 }] });
const metric = (value: number): SentMetric => ({ alias: 1, type: "Double", value, timestamp: now });
const data = (seq: number, value = seq) => say("DDATA/e/d", { seq, metrics: [metric(value)] });

/** Values in the order in which they were taken. */
function taken(decoded: Decoded): number[] {
  const parts = [decoded, ...(decoded.released ?? []).map((each) => each.decoded)];
  return parts.flatMap(({ values }) => values.map(({ value }) => value));
}

function asked(decoded: Decoded): string[] {
  const parts = [decoded, ...(decoded.released ?? []).map((each) => each.decoded)];
  return parts.flatMap(({ answers }) => answers.map(({ topic }) => topic));
}

const ASKED = ["spBv1.0/g/NCMD/e"];

describe("the sequence", () => {
  beforeEach(() => {
    nodeBirth();
    deviceBirth();
  });

  test("goes from 255 on to 0", () => {
    for (let n = 2; n < 600; n += 1) {
      const decoded = data(n % 256, n);
      expect([taken(decoded), asked(decoded)]).toEqual([[n], []]);
    }
  });

  test("of two that changed places the later one waits, and both are taken in order", () => {
    expect(taken(data(3))).toEqual([]);
    const decoded = data(2);
    expect(taken(decoded)).toEqual([2, 3]);
    expect(decoded.released?.map((each) => each.position)).toEqual([4, 3]);
    expect(asked(decoded)).toEqual([]);
    expect(taken(data(4))).toEqual([4]);
  });

  test("several gaps are filled one by one", () => {
    expect([5, 3, 2, 4].map((seq) => taken(data(seq)))).toEqual([[], [], [2, 3], [4, 5]]);
  });

  test("what is missing too long is given up: the rest is taken, the node asked for its births", () => {
    data(3);
    now += WINDOW_MS + 1;
    const decoded = data(4);
    expect(taken(decoded)).toEqual([3, 4]);
    expect(asked(decoded)).toEqual(ASKED);
  });

  test("the same, when only others go on speaking", () => {
    data(4);
    data(3);
    expect(gateway.release?.(now + WINDOW_MS, context)).toEqual([]);
    const released = gateway.release?.(now + WINDOW_MS + 1, context) ?? [];
    expect(released.map((each) => valuesOf(each.decoded))).toEqual([{ codMgL: 3 }, { codMgL: 4 }]);
    expect(released.flatMap((each) => asked(each.decoded))).toEqual(ASKED);
    expect(released.map((each) => each.uplink.receivedAt)).toEqual([now, now]);
    expect(taken(data(5))).toEqual([5]);
  });

  test("more than may wait is not kept waiting", () => {
    const most = LIMITS.sparkplugHeldPerNodeMax;
    for (let n = 0; n < most; n += 1) expect(taken(data(3 + n))).toEqual([]);
    const decoded = data(3 + most);
    expect(taken(decoded)).toHaveLength(most + 1);
    expect(asked(decoded)).toEqual(ASKED);
  });

  test("what comes after later ones were taken is put aside: its birth may be gone", () => {
    data(2);
    data(3);
    const decoded = data(2, 99);
    expect(decoded.faults).toMatchObject([{ reason: "FRAME_STALE" }]);
    expect(taken(decoded)).toEqual([]);
    expect(asked(decoded)).toEqual(ASKED);
  });

  test("a new birth of the node takes what waited by the old one, and begins anew", () => {
    data(3);
    const birth = nodeBirth(0);
    expect(taken(birth)).toEqual([3]);
    expect(taken(deviceBirth(1))).toEqual([0]);
    expect(taken(data(2))).toEqual([2]);
  });

  test("a message without a seq is taken as it comes", () => {
    expect(taken(say("DDATA/e/d", { metrics: [metric(8)] }))).toEqual([8]);
    expect(taken(data(2))).toEqual([2]);
  });
});

describe("births that are asked for", () => {
  test("data before any birth: nothing is guessed of its aliases", () => {
    const decoded = data(7);
    expect(decoded.faults).toMatchObject([{ reason: "METRIC_UNKNOWN" }]);
    expect([taken(decoded), asked(decoded)]).toEqual([[], ASKED]);
  });

  test("what says its name and type itself is taken, birth or no birth", () => {
    const metrics: SentMetric[] = [{ name: "ph", type: "Double", value: 7 }];
    const decoded = say("DDATA/e/d", { seq: 7, metrics });
    expect([valuesOf(decoded), asked(decoded)]).toEqual([{ ph: 7 }, ASKED]);
  });

  test("an alias that no birth has declared", () => {
    nodeBirth();
    deviceBirth();
    const metrics: SentMetric[] = [metric(5), { alias: 77, type: "Double", value: 6 }];
    const decoded = say("DDATA/e/d", { seq: 2, metrics });
    expect(decoded.faults).toMatchObject([
      { reason: "METRIC_UNKNOWN", text: expect.stringContaining("alias 77"), count: 1 },
    ]);
    expect([taken(decoded), asked(decoded)]).toEqual([[5], ASKED]);
  });

  test("an alias is that of its own device, not of another", () => {
    nodeBirth();
    deviceBirth();
    const decoded = say("DDATA/e/bin", { seq: 2, metrics: [metric(5)] });
    expect([taken(decoded), asked(decoded)]).toEqual([[], ASKED]);
  });

  test("a node is asked once in a while only", () => {
    expect(asked(data(7))).toEqual(ASKED);
    now += LIMITS.sparkplugRebirthMsMin - 1;
    expect(asked(data(8))).toEqual([]);
    now += 1;
    expect(asked(data(9))).toEqual(ASKED);
  });

  test("a birth declares anew: an alias of before is none any more", () => {
    nodeBirth();
    deviceBirth(1, "codMgL");
    deviceBirth(2, "ph");
    expect(valuesOf(data(3))).toEqual({ ph: 3 });
  });
});

describe("deaths", () => {
  beforeEach(() => {
    nodeBirth(6);
    deviceBirth();
  });

  test("of a node takes its devices along, and their aliases", () => {
    const { statuses } = death(6);
    expect(statuses).toEqual([
      { deviceId: "device-g/e", status: "offline", at: now },
      { deviceId: "device-g/e/d", status: "offline", at: now },
    ]);
    const decoded = data(2);
    expect([taken(decoded), asked(decoded)]).toEqual([[], ASKED]);
  });

  test("of a life before the running one changes nothing", () => {
    nodeBirth(7);
    deviceBirth();
    expect(death(6)).toMatchObject({ statuses: [], faults: [] });
    expect(taken(data(2))).toEqual([2]);
  });

  test("that say no bdSeq are of no life that is known", () => {
    expect(say("NDEATH/e", { metrics: [] }).statuses).toEqual([]);
  });

  test("of a device is its own alone", () => {
    expect(say("DDEATH/e/d", { seq: 2, metrics: [] }).statuses).toEqual([
      { deviceId: "device-g/e/d", status: "offline", at: now },
    ]);
    const decoded = data(3);
    expect([taken(decoded), asked(decoded)]).toEqual([[], ASKED]);
  });
});

test("memory brings everything back: births, sequence, what waits, when it was asked", () => {
  nodeBirth();
  deviceBirth();
  say("DDATA/e/d", { seq: 2, metrics: [{ alias: 5, type: "Double", value: 1 }] });
  data(4);
  const saved = gateway.memory?.save() ?? Buffer.alloc(0);
  const again = createSparkplugGateway();
  again.memory?.restore(saved);
  gateway = again;
  const unknown = say("DDATA/e/d", { seq: 3, metrics: [{ alias: 5, type: "Double", value: 1 }] });
  expect([taken(unknown), asked(unknown)]).toEqual([[4], []]);
  expect(taken(data(5))).toEqual([5]);
  expect(Buffer.from(saved).toString()).toContain('"version":1');
});

test("memory of another version is none: nodes are asked for their births", () => {
  gateway.memory?.restore(Buffer.from('{"version":2,"nodes":[]}'));
  expect(asked(data(1))).toEqual(ASKED);
});

test("births beyond the bound are not remembered", () => {
  nodeBirth();
  const most = LIMITS.sparkplugMetricsPerUplinkMax;
  for (const [n, device] of ["d", "bin"].entries()) {
    const metrics = Array.from({ length: most }, (_, at): SentMetric => {
      return { name: `m${at}`, alias: at, type: "Boolean", value: null };
    });
    say(`DBIRTH/e/${device}`, { seq: n + 1, metrics });
  }
  // The node's own birth has taken one place.
  const metrics: SentMetric[] = [most - 2, most - 1].map((alias) => {
    return { alias, type: "Boolean", value: true };
  });
  const last = say("DDATA/e/bin", { seq: 3, metrics });
  expect(valuesOf(last)).toEqual({ [`m${most - 2}`]: 1 });
  expect(last.faults).toMatchObject([{ reason: "METRIC_UNKNOWN" }]);
});
