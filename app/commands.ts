/**
 * Commands between the rooms: what the API asks is checked against the registry and the classes and
 * written with its entry in the audit trail; it is sent through the broker, and what uplinks say of it
 * goes back to it.
 */
import { randomUUID } from "node:crypto";
import type { Broker } from "../broker/broker.ts";
import { unitsOfGrid } from "../cases/cases.ts";
import { createCommands, type Downlink, type SendFate } from "../commands/commands.ts";
import { classBySlug } from "../model/asset-classes/all.ts";
import type { Clock } from "../model/clock.ts";
import type { Command, CommandMode, CommandTarget } from "../model/command.ts";
import type { Database } from "../model/database.ts";
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
import { checkedArgs, maintenanceRefusal, refusalOf } from "./command-checks.ts";
import type { LampPlatform } from "./lamp-platform.ts";

interface Asked {
  name: string;
  args: Record<string, unknown>;
  ttlSeconds: number;
  mode: CommandMode;
  replaces: boolean;
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
    isReachable: (address) =>
      address.kind === "mqtt"
        ? deps.broker().isHeard(address.topic, address.hearers)
        : deps.lampPlatform?.isUp() === true,
    refusalOf: ({ deviceId, name, batchId }) => {
      const entry = registry.device(deviceId);
      return entry && refusalFor(entry, name, batchId === undefined ? "one" : "many");
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
    if (deps.lampPlatform === undefined) throw new Error("no lamp platform is set up");
    return await deps.lampPlatform.command(address.path, payload);
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

  return {
    commands,
    async send(deviceId: string, asked: Asked, { username }: { username: string }) {
      const entry = entryOf(deviceId);
      const refusal = refusalFor(entry, asked.name, "one");
      if (refusal !== undefined) throw new GridwardenError("COMMAND_REFUSED", refusal);
      const made = draft(asked, username, entry.asset.class);
      const command = { ...made, commandId: randomUUID(), deviceId: entry.device.deviceId };
      const how = { isReplacing: asked.replaces };
      const kept = await trail.database.transaction((tx) => commands.add(tx, command, how));
      commands.wake([deviceId]);
      return kept;
    },
    async sendMany(
      { target, ...asked }: Asked & { target: CommandTarget },
      { username }: { username: string },
    ) {
      const aimed = aimedAt(registry, target, asked.name);
      const refusals = aimed.map((entry) => refusalFor(entry, asked.name, "many"));
      const taking = aimed.find((_entry, index) => refusals[index] === undefined);
      if (taking === undefined) throw nobodyTakes(asked.name, target, refusals);
      const made = draft(asked, username, taking.asset.class);
      const batch = { ...made, batchId: randomUUID(), target };
      const all = aimed.map(({ device: { deviceId } }, index) => ({
        ...{ ...made, batchId: batch.batchId, commandId: randomUUID(), deviceId },
        refusal: refusals[index],
      }));
      await trail.database.transaction(async (tx) => {
        trail.say({ subject: batch.batchId });
        await commands.addBatch(tx, batch, all, { isReplacing: asked.replaces });
      });
      commands.wake(aimed.map(({ device }) => device.deviceId));
      return await batchOf(batch.batchId);
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
    batch: batchOf,
    async cancel(deviceId: string, commandId: string, { username }: { username: string }) {
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

  async function batchOf(batchId: string) {
    const found = await commands.batch(database.reader, batchId);
    if (found !== undefined) return found;
    throw new GridwardenError("COMMAND_NOT_FOUND", `no batch of commands has the id '${batchId}'`);
  }
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

/** Of assets that are named one by one all devices; else those whose class knows the command. */
function aimedAt(registry: Registry, target: CommandTarget, name: string): DeviceEntry[] {
  const knows = ({ asset }: DeviceEntry): boolean =>
    classBySlug(asset.class ?? "")?.commands?.some((command) => command.name === name) === true;
  const found = devicesAt(registry, target);
  const aimed = "assetIds" in target ? found : found.filter(knows);
  const max = LIMITS.commandBatchMax;
  if (aimed.length <= max) return aimed;
  throw new GridwardenError(
    "COMMAND_REFUSED",
    `the target has ${aimed.length} devices, one command goes to ${max} at most; name smaller targets`,
  );
}

function devicesAt(registry: Registry, target: CommandTarget): DeviceEntry[] {
  const at = (assetId: string): readonly DeviceEntry[] => registry.devicesOf(assetId);
  if ("assetIds" in target) {
    return [...new Set(target.assetIds)].flatMap((assetId) => at(assetOf(registry, assetId)));
  }
  if ("cabinet" in target) {
    const cabinet = assetOf(registry, target.cabinet);
    return [...registry.partsOf(cabinet)].flatMap(at);
  }
  if ("class" in target) {
    return [...registry.devices()].filter(({ asset }) => asset.class === target.class);
  }
  if (registry.unit(target.street)?.kind !== "street") {
    throw new GridwardenError("UNIT_NOT_FOUND", `no street has the unit id '${target.street}'`);
  }
  return [...registry.devices()].filter(
    ({ asset }) => unitsOfGrid(asset, registry).street === target.street,
  );
}

function assetOf(registry: Registry, assetId: string): string {
  if (registry.asset(assetId) !== undefined) return assetId;
  throw new GridwardenError("ASSET_NOT_FOUND", `no asset has the id '${assetId}'`);
}

function nobodyTakes(
  name: string,
  target: CommandTarget,
  refusals: readonly (string | undefined)[],
): GridwardenError {
  const [first] = refusals;
  const why = first ?? `no device of ${JSON.stringify(target)} takes '${name}'`;
  return new GridwardenError("COMMAND_REFUSED", why);
}

function badCursor(cursor: string): GridwardenError {
  return new GridwardenError(
    "REQUEST_INVALID",
    `field 'cursor': got '${cursor.slice(0, 40)}', wanted the 'next' of the page before; leave it out to begin anew`,
  );
}
