/**
 * Watches over life-safety devices whose uplinks no decoder reads: since theirs is switched off, since nothing can
 * run it, or since it fails on frame after frame of one of them. A cover that nobody hears is no
 * closed cover: people are told at once, by name, and again while it lasts. Of a decoder that is off
 * that follows from the registry alone, so that a restart forgets nothing.
 */
import type { ScriptRuns } from "../ingest/ingest.ts";
import { type Clock, type Instant, MINUTE_MS, type Timer } from "../model/clock.ts";
import type { KeptDecoder } from "../model/decoder.ts";
import { isInService } from "../model/device-life.ts";
import { LIMITS } from "../model/limits.ts";
import type { Log } from "../model/log.ts";
import type { Notice } from "../model/notice.ts";
import type { RegistryView } from "../model/registry.ts";
import type { Rule } from "../model/rule.ts";
import type { Registry } from "../registry/registry.ts";

export interface Unread {
  readonly decoderId: string;
  readonly since: Instant;
  /** How often it has been said before. */
  readonly repeats: number;
  readonly deviceIds: readonly string[];
}

export interface UnreadWatchDeps {
  registry: Pick<RegistryView, "devices" | "device"> & {
    decoders: Pick<Registry["decoders"], "get" | "switchedOff">;
  };
  rules(): readonly Pick<Rule, "class" | "enabled" | "lifeSafety">[];
  /** Notices of this kind that stand. */
  standing(): Promise<string[]>;
  /** Has people told, and notices done, in one transaction. */
  tell(told: { made: { notice: Notice; unread: Unread }[]; done: string[] }): Promise<void>;
  clock: Clock;
  log: Log;
}

/** Of one version of a decoder: devices whose newest frames came to nothing. */
interface Failing {
  readonly version: number;
  readonly since: Instant;
  readonly devices: Map<string, { unread: number; wasUnasked: boolean }>;
}

export type UnreadWatch = ReturnType<typeof createUnreadWatch>;

