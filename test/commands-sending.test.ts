/** Sending commands on a real database: what a crash, a broker that fails and absence make of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type Commands,
  type CommandsDeps,
  commandMigrations,
  createCommands,
  type Downlink,
  type NewCommand,
  type SendFate,
} from "../commands/commands.ts";
import type { DatabaseDoor } from "../database/database.ts";
import { DAY_MS, type ManualClock, manualClock, SECOND_MS } from "../model/clock.ts";
import type { CommandMode } from "../model/command.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { DeviceId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { Asset, Device } from "../model/registry.ts";
import { createRegistry, type Registry, registryMigrations } from "../registry/registry.ts";
import { createTestDatabase } from "./support/city-database.ts";
import { until } from "./support/platform.ts";

const START = Date.UTC(2026, 10, 22);
let directory: string;
let database: DatabaseDoor;
let registry: Registry;
let clock: ManualClock;
let published: { topic: string; said: { id: string; data?: string; fPort?: number } }[];
const running: Commands[] = [];
let made = 0;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "gridwarden-commands-"));
  const common = { log: silentLog, metrics: memoryMetrics() };
  database = createTestDatabase(common, { file: join(directory, "city.db") });
  await database.open([...registryMigrations, ...commandMigrations]);
  clock = manualClock(START);
  registry = createRegistry({ ...common, database, clock }, { areaCode: "411524" });
  await registry.open();
  published = [];
});
afterEach(async () => {
  for (const commands of running.splice(0)) await commands.stop();
  await database.close();
  rmSync(directory, { recursive: true });
});

async function addLamp(deviceId: string, more: Record<string, unknown> = {}): Promise<void> {
  const place = { lon: 115.4, lat: 31.8, componentCode: "4115240137000001" };
  const asset = { assetId: `asset-${deviceId}`, name: deviceId, class: "streetlight", ...place };
  await registry.assets.create(Asset.parse(asset));
  await registry.deviceRegister.create(Device.parse({ deviceId, assetId: asset.assetId, ...more }));
}

async function take({ address, payload }: Downlink): Promise<SendFate> {
  const topic = address.kind === "mqtt" ? address.topic : JSON.stringify(address);
  published.push({ topic, said: JSON.parse(String(payload)) });
  return { kind: "taken" };
}

/** One run of the platform; a crash is a run that is not stopped before the next begins. */
async function run(how: Partial<CommandsDeps> = {}): Promise<Commands> {
  const commands = createCommands({
    ...{ clock, log: silentLog, metrics: memoryMetrics(), database },
    iso: (at) => new Date(at).toISOString(),
    addressee(deviceId) {
      const entry = registry.device(deviceId);
      return entry && { device: entry.device, class: "streetlight", fPort: 1 };
    },
    isReachable: () => true,
    refusalOf: () => undefined,
    send: take,
    ...how,
  });
  running.push(commands);
  await commands.start();
  return commands;
}

const newCommand = (deviceId: string, mode: CommandMode, ttlMs = 60_000): NewCommand => {
  made += 1;
  const createdAt = clock.now();
  return {
    ...{ commandId: `c-${made}`, deviceId: DeviceId.parse(deviceId), name: "on", args: {}, mode },
    ...{ createdAt, createdBy: "admin", expiresAt: createdAt + ttlMs },
  };
};
async function ask(
  commands: Commands,
  deviceId: string,
  mode: CommandMode,
  ttlMs?: number,
  more: Partial<NewCommand> = {},
) {
  const command = { ...newCommand(deviceId, mode, ttlMs), ...more };
  await database.transaction((tx) => commands.add(tx, command, { isReplacing: false }));
  commands.wake([deviceId]);
  return command.commandId;
}
const stateOf = async (commands: Commands, deviceId: string, commandId: string) =>
  (await commands.list(database.reader, deviceId, { limit: 100 })).find(
    (each) => each.commandId === commandId,
  );
const untilIs = (commands: Commands, deviceId: string, id: string, state: string) =>
  until(async () => {
    const found = await stateOf(commands, deviceId, id);
    return found?.state === state && found;
  }, `${id} to be ${state}`);
/** Lets what is due happen: each second of the clock, and then the turns of the database. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= SECOND_MS) {
    clock.advance(Math.min(left, SECOND_MS));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await database.transaction(async () => {});
  }
}
const idsSent = () => published.map(({ said }) => said.id);

/** Of a run that ends in the moment of its first send: the id of what it was sending. */
async function killedAsItSends(mode: Parameters<typeof ask>[2], ttlMs?: number): Promise<string> {
  await addLamp("lamp-1");
  let reached = (): void => {};
  const isSending = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const killed = await run({
    send: () => {
      reached();
      return new Promise(() => {});
    },
  });
  const id = await ask(killed, "lamp-1", mode, ttlMs);
  await isSending;
  running.length = 0;
  return id;
}

