import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR_MS, type ManualClock, MINUTE_MS, manualClock, SECOND_MS } from "../model/clock.ts";
import { silentLog } from "../model/log.ts";
import { makeCounty } from "./county.ts";
import { hastyTimers, startTinyBroker, type TinyBroker } from "./doubles/tiny-broker.ts";
import { createFrameReader } from "./encoders/hj212.ts";
import { cutFleet, type DeviceMix, type Fleet } from "./fleet.ts";
import { Scenario } from "./scenario.ts";
import { createSim, type Sim, type SimOptions } from "./sim.ts";

const START = Date.parse("2026-11-23T09:00:00+08:00");
const county = makeCounty(1);
const WAIT_WALL_MS_MAX = 25_000;

let broker: TinyBroker;
let clock: ManualClock;
let sim: Sim | undefined;

beforeEach(async () => {
  broker = await startTinyBroker();
  clock = manualClock(START);
});
afterEach(async () => {
  await sim?.stop();
  await broker.stop();
});

const scenarioOf = (more: Record<string, unknown> = {}): Scenario =>
  Scenario.parse({
    name: "test",
    title: { zh: "", en: "" },
    about: "",
    fleet: "county",
    suggested: { clock: "2026-11-23T09:00:00+08:00,1", duration: "1h" },
    faults: [],
    ...more,
  });
const fleetOf = (mix: DeviceMix): Fleet => cutFleet(county, { mix, plain: 0 });

async function begin(
  mix: DeviceMix,
  more: Record<string, unknown> = {},
  options: Partial<SimOptions> = {},
): Promise<Sim> {
  sim = createSim(
    { clock, log: silentLog, afterWall: hastyTimers },
    {
      brokerUrl: broker.url,
      scenario: scenarioOf(more),
      seed: 4,
      fleet: fleetOf(mix),
      tickWallMs: 100,
      ...options,
    },
  );
  await sim.start();
  return sim;
}