export function createUnreadWatch(deps: UnreadWatchDeps) {
  const { registry, clock, log } = deps;
  const failing = new Map<string, Failing>();
  /** Notices that stand; unknown until the first look. */
  let standing: Set<string> | undefined;
  let looking: Promise<void> | undefined;
  let isAskedAgain = false;
  /** What the last look found could not be told. */
  let isUntold = false;
  let timer: Timer | undefined;

  function noteRun({ decoderId, version, devices }: ScriptRuns): void {
    const known = failing.get(decoderId);
    const isSame = known?.version === version;
    const now = isSame ? known : { version, since: clock.now(), devices: new Map() };
    for (const [deviceId, { unread, wasRead, wasUnasked }] of devices) {
      const before = wasRead ? undefined : now.devices.get(deviceId);
      if (unread === 0) now.devices.delete(deviceId);
      else {
        now.devices.set(deviceId, {
          unread: unread + (before?.unread ?? 0),
          wasUnasked: wasUnasked || before?.wasUnasked === true,
        });
      }
    }
    if (now.devices.size === 0) failing.delete(decoderId);
    else failing.set(decoderId, now);
  }

  /** Of classes whose rules guard lives. */
  function isGuarding(): (deviceId: string) => boolean {
    const guarded = new Set(
      deps.rules().flatMap((rule) => (rule.lifeSafety && rule.enabled ? [rule.class] : [])),
    );
    return (deviceId) => {
      const entry = registry.device(deviceId);
      return (
        entry !== undefined && isInService(entry.device) && guarded.has(entry.asset.class ?? "")
      );
    };
  }

  function unreadNow(now: Instant): Unread[] {
    const guards = isGuarding();
    const off = new Map(registry.decoders.switchedOff().map((kept) => [kept.decoderId, kept]));
    const found: Unread[] = [];
    const add = (decoderId: string, since: Instant, all: readonly string[]): void => {
      const deviceIds = all.filter(guards).sort();
      const repeats = Math.max(0, Math.floor((now - since) / LIMITS.unreadRepeatMs));
      if (deviceIds.length > 0) found.push({ decoderId, since, repeats, deviceIds });
    };
    for (const [decoderId, users] of usersOf(off, registry)) {
      add(decoderId, off.get(decoderId)?.off?.at ?? now, users);
    }
    for (const [decoderId, { version, since, devices }] of failing) {
      if (registry.decoders.get(decoderId)?.version !== version) failing.delete(decoderId);
      else if (!off.has(decoderId)) add(decoderId, since, lost(devices));
    }
    return found;
  }

  async function lookOnce(): Promise<void> {
    standing ??= new Set(await deps.standing());
    const now = clock.now();
    const before = standing;
    const found = unreadNow(now).map((unread) => ({ unread, notice: noticeOf(unread, now) }));
    const ids = new Set(found.map(({ notice }) => notice.noticeId));
    const made = found.filter(({ notice }) => !before.has(notice.noticeId));
    const done = [...before].filter((noticeId) => !ids.has(noticeId));
    if (made.length === 0 && done.length === 0) return;
    for (const { unread } of made) {
      const { decoderId, deviceIds } = unread;
      log.error("life-safety devices cannot be read", { decoderId, devices: deviceIds.length });
    }
    await deps.tell({ made, done });
    standing = ids;
  }

  /** One at a time; what is asked for meanwhile is looked at afterwards. */
  async function look(): Promise<void> {
    isAskedAgain = true;
    looking ??= lookAgain();
    await looking;
  }

  async function lookAgain(): Promise<void> {
    while (isAskedAgain) {
      isAskedAgain = false;
      isUntold = false;
      await lookOnce().catch((error: unknown) => {
        isUntold = true;
        log.error(
          "it could not be told that life-safety devices cannot be read; it is tried again",
          {
            error: String(error),
          },
        );
      });
    }
    looking = undefined;
  }

  /** By decoder the devices that are lost, to be compared. */
  function lostNow(): string {
    const each = [...failing].flatMap(([decoderId, { version, devices }]) => {
      const ids = lost(devices);
      return ids.length === 0 ? [] : [`${decoderId} ${version} ${ids.join(" ")}`];
    });
    return each.join("\n");
  }

  return {
    /** Of one batch that was judged; looks at all devices only where that changed who is lost. */
    note(told: readonly ScriptRuns[]): void {
      if (told.length === 0 && !isUntold) return;
      const before = lostNow();
      for (const run of told) noteRun(run);
      if (isUntold || lostNow() !== before) void look();
    },
    /** A decoder is off, or on again. */
    look,
    start(): void {
      timer = clock.every(MINUTE_MS, () => void look());
      void look();
    },
    async stop(): Promise<void> {
      timer?.cancel();
      await looking;
    },
  };
}

/** Devices of those decoders that have any. */
function usersOf(
  off: ReadonlyMap<string, KeptDecoder>,
  registry: Pick<RegistryView, "devices">,
): Map<string, string[]> {
  const users = new Map<string, string[]>();
  if (off.size === 0) return users;
  for (const { device } of registry.devices()) {
    const { decoder, deviceId } = device;
    if (decoder === undefined || !off.has(decoder)) continue;
    const others = users.get(decoder);
    if (others === undefined) users.set(decoder, [deviceId]);
    else others.push(deviceId);
  }
  return users;
}

/** One frame that a script throws at says little of the next. */
function lost(devices: Failing["devices"]): string[] {
  return [...devices].flatMap(([deviceId, { unread, wasUnasked }]) =>
    wasUnasked || unread >= LIMITS.unreadFramesMax ? [deviceId] : [],
  );
}

function noticeOf({ decoderId, since, repeats, deviceIds }: Unread, at: Instant): Notice {
  return {
    noticeId: `uplinks-unread-${decoderId}-${since}-${repeats}`,
    kind: "uplinks-unread",
    unitId: undefined,
    lifeSafety: true,
    at,
    devices: { count: deviceIds.length, some: deviceIds.slice(0, LIMITS.unreadDevicesTold) },
  };
}