test("killed as it sends, what goes at most once never goes again, and expires", async () => {
  const id = await killedAsItSends("at-most-once", 30_000);
  const next = await run();
  await pass(29_000);
  expect(idsSent()).toEqual([]);
  expect(await stateOf(next, "lamp-1", id)).toMatchObject({ state: "sent", tries: 1 });
  await pass(2_000);
  expect(await untilIs(next, "lamp-1", id, "expired")).toMatchObject({ tries: 1 });
  expect(idsSent()).toEqual([]);
});

test("killed as it sends, what goes until it is acknowledged goes again, under the same id", async () => {
  const id = await killedAsItSends("until-acknowledged");
  const next = await run();
  await pass(6_000);
  await until(() => published.length === 1, "the repeat");
  await database.transaction((tx) =>
    next.take(tx, { acks: [{ deviceId: "lamp-1", id, isOk: true, at: clock.now() }] }),
  );
  expect(await untilIs(next, "lamp-1", id, "done")).toMatchObject({ tries: 2 });
  await pass(40_000);
  expect(idsSent()).toEqual([id]);
});

test("a broker that refuses: one kind waits for its next try, the other may have gone", async () => {
  await addLamp("lamp-1");
  await addLamp("lamp-2");
  let isDown = true;
  const commands = await run({
    async send(downlink) {
      if (isDown) throw new Error("no broker");
      return await take(downlink);
    },
  });
  const often = await ask(commands, "lamp-1", "until-acknowledged");
  const once = await ask(commands, "lamp-2", "at-most-once");
  await until(async () => (await stateOf(commands, "lamp-1", often))?.tries === 1, "a try");
  await untilIs(commands, "lamp-2", once, "sent");
  isDown = false;
  await pass(20_000);
  await until(() => published.length > 0, "the next try");
  expect(new Set(idsSent())).toEqual(new Set([often]));
});

test("who is away hears nothing; what expires meanwhile is never sent", async () => {
  await addLamp("lamp-1");
  let isThere = false;
  const commands = await run({ isReachable: () => isThere });
  const short = await ask(commands, "lamp-1", "until-acknowledged", 10_000);
  const long = await ask(commands, "lamp-1", "at-most-once", 60_000);
  await pass(12_000);
  expect(await untilIs(commands, "lamp-1", short, "expired")).toMatchObject({ tries: 0 });
  isThere = true;
  commands.come(["lamp-1", "lamp-unknown"]);
  await until(() => published.length === 1, "the command");
  expect(idsSent()).toEqual([long]);
});

test("many devices are told at once, and what is refused from the start is told nobody", async () => {
  const ids = Array.from({ length: 230 }, (_, n) => `lamp-${n + 1}`);
  for (const deviceId of ids) await addLamp(deviceId);
  const commands = await run();
  const batch = { ...newCommand("lamp-1", "until-acknowledged"), batchId: "b-1" };
  const all = ids.map((deviceId, n) => ({
    ...newCommand(deviceId, "until-acknowledged"),
    ...{ batchId: "b-1", refusal: n === 0 ? "it is away for repair" : undefined },
  }));
  await database.transaction((tx) =>
    commands.addBatch(tx, { ...batch, target: { class: "streetlight" } }, all, {
      isReplacing: false,
    }),
  );
  commands.wake(ids);
  await until(() => published.length === 229, "all to be told");
  const found = await commands.batch(database.reader, "b-1");
  expect(found).toMatchObject({
    ...{ total: 230, counts: { refused: 1, sent: 229 } },
    failures: [{ deviceId: "lamp-1", message: "it is away for repair" }],
  });
});

