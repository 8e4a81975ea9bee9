import { connect, type Socket } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { DeviceId } from "../model/ids.ts";
import { FLAG_BITS, type Reading } from "../model/reading.ts";
import { Crew, User } from "../model/registry.ts";
import { createConsole } from "./console.ts";
import { createDoubles, type Doubles } from "./doubles.ts";
import { NOW, SAMPLE_ALARM, SAMPLE_CASE, SAMPLE_NOTICE } from "./samples.ts";

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Heard {
  kind: string;
  data: Record<string, unknown>;
}

interface Watch {
  status: number;
  events: Heard[];
  text(): string;
  isOver(): boolean;
  stop(): void;
}

async function setUp(stream = {}): Promise<{
  doubles: Doubles;
  port: number;
  watch: (as?: string, query?: string) => Promise<Watch>;
  stop: () => Promise<void>;
}> {
  const doubles = createDoubles();
  const door = createConsole(doubles.deps, { port: 0, bind: "127.0.0.1", stream });
  const { port } = await door.start();
  cleanups.push(() => door.stop());
  const watch = async (as = "viewer", query = ""): Promise<Watch> => {
    const abort = new AbortController();
    cleanups.push(() => abort.abort());
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/stream${query}`, {
      headers: { authorization: `Bearer ${as}` },
      signal: abort.signal,
    });
    return readEvents(response, () => abort.abort());
  };
  return { doubles, port, watch, stop: () => door.stop() };
}

function readEvents(response: Response, stop: () => void): Watch {
  let text = "";
  let rest = "";
  let isOver = false;
  const events: Heard[] = [];
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const piece = decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.length < 1_000) text += piece;
      const blocks = (rest + piece).split("\n\n");
      rest = blocks.pop() ?? "";
      events.push(...blocks.flatMap(parseEvent));
    }
  };
  read()
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  return { status: response.status, events, text: () => text, isOver: () => isOver, stop };
}

function parseEvent(block: string): Heard[] {
  const [, kind, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
  if (kind === undefined || data === undefined) return [];
  return [{ kind, data: JSON.parse(data) as Record<string, unknown> }];
}

function reading(value: number, more: Partial<Reading> = {}): Reading {
  return {
    deviceId: DeviceId.parse("dev-1"),
    measurement: "tiltDeg",
    period: "instant",
    observedAt: NOW,
    receivedAt: NOW,
    value,
    flags: 0,
    ...more,
  };
}

test("alarms and cases arrive as they happen, shaped as the calls answer them", async () => {
  const { doubles, watch } = await setUp();
  const client = await watch();
  expect(client.status).toBe(200);
  await vi.waitFor(() => expect(doubles.listeners.size).toBe(1));
  for (const hear of doubles.listeners) {
    hear({ kind: "alarm", alarm: SAMPLE_ALARM });
    hear({ kind: "case", case: SAMPLE_CASE });
  }
  await vi.waitFor(() => expect(client.events).toHaveLength(2));
  expect(client.events).toMatchObject([
    { kind: "alarm", data: { alarmId: "alarm-1", raisedAt: "2026-11-22T08:30:00.000+08:00" } },
    { kind: "case", data: { caseNo: SAMPLE_CASE.caseNo, state: "DISPATCHED" } },
  ]);
});

test("a notice to one person reaches that person alone", async () => {
  const { doubles, watch } = await setUp();
  const [own, other] = [await watch("viewer"), await watch("admin")];
  await vi.waitFor(() => expect(doubles.listeners.size).toBe(1));
  for (const hear of doubles.listeners) {
    hear({ kind: "notice", notice: { ...SAMPLE_NOTICE, username: "viewer" } });
    hear({ kind: "case", case: SAMPLE_CASE });
  }
  await vi.waitFor(() => expect(own.events.map(({ kind }) => kind)).toEqual(["notice", "case"]));
  await vi.waitFor(() => expect(other.events.map(({ kind }) => kind)).toEqual(["case"]));
});

test("a notice to a unit reaches its people and those who steer the centre, and nobody else", async () => {
  const { doubles, watch } = await setUp();
  for (const unitId of ["works", "water"]) {
    const username = `lead-${unitId}`;
    doubles.users.set(username, User.parse({ username, roles: ["unit"], unitId }));
  }
  const told = [await watch("lead-works"), await watch("dispatcher")];
  const others = [await watch("lead-water"), await watch("crew"), await watch("viewer")];
  await vi.waitFor(() => expect(doubles.listeners.size).toBe(1));
  for (const hear of doubles.listeners) {
    hear({ kind: "notice", notice: SAMPLE_NOTICE });
    hear({ kind: "case", case: SAMPLE_CASE });
  }
  const kindsOf = ({ events }: Watch): string[] => events.map(({ kind }) => kind);
  for (const client of told) {
    await vi.waitFor(() => expect(kindsOf(client)).toEqual(["notice", "case"]));
  }
  for (const client of others) await vi.waitFor(() => expect(kindsOf(client)).toEqual(["case"]));
});

test("of many readings of a series the newest is sent, once a second", async () => {
  const { doubles, watch } = await setUp();
  const client = await watch();
  await vi.waitFor(() => expect(doubles.listeners.size).toBe(1));
  const readings = [
    reading(1),
    reading(2, { observedAt: NOW + 1, flags: FLAG_BITS.range }),
    reading(3, { observedAt: NOW - 5 }),
    reading(9, { measurement: "isOpen" }),
    reading(7, { deviceId: DeviceId.parse("stranger") }),
  ];
  for (const hear of doubles.listeners) hear({ kind: "readings", readings });
  doubles.clock.advance(999);
  doubles.clock.advance(1);
  await vi.waitFor(() => expect(client.events).toHaveLength(2));
  expect(client.events).toMatchObject([
    { kind: "reading", data: { assetId: "cover-1", value: 2, quality: "suspect" } },
    { kind: "reading", data: { measurement: "isOpen", value: 9, flags: [] } },
  ]);
});

test("a client of one asset gets the readings of that asset alone", async () => {
  const { doubles, watch } = await setUp();
  const all = await watch();
  const one = await watch("viewer", "?assetId=cover-1");
  const deps = doubles.deps;
  const entry = deps.registry.device("dev-1");
  deps.registry.device = (id) =>
    id === "dev-1" || entry === undefined
      ? entry
      : { ...entry, asset: { ...entry.asset, assetId: SAMPLE_ALARM.assetId, name: "other" } };
  await vi.waitFor(() => expect(doubles.listeners.size).toBe(1));
  for (const hear of doubles.listeners) hear({ kind: "readings", readings: [reading(4)] });
  doubles.clock.advance(1_000);
  await vi.waitFor(() => expect([all.events.length, one.events.length]).toEqual([1, 1]));
});

test("a client that wants no readings hears of alarms all the same", async () => {
  const { doubles, watch } = await setUp();
  const all = await watch();
  const phone = await watch("viewer", "?readings=false");
  await vi.waitFor(() => expect(doubles.listeners.size).toBe(1));
  for (const hear of doubles.listeners) hear({ kind: "readings", readings: [reading(4)] });
  doubles.clock.advance(1_000);
  await vi.waitFor(() => expect(all.events).toHaveLength(1));
  for (const hear of doubles.listeners) hear({ kind: "alarm", alarm: SAMPLE_ALARM });
  await vi.waitFor(() => expect(phone.events.map(({ kind }) => kind)).toEqual(["alarm"]));
});

test("the platform is listened to only while somebody watches", async () => {
  const { doubles, watch } = await setUp();
  expect(doubles.listeners.size).toBe(0);
  const client = await watch();
  await vi.waitFor(() => expect(doubles.listeners.size).toBe(1));
  client.stop();
  await vi.waitFor(() => expect(doubles.listeners.size).toBe(0));
});

test("a beat keeps the line open, and ends it when the token has ended", async () => {
  const { doubles, watch } = await setUp();
  const client = await watch("leader");
  await vi.waitFor(() => expect(client.text()).toBe(": still here\n\n"));
  doubles.clock.advance(15_000);
  await vi.waitFor(() => expect(client.text()).toBe(": still here\n\n".repeat(2)));
  doubles.users.delete("leader");
  doubles.clock.advance(15_000);
  await vi.waitFor(() => expect(client.isOver()).toBe(true));
});

test.each([
  ["a sign-out", "/api/v1/session"],
  ["a lost phone's end", "/api/v1/crews/crew-1/sessions"],
])("%s ends the streams of whom it has signed out, before any beat", async (_what, path) => {
  const { doubles, port, watch } = await setUp();
  doubles.deps.registry.crews.get = (crewId) =>
    Crew.parse({ crewId, name: crewId, unitId: "works" });
  const [gone, stays] = [await watch("leader"), await watch("viewer")];
  await vi.waitFor(() => expect(doubles.listeners.size).toBe(1));
  doubles.users.delete("leader");
  await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "DELETE",
    headers: { authorization: "Bearer admin" },
  });
  await vi.waitFor(() => expect(gone.isOver()).toBe(true));
  expect(stays.isOver()).toBe(false);
});

test("a page watches by its cookie, and no longer than it holds", async () => {
  const { doubles, port } = await setUp();
  const abort = new AbortController();
  cleanups.push(() => abort.abort());
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/stream`, {
    headers: { cookie: "gridwarden=leader" },
    signal: abort.signal,
  });
  const client = readEvents(response, () => abort.abort());
  await vi.waitFor(() => expect(client.text()).toBe(": still here\n\n"));
  doubles.users.delete("leader");
  doubles.clock.advance(15_000);
  await vi.waitFor(() => expect(client.isOver()).toBe(true));
});