/** Lets simulated time pass in small steps, with a turn of the sockets between, until it is so. */
async function passUntil(what: string, isTrue: () => boolean, stepMs = 100): Promise<void> {
  const before = performance.now() + WAIT_WALL_MS_MAX;
  while (!isTrue()) {
    if (performance.now() > before) throw new Error(`waited too long for: ${what}`);
    clock.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

interface Element {
  observedAt: number;
  seq: number;
  values: Record<string, unknown>;
}

const telemetry = (): { topic: string; elements: Element[]; dup: boolean }[] =>
  broker.published
    .filter(({ topic }) => topic.endsWith("/telemetry"))
    .map(({ topic, payload, dup }) => {
      const data: unknown = JSON.parse(String(payload));
      return { topic, dup, elements: (Array.isArray(data) ? data : [data]) as Element[] };
    });
const seqs = (): number[] => telemetry().flatMap(({ elements }) => elements.map((one) => one.seq));

test("each device signs in as itself with its key; a gateway's one line carries its bins", async () => {
  const fleet = fleetOf({ "manhole-cover": 2, "waste-bin": 60 });
  const credentials = {
    devices: Object.fromEntries(
      fleet.devices.map(({ deviceId }) => [deviceId, `key of ${deviceId}`]),
    ),
    gateways: Object.fromEntries(
      fleet.gateways.map(({ gatewayId }) => [gatewayId, "gateway's key"]),
    ),
  };
  const running = await begin({}, {}, { fleet, credentials });
  await passUntil("all sent", () => running.stats().pending === 0 && telemetry().length === 62);
  await running.ready();
  expect(running.stats()).toMatchObject({ devices: 62, lines: 4, connected: 4, shed: 0 });
  expect(broker.connects.map(({ username }) => username).sort()).toEqual(
    ["gw-0001", "gw-0002", "mc-000001", fleet.devices[1]?.deviceId].sort(),
  );
  const cover = broker.connects.find(({ username }) => username === "mc-000001");
  expect(String(cover?.password)).toBe("key of mc-000001");
  expect(cover?.will).toMatchObject({ topic: "v1/manhole-cover/mc-000001/status", retain: true });
  const births = broker.published.filter(({ topic }) => topic.endsWith("/status"));
  expect(births.every(({ payload, retain }) => String(payload) === "online" && retain)).toBe(true);
  expect(births).toHaveLength(62);
});

test("devices report at their classes' rates, or at the scenario's", async () => {
  await begin({ streetlight: 1, "gas-line": 1 }, { rates: { "gas-line": "1m" } });
  const inOneHour = (slug: string): number =>
    new Set(
      telemetry()
        .filter(({ topic }) => topic.includes(slug))
        .flatMap(({ elements }) => elements.map((one) => one.observedAt))
        .filter((at) => at <= START + HOUR_MS),
    ).size;
  await passUntil("connected", () => telemetry().length === 2);
  await passUntil("an hour", () => clock.now() > START + HOUR_MS, 15 * SECOND_MS);
  expect(inOneHour("streetlight")).toBe(7);
  expect(inOneHour("gas-line")).toBeGreaterThanOrEqual(60);
});

test("a stolen cover reports in the same turn, the ledger has it, and its return is reported too", async () => {
  const running = await begin(
    { "manhole-cover": 3 },
    {
      faults: [
        {
          what: "cover-stolen",
          class: "manhole-cover",
          count: 1,
          at: "20s",
          for: "5m",
          expectsCase: "cover-displaced",
        },
      ],
    },
  );
  const openings = (): Element[] =>
    telemetry().flatMap(({ elements }) => elements.filter(({ values }) => values.isOpen === true));
  await passUntil("open", () => openings().length > 0);
  const [entry] = running.ledger();
  expect(entry).toMatchObject({
    what: "cover-stolen",
    class: "manhole-cover",
    at: START + 20 * SECOND_MS,
    until: START + 20 * SECOND_MS + 5 * MINUTE_MS,
    expectsCase: "cover-displaced",
  });
  expect(openings()[0]?.observedAt).toBe(entry?.at);
  expect(county.devices.find(({ deviceId }) => deviceId === entry?.deviceId)?.assetId).toBe(
    entry?.assetId,
  );
  const closings = (): Element[] =>
    telemetry()
      .filter(({ topic }) => topic.includes(`/${entry?.deviceId}/`))
      .flatMap(({ elements }) => elements.filter((one) => one.observedAt === entry?.until));
  await passUntil("closed", () => closings().length > 0, SECOND_MS);
  expect(closings()[0]?.values.isOpen).toBe(false);
});

test("an outage is told by the cabinet at once, and by each lamp with its own next report", async () => {
  const minute = 20;
  const running = await begin(
    { streetlight: 12, "lighting-cabinet": 1 },
    {
      faults: [
        {
          what: "feeder-outage",
          class: "streetlight",
          count: 1,
          at: `${minute}m`,
          expectsCase: "feeder-outage",
          oneCase: true,
        },
      ],
    },
  );
  const at = START + minute * MINUTE_MS;
  const told = (slug: string): number[] =>
    telemetry()
      .filter(({ topic }) => topic.includes(slug))
      .map(({ elements }) => elements.find(({ values }) => values.voltageV === 0)?.observedAt ?? 0)
      .filter((observedAt) => observedAt > 0);
  await passUntil("all dark", () => clock.now() > at + 10 * MINUTE_MS, 2 * SECOND_MS);
  await passUntil("all sent", () => running.stats().pending === 0, 0);
  expect(running.ledger()).toHaveLength(13);
  expect(told("lighting-cabinet")[0]).toBe(at);
  const lamps = told("streetlight");
  expect(lamps.length).toBeGreaterThanOrEqual(12);
  expect(lamps.every((observedAt) => observedAt > at)).toBe(true);
  expect(new Set(lamps).size).toBeGreaterThan(8);
});

test("what is measured while the broker is away is kept and sent in order, nothing twice, nothing lost", async () => {
  const running = await begin({ "gas-line": 1 }, { rates: { "gas-line": "10s" } });
  await passUntil(
    "connected",
    () => running.stats().connected === 1 && running.stats().pending === 0,
  );
  const { port } = broker;
  const before = broker.published;
  await broker.stop();
  await passUntil("away and measuring", () => running.stats().pending >= 12, SECOND_MS);
  broker = await startTinyBroker(port);
  broker.published = before;
  await passUntil(
    "all sent",
    () => running.stats().pending === 0 && running.stats().connected === 1,
  );
  const sent = seqs();
  expect(sent).toEqual(Array.from({ length: sent.length }, (_, index) => index + 1));
  expect(running.stats()).toMatchObject({ reconnects: 1, shed: 0 });
  expect(Math.max(...telemetry().map(({ elements }) => elements.length))).toBeGreaterThan(1);
});

test("a message that was not acknowledged goes out again with dup", async () => {
  const running = await begin({ "gas-line": 1 });
  broker.isAcknowledging = false;
  await passUntil("sent", () => telemetry().length === 1);
  broker.isAcknowledging = true;
  broker.cutAll();
  await passUntil("acknowledged", () => running.stats().pending === 0);
  expect(telemetry().map(({ dup, elements }) => [dup, elements[0]?.seq])).toEqual([
    [false, 1],
    [true, 1],
  ]);
  expect(running.stats().resent).toBe(1);
});

test("bins behind a gateway without a line keep what they measure and send it late, as batches", async () => {
  const running = await begin(
    { "waste-bin": 5 },
    {
      rates: { "waste-bin": "1m" },
      faults: [
        {
          what: "gateway-outage",
          class: "waste-bin",
          count: 1,
          at: "2m",
          for: "10m",
          expectsCase: null,
        },
      ],
    },
  );
  await passUntil(
    "cut",
    () => running.stats().faults === 5 && running.stats().connected === 0,
    SECOND_MS,
  );
  const until = running.ledger()[0]?.until ?? 0;
  expect(running.ledger().every(({ gatewayId }) => gatewayId === "gw-0001")).toBe(true);
  const batched = (): Set<string> =>
    new Set(
      telemetry()
        .filter(({ elements }) => elements.length >= 9)
        .map(({ topic }) => topic),
    );
  await passUntil("back", () => clock.now() > until && batched().size === 5, 4 * SECOND_MS);
});

test("transport noise: duplicates are sent twice, late batches wait, danger does not wait", async () => {
  const running = await begin(
    { "manhole-cover": 1 },
    {
      rates: { "manhole-cover": "1m" },
      transport: { duplicateShare: 1, lateBatches: { share: 1, heldFor: "10m" } },
      faults: [
        {
          what: "cover-stolen",
          class: "manhole-cover",
          count: 1,
          at: "4m",
          for: "1m",
          expectsCase: "cover-displaced",
        },
      ],
    },
  );
  await passUntil("the theft", () => telemetry().length > 0, SECOND_MS);
  expect(clock.now()).toBeLessThan(START + 5 * MINUTE_MS);
  const [first, second] = telemetry();
  expect(first?.elements.length).toBeGreaterThan(2);
  expect(first?.elements.at(-1)?.values.isOpen).toBe(true);
  expect(second).toEqual(first);
  expect(running.stats().duplicates).toBeGreaterThan(0);
});

test("a plant without a listener speaks HJ 212 over its own MQTT line", async () => {
  const running = await begin({ "sewage-plant": 1 });
  await passUntil("connected", () => broker.published.length > 0);
  await passUntil("an hour's report", () => clock.now() > START + 62 * MINUTE_MS, 15 * SECOND_MS);
  await passUntil("all sent", () => running.stats().pending === 0);
  expect(new Set(broker.published.map(({ topic }) => topic))).toEqual(
    new Set(["hj212/411524WWTP00000000000001/up"]),
  );
  const frames = broker.published.flatMap(({ payload }) =>
    createFrameReader().read(Buffer.from(payload)),
  );
  const count = (cn: string): number =>
    new Set(frames.filter((frame) => frame.cn === cn).map(({ qn }) => qn)).size;
  expect(count("2011")).toBeGreaterThanOrEqual(62);
  expect(count("2051")).toBe(6);
  expect(count("2061")).toBe(1);
  expect(frames.find(({ cn }) => cn === "2061")?.cp).toContain("DataTime=20261123090000;");
});

test("sensor faults reach the wire: text for numbers, a clock gone wrong, silence", async () => {
  const fault = (what: string, more = {}) => ({
    what,
    class: "streetlight",
    count: 1,
    at: "1m",
    expectsCase: null,
    ...more,
  });
  const running = await begin(
    { streetlight: 3 },
    {
      rates: { streetlight: "30s" },
      faults: [fault("text-values"), fault("clock-jump", { by: "-2d" }), fault("device-dead")],
    },
  );
  await passUntil("five minutes", () => clock.now() > START + 5 * MINUTE_MS, SECOND_MS);
  const of = (what: string): Element[] => {
    const deviceId = running.ledger().find((entry) => entry.what === what)?.deviceId;
    return telemetry()
      .filter(({ topic }) => topic.includes(`/${deviceId}/`))
      .flatMap(({ elements }) => elements);
  };
  expect(typeof of("text-values").at(-1)?.values.powerW).toBe("string");
  expect(of("clock-jump").at(-1)?.observedAt).toBeLessThan(START - 24 * HOUR_MS);
  expect(of("device-dead").at(-1)?.observedAt).toBeLessThan(START + MINUTE_MS);
  expect(running.stats().connected).toBe(2);
});

test("a command is answered on its ack topic", async () => {
  await begin({ "manhole-cover": 1 });
  const acks = (): string[] =>
    broker.published
      .filter(({ topic }) => topic.endsWith("/command/ack"))
      .map(({ payload }) => String(payload));
  await passUntil("answered", () => {
    if (telemetry().length > 0)
      broker.send("v1/manhole-cover/mc-000001/command", '{"id":"c-9","name":"reboot"}');
    return acks().length > 0;
  });
  expect(JSON.parse(acks()[0] ?? "")).toEqual({ id: "c-9", ok: true });
});

test("two commands at one moment show as two readings, the second after the first", async () => {
  await begin({ streetlight: 1 });
  const shown = (): Element[] => telemetry().flatMap(({ elements }) => elements);
  await passUntil("the first reading", () => shown().length > 0);
  const deviceId = telemetry()[0]?.topic.split("/")[2];
  for (const name of ["on", "off"]) {
    const command = { id: name, name, args: {} };
    broker.send(`v1/streetlight/${deviceId}/command`, JSON.stringify(command));
  }
  await passUntil("both", () => shown().length > 2);
  const [, lit, dark] = shown();
  expect([lit?.values.isLit, dark?.values.isLit]).toEqual([true, false]);
  expect(dark?.observedAt).toBeGreaterThan(lit?.observedAt ?? 0);
});

test("the same seed and start give the same readings and the same ledger", async () => {
  const faults = [
    { what: "bin-fire", class: "waste-bin", count: 2, at: ["1m", "9m"], expectsCase: "bin-fire" },
    {
      what: "lamp-off",
      class: "streetlight",
      share: 0.2,
      at: ["1m", "9m"],
      expectsCase: "lamp-off",
    },
  ];
  const runOnce = async (): Promise<unknown> => {
    clock = manualClock(START);
    broker.published.length = 0;
    const running = await begin({ "waste-bin": 8, streetlight: 10 }, { faults });
    await passUntil("ten minutes", () => clock.now() >= START + 10 * MINUTE_MS, 4 * SECOND_MS);
    await passUntil("all sent", () => running.stats().pending === 0, 0);
    await running.stop();
    const elements = telemetry().flatMap(({ topic, elements }) =>
      elements.map((one) => ({ topic, ...one })),
    );
    return {
      ledger: running.ledger(),
      readings: [...new Set(elements.map((one) => JSON.stringify(one)))].sort(),
    };
  };
  expect(await runOnce()).toEqual(await runOnce());
});

test("stop says offline for every device, closes every line, and may be called twice", async () => {
  const running = await begin({ streetlight: 2, "waste-bin": 3 });
  await passUntil("up", () => running.stats().connected === 3 && running.stats().pending === 0);
  await Promise.all([running.stop(), running.stop()]);
  const offline = broker.published.filter(({ payload }) => String(payload) === "offline");
  expect(offline).toHaveLength(5);
  expect(running.stats().connected).toBe(0);
});