test("bytes of a device's own encoder go down; without them its server makes them of fields", async () => {
  const lora = { format: "chirpstack", externalId: "24e124713b000017" };
  await addLamp("lora-1", lora);
  const commands = await run({
    encode: async () => ({ bytes: Uint8Array.of(8, 1), fPort: 85 }),
  });
  const way = "application/a1/device/24e124713b000017";
  const id = await ask(commands, "lora-1", "until-acknowledged");
  await pass(3_000);
  expect(published).toEqual([]);
  await database.transaction((tx) =>
    commands.take(tx, {
      ...{ acks: [], ways: [{ deviceId: "lora-1", way }], heard: [{ deviceId: "lora-1" }] },
    }),
  );
  await until(() => published.length === 1, "the downlink");
  expect(published[0]).toMatchObject({
    topic: `${way}/command/down`,
    said: { id, data: "CAE=", fPort: 85 },
  });
  // The way is known to the next run, too.
  await pass(2_000);
  await commands.stop();
  running.length = 0;
  const next = await run();
  await database.transaction((tx) =>
    next.take(tx, { acks: [{ deviceId: "lora-1", id, isOk: true, at: clock.now() }] }),
  );
  await ask(next, "lora-1", "at-most-once");
  await until(() => published.length === 2, "the second downlink");
  expect(published[1]?.topic).toBe(`${way}/command/down`);
  // What is forgotten is forgotten for ever.
  next.forgetWay("lora-1");
  await pass(2_000);
  await next.stop();
  running.length = 0;
  const last = await run();
  await ask(last, "lora-1", "at-most-once");
  await pass(3_000);
  expect(published).toHaveLength(2);
});