test("clients beyond the limit are RATE_LIMITED", async () => {
  const { doubles, watch } = await setUp({ clientsMax: 1 });
  await watch();
  await vi.waitFor(() => expect(doubles.listeners.size).toBe(1));
  expect((await watch()).status).toBe(429);
});

test("a client that does not read is dropped and counted, the others hear on", async () => {
  const { doubles, watch, port } = await setUp({ pendingBytesMax: 1_000_000 });
  const reader = await watch();
  const frozen = openAndNeverRead(port);
  const clients = () => doubles.meters.value("gridwarden_console_stream_clients");
  await vi.waitFor(() => expect(clients()).toBe(2));
  const long = { ...SAMPLE_ALARM, note: "x".repeat(100_000) };
  let sent = 0;
  await vi.waitFor(
    () => {
      // The socket's own buffers take the first megabytes; the reader keeps up meanwhile.
      for (const hear of doubles.listeners) hear({ kind: "alarm", alarm: long });
      sent++;
      expect(clients()).toBe(1);
    },
    { interval: 0, timeout: 20_000 },
  );
  const why = { why: "slow" };
  expect(doubles.meters.value("gridwarden_console_stream_dropped_total", why)).toBe(1);
  await vi.waitFor(() => expect(reader.events.length).toBe(sent));
  frozen.destroy();
});

function openAndNeverRead(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.pause();
  socket.write("GET /api/v1/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer viewer\r\n\r\n");
  cleanups.push(() => void socket.destroy());
  return socket;
}

test("a stop ends the streams at once", async () => {
  const { watch, stop } = await setUp();
  const client = await watch();
  await stop();
  await vi.waitFor(() => expect(client.isOver()).toBe(true));
});
