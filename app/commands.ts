/**
 * Commands between the rooms: what the API asks is checked against the registry and the classes and
 * written with its entry in the audit trail; it is sent through the broker, and what uplinks say of it
 * goes back to it.
 */
import { randomUUID } from "node:crypto";
import type { Broker } from "../broker/broker.ts";
import { noEffects, onceOf } from "../cases/cases.ts";
import { createCommands, type Downlink, type SendFate } from "../commands/commands.ts";
import { classBySlug } from "../model/asset-classes/all.ts";
import type { RequestKey } from "../model/audit.ts";
import type { Clock } from "../model/clock.ts";
import type { Command, CommandMode, CommandTarget } from "../model/command.ts";
import type { Database, Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Identity } from "../model/identity.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { CommandAnswer } from "../model/presence.ts";
import type { Asset, DeviceEntry } from "../model/registry.ts";
import type { Registry } from "../registry/registry.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { byHandRefusal, checkedArgs, maintenanceRefusal, refusalOf } from "./command-checks.ts";
import type { createClouds } from "./command-clouds.ts";
import { aimedAt, nobodyTakes } from "./command-targets.ts";
import type { LampPlatform } from "./lamp-platform.ts";

interface Asked {
  name: string;
  args: Record<string, unknown>;
  ttlSeconds: number;
  mode: CommandMode;
  replaces: boolean;
}

type AskedOfMany = Asked & { target: CommandTarget };
interface By {
  username: string;
}

/** The frame port of a LoRaWAN device that says none; its asset may say another. */
const F_PORT = 1;
const CURSOR = /^\d{1,15}$/;