test("what the device's own encoder refuses, or makes nothing of, is refused with its words", async () => {
  await addLamp("lora-1", { format: "chirpstack", externalId: "24e124713b000017" });
  const answers = [
    new GridwardenError("COMMAND_REFUSED", "decoder 'x' does not encode it: unknown field"),
    { bytes: new Uint8Array(), fPort: undefined },
    { bytes: Uint8Array.of(7), fPort: undefined },
  ];
  const given: object[] = [];
  const commands = await run({
    async encode(_deviceId, fields) {
      given.push(fields);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  const ways = [{ deviceId: "lora-1", way: "application/a1/device/24e124713b000017" }];
  await database.transaction((tx) => commands.take(tx, { acks: [], ways }));
  const raw = { name: "raw", args: { fields: { light: "on" }, fPort: 20 } };
  const words = ["decoder 'x' does not encode it: unknown field", "makes no bytes of it"];
  for (const message of words) {
    const id = await ask(commands, "lora-1", "until-acknowledged", 60_000, raw);
    const refused = await untilIs(commands, "lora-1", id, "refused");
    expect(refused.message).toContain(message);
  }
  expect(published).toEqual([]);
  const id = await ask(commands, "lora-1", "at-most-once", 60_000, raw);
  await until(() => published.length === 1, "the downlink");
  expect(published[0]?.said).toMatchObject({ id, data: "Bw==", fPort: 20 });
  expect(given).toEqual([{ light: "on" }, { light: "on" }, { light: "on" }]);
});

test("what a carrier refuses for good is refused, in either mode", async () => {
  await addLamp("lamp-1", { format: "lamp-platform", externalId: "lc-17" });
  const paths: unknown[] = [];
  const commands = await run({
    async send({ address }) {
      paths.push(address);
      return { kind: "refused", why: "it has no such controller" };
    },
  });
  for (const mode of ["at-most-once", "until-acknowledged"] as const) {
    const id = await ask(commands, "lamp-1", mode);
    expect(await untilIs(commands, "lamp-1", id, "refused")).toMatchObject({
      message: "it has no such controller",
    });
  }
  const path = "controllers/lc-17/commands";
  expect(paths).toEqual([1, 2].map(() => ({ kind: "lamp-platform", path })));
});

test("what may no longer be told when its turn comes is refused, and nobody hears it", async () => {
  await addLamp("lamp-1");
  let isThere = false;
  const asked: unknown[] = [];
  const commands = await run({
    isReachable: () => isThere,
    refusalOf({ commandId }) {
      asked.push(commandId);
      return "it is retired";
    },
  });
  const ids: string[] = [];
  for (const mode of ["at-most-once", "until-acknowledged"] as const) {
    ids.push(await ask(commands, "lamp-1", mode));
  }
  isThere = true;
  commands.come(["lamp-1"]);
  for (const id of ids) {
    expect(await untilIs(commands, "lamp-1", id, "refused")).toMatchObject({
      message: "it is retired",
    });
  }
  expect([asked, published]).toEqual([ids, []]);
});

test("a device that is removed takes its commands with it; old ends are forgotten", async () => {
  await addLamp("lamp-1");
  await addLamp("lamp-2");
  const commands = await run({ isReachable: () => false });
  await ask(commands, "lamp-1", "until-acknowledged");
  await registry.deviceRegister.remove("lamp-1");
  expect(await commands.list(database.reader, "lamp-1", { limit: 10 })).toEqual([]);
  const old = await ask(commands, "lamp-2", "at-most-once", 1_000);
  await pass(3_000);
  await untilIs(commands, "lamp-2", old, "expired");
  clock.advance((LIMITS.commandDaysMax + 1) * DAY_MS);
  await until(
    async () => (await commands.list(database.reader, "lamp-2", { limit: 10 })).length === 0,
    "the old command to be forgotten",
  );
});

test("an answer of another device, or of no command, is nobody's result", async () => {
  await addLamp("lamp-1");
  await addLamp("lamp-2");
  const commands = await run();
  const id = await ask(commands, "lamp-1", "at-most-once");
  await untilIs(commands, "lamp-1", id, "sent");
  const acks = [
    { deviceId: "lamp-2", id, isOk: true, at: START },
    { deviceId: "lamp-1", id: "c-none", isOk: true, at: START },
  ];
  expect(await database.transaction((tx) => commands.take(tx, { acks }))).toEqual(acks);
  expect((await stateOf(commands, "lamp-1", id))?.state).toBe("sent");
});

test("a batch of more rows than a statement carries is whole: queues, replacing, cancelling", async () => {
  const lamps = Array.from({ length: 20 }, (_, n) => `lamp-${n + 1}`);
  for (const deviceId of lamps) await addLamp(deviceId);
  const commands = await run({ isReachable: () => false });
  const addTo = async (batchId: string, times: number, isReplacing: boolean) => {
    const all = Array.from({ length: times }, () => lamps)
      .flat()
      .map((deviceId) => ({ ...newCommand(deviceId, "until-acknowledged"), batchId }));
    const head = { ...newCommand("lamp-1", "until-acknowledged"), batchId };
    const batch = { ...head, target: { class: "streetlight" } };
    let statements = 0;
    await database.transaction((tx) => {
      const counted: Sql = {
        get: (...asked) => tx.get(...asked),
        all: (...asked) => tx.all(...asked),
        run(...asked) {
          statements += 1;
          return tx.run(...asked);
        },
      };
      return commands.addBatch(counted, batch, all, { isReplacing });
    });
    expect(statements).toBeLessThan(6);
    return all;
  };
  const countsOf = async (id: string) => (await commands.batch(database.reader, id))?.counts;
  await addTo("b-1", LIMITS.commandsPerDeviceMax + 1, false);
  const room = 20 * LIMITS.commandsPerDeviceMax;
  expect(await countsOf("b-1")).toMatchObject({ queued: room, refused: 20 });
  const newer = await addTo("b-2", 1, true);
  expect(await countsOf("b-1")).toMatchObject({ queued: 0, cancelled: room });
  const [first] = await commands.list(database.reader, "lamp-1", { limit: 3, beforeSeq: 400 });
  expect(first).toMatchObject({ message: `replaced by ${newer[0]?.commandId}`, endedAt: START });
  const cancelled = await database.transaction((tx) => commands.cancelBatch(tx, "b-2", "li"));
  expect(cancelled.map(({ deviceId }) => deviceId)).toEqual(lamps);
  expect(await countsOf("b-2")).toMatchObject({ cancelled: 20, queued: 0 });
  const again = await database.transaction((tx) => commands.cancelBatch(tx, "b-2", "li"));
  expect(again).toEqual([]);
});

test("a batch of which one cannot be written is not there at all", async () => {
  await addLamp("lamp-1");
  const commands = await run({ isReachable: () => false });
  const given = newCommand("lamp-1", "until-acknowledged");
  const batch = { ...given, batchId: "b-1", target: { class: "streetlight" } };
  const all = [{ ...given, batchId: "b-1" }, newCommand("lamp-1", "at-most-once"), given];
  const adding = database.transaction((tx) =>
    commands.addBatch(tx, batch, all, { isReplacing: false }),
  );
  await expect(adding).rejects.toThrow();
  expect(await commands.batch(database.reader, "b-1")).toBeUndefined();
  expect(await commands.list(database.reader, "lamp-1", { limit: 9 })).toEqual([]);
});

test("a command that is written while a look waits for its turn is not of a time to come", async () => {
  await addLamp("lamp-1");
  const commands = await run();
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const writing = database.transaction(async (tx) => {
    await gate;
    const late = newCommand("lamp-1", "at-most-once");
    await commands.add(tx, late, { isReplacing: false });
    return late.commandId;
  });
  commands.wake(["lamp-1"]);
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  clock.advance(1);
  release();
  const commandId = await writing;
  await until(() => idsSent().includes(commandId), "the command");
});