export function createCommandDesk(deps: {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  zone: TimeZone;
  database: Database;
  registry: Registry;
  trail: Pick<AuditTrail, "database" | "say">;
  broker(): Broker;
  /** By the device's own decoder; undefined where it has none that encodes. */
  encode(
    deviceId: string,
    fields: object,
  ): Promise<{ bytes: Uint8Array; fPort: number | undefined } | undefined>;
  /** Absent where none is set up. */
  lampPlatform: Pick<LampPlatform, "command" | "isUp"> | undefined;
  clouds: ReturnType<typeof createClouds>;
}) {
  const { clock, zone, database, registry, trail } = deps;
  const commands = createCommands({
    ...{ clock, log: deps.log, metrics: deps.metrics, database },
    iso: zone.iso,
    addressee(deviceId) {
      const entry = registry.device(deviceId);
      const slug = entry?.asset.class;
      if (entry === undefined || slug === undefined) return undefined;
      return { device: entry.device, class: slug, fPort: fPortOf(entry.asset) };
    },
    isReachable(address) {
      if (address.kind === "mqtt") return deps.broker().isHeard(address.topic, address.hearers);
      if (address.kind === "lamp-platform") return deps.lampPlatform?.isUp() === true;
      return deps.clouds.isUp(address.kind);
    },
    refusalOf: (command) => {
      const entry = registry.device(command.deviceId);
      const told = command.batchId === undefined ? "one" : "many";
      return entry && (refusalFor(entry, command.name, told) ?? byHandRefusal(command.args));
    },
    send,
    encode: deps.encode,
  });

  registry.onChange(({ kind, id }) => {
    if (kind === "device") commands.forgetWay(id);
  });

  async function send({ address, payload }: Downlink): Promise<SendFate> {
    if (address.kind === "mqtt") {
      // The queue is here: a broker that kept it, too, would hand it on after its time.
      await deps.broker().publish({ topic: address.topic, payload, qos: 0 });
      return { kind: "taken" };
    }
    if (address.kind !== "lamp-platform") return await deps.clouds.send(address, String(payload));
    if (deps.lampPlatform === undefined) throw new Error("no lamp platform is set up");
    return await deps.lampPlatform.command(address.path, String(payload));
  }

  function entryOf(deviceId: string): DeviceEntry {
    const entry = registry.device(deviceId);
    if (entry !== undefined) return entry;
    throw new GridwardenError("DEVICE_NOT_FOUND", `no device has the id '${deviceId}'`);
  }

  function draft(asked: Asked, by: string, slug: string | undefined) {
    const known = classBySlug(slug ?? "")?.commands?.find(({ name }) => name === asked.name);
    const args = known === undefined ? asked.args : checkedArgs(known, asked.args);
    const createdAt = clock.now();
    const expiresAt = createdAt + asked.ttlSeconds * 1_000;
    const { name, mode } = asked;
    return { name, args, mode, createdAt, createdBy: by, expiresAt };
  }

  /** @throws DEVICE_NOT_FOUND, COMMAND_REFUSED, REQUEST_INVALID */
  function newCommand(deviceId: string, asked: Asked, { username }: By) {
    const entry = entryOf(deviceId);
    const refusal = refusalFor(entry, asked.name, "one");
    if (refusal !== undefined) throw new GridwardenError("COMMAND_REFUSED", refusal);
    const made = draft(asked, username, entry.asset.class);
    const command = { ...made, commandId: randomUUID(), deviceId: entry.device.deviceId };
    const fault = byHandRefusal(made.args) ?? commands.faultOf(command);
    if (fault !== undefined) throw new GridwardenError("COMMAND_REFUSED", fault);
    return command;
  }

  /** @throws COMMAND_REFUSED where nobody takes it, REQUEST_INVALID */
  function newCommands(target: CommandTarget, asked: Asked, { username }: By) {
    const aimed = aimedAt(registry, target, asked.name);
    const unfit = aimed.map((entry) => refusalFor(entry, asked.name, "many"));
    const taking = aimed.find((_entry, index) => unfit[index] === undefined);
    if (taking === undefined) throw nobodyTakes(asked.name, target, unfit);
    const made = draft(asked, username, taking.asset.class);
    const byHand = byHandRefusal(made.args);
    const refusals = aimed.map(
      ({ device: { deviceId } }, index) =>
        unfit[index] ?? byHand ?? commands.faultOf({ ...made, deviceId }),
    );
    if (!refusals.includes(undefined)) throw nobodyTakes(asked.name, target, refusals);
    const batch = { ...made, batchId: randomUUID(), target };
    const all = aimed.map(({ device: { deviceId } }, index) => ({
      ...{ ...made, batchId: batch.batchId, commandId: randomUUID(), deviceId },
      refusal: refusals[index],
    }));
    return { batch, all };
  }

  /** Once under its key, with its entry in the audit trail. */
  function write<Value extends object>(
    key: RequestKey | undefined,
    work: (tx: Sql) => Promise<{ value: Value; subject?: string }>,
  ): Promise<Value> {
    return trail.database.transaction(async (tx) => {
      const done = await onceOf(tx, key, clock.now(), async () => ({
        value: await work(tx),
        effects: noEffects(),
      }));
      const { value, subject } = done.value;
      trail.say({ isRepeat: done.isRepeat, ...(subject === undefined ? {} : { subject }) });
      return value;
    });
  }

  return {
    commands,
    async send(deviceId: string, asked: Asked, by: By, key?: RequestKey): Promise<Command> {
      const kept = await write(key, async (tx) => {
        const command = newCommand(deviceId, asked, by);
        const value = await commands.add(tx, command, { isReplacing: asked.replaces });
        return { value };
      });
      commands.wake([deviceId]);
      return kept;
    },
    async sendMany({ target, ...asked }: AskedOfMany, by: By, key?: RequestKey) {
      let told: readonly string[] = [];
      const kept = await write(key, async (tx) => {
        const { batch, all } = newCommands(target, asked, by);
        await commands.addBatch(tx, batch, all, { isReplacing: asked.replaces });
        told = all.map(({ deviceId }) => deviceId);
        return { value: await batchIn(tx, batch.batchId), subject: batch.batchId };
      });
      commands.wake(told);
      return kept;
    },
    async list(deviceId: string, page: { limit: number; cursor?: string | undefined }) {
      entryOf(deviceId);
      const { limit, cursor } = page;
      if (cursor !== undefined && !CURSOR.test(cursor)) throw badCursor(cursor);
      const beforeSeq = cursor === undefined ? undefined : Number(cursor);
      const found = await commands.list(database.reader, deviceId, { limit: limit + 1, beforeSeq });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return found.length > limit && last !== undefined
        ? { items, next: String(last.seq) }
        : { items };
    },
    batch: (batchId: string) => batchIn(database.reader, batchId),
    async cancelMany(batchId: string, { username }: By) {
      const { batch, deviceIds } = await trail.database.transaction(async (tx) => {
        await batchIn(tx, batchId);
        const cancelled = await commands.cancelBatch(tx, batchId, username);
        if (cancelled.length === 0) throw allEnded(batchId);
        const deviceIds = cancelled.map(({ deviceId }) => deviceId);
        return { batch: await batchIn(tx, batchId), deviceIds };
      });
      commands.wake(deviceIds);
      return batch;
    },
    async cancel(deviceId: string, commandId: string, { username }: By) {
      const cancelled = await trail.database.transaction((tx) =>
        commands.cancel(tx, deviceId, commandId, username),
      );
      commands.wake([deviceId]);
      return cancelled;
    },
    /** To commands of ours, and to those that a service sent past us. */
    async answersOf(deviceId: string): Promise<CommandAnswer[]> {
      const max = LIMITS.commandAnswersPerDeviceMax;
      const own = await commands.answered(database.reader, deviceId, max);
      const foreign = await registry.presence.commandAnswersOf(deviceId);
      return [...own.map(answerOf), ...foreign].sort((a, b) => b.at - a.at).slice(0, max);
    },
    /** A device, or the gateway that carries it, listens now. */
    subscribed({ identity, filter }: { identity: Identity; filter: string }): void {
      if (identity.kind === "device") commands.come([identity.deviceId]);
      const deviceId = filter.split("/")[2];
      if (identity.kind === "gateway" && deviceId !== undefined) commands.come([deviceId]);
    },
  };

  async function batchIn(sql: Sql, batchId: string) {
    const found = await commands.batch(sql, batchId);
    if (found !== undefined) return found;
    throw new GridwardenError("COMMAND_NOT_FOUND", `no batch of commands has the id '${batchId}'`);
  }
}

function allEnded(batchId: string): GridwardenError {
  return new GridwardenError(
    "COMMAND_STATE_REFUSED",
    `every command of batch '${batchId}' has ended; only what has not is cancelled`,
  );
}

/** Told to it alone, or to many at once. */
function refusalFor(entry: DeviceEntry, name: string, told: "one" | "many"): string | undefined {
  const refusal = refusalOf(entry, name, classBySlug);
  return refusal ?? (told === "many" ? maintenanceRefusal(entry) : undefined);
}

function fPortOf({ attributes }: Asset): number {
  const { downlinkFPort } = attributes ?? {};
  return typeof downlinkFPort === "number" ? downlinkFPort : F_PORT;
}

function answerOf({ commandId: id, state, message, endedAt = 0 }: Command): CommandAnswer {
  const answer = { id, ok: state === "done", at: endedAt };
  return message === undefined ? answer : { ...answer, message };
}

function badCursor(cursor: string): GridwardenError {
  return new GridwardenError(
    "REQUEST_INVALID",
    `field 'cursor': got '${cursor.slice(0, 40)}', wanted the 'next' of the page before; leave it out to begin anew`,
  );
}
