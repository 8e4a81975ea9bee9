/**
 * Which commands to Sparkplug's nodes and devices are done: the protocol has no answer to a command,
 * so one is done when each of its metrics was shown at the commanded value after it had been sent.
 * Values may come one by one; what was shown so far is kept in memory as long as the command is open.
 */
import type { Instant } from "../model/clock.ts";
import type { Command } from "../model/command.ts";
import type { Sql } from "../model/database.ts";
import type { DeclaredMetric } from "../model/sparkplug.ts";
import { openOf } from "./command-rows.ts";
import { isShown, type NamedWrite, writesOf } from "./metric-writes.ts";

export interface MetricsShown {
  readonly deviceId: string;
  readonly values: Readonly<Record<string, number | boolean | string>>;
  /** Of receipt. */
  readonly at: Instant;
}

export function createProgress({
  isWaiting,
  declaredOf,
}: {
  isWaiting(deviceId: string): boolean;
  declaredOf(deviceId: string): readonly DeclaredMetric[] | undefined;
}) {
  /** By device, then by command: the metrics that stand as they were told. */
  const standing = new Map<string, Map<string, ReadonlySet<string>>>();

  return {
    /** The commands that are done by what is shown. */
    async take(
      tx: Sql,
      shown: readonly MetricsShown[],
    ): Promise<{ deviceId: string; id: string }[]> {
      const done: { deviceId: string; id: string }[] = [];
      for (const each of shown) {
        const { deviceId } = each;
        if (!isWaiting(deviceId)) {
          standing.delete(deviceId);
          continue;
        }
        const before = standing.get(deviceId);
        const after = new Map<string, ReadonlySet<string>>();
        for (const command of await openOf(tx, deviceId)) {
          const { commandId: id } = command;
          const wanted = writesOf(command, declaredOf(deviceId));
          if (wanted.kind === "fault" || wanted.writes.length === 0) continue;
          const names = standingAfter(before?.get(id), wanted.writes, command, each);
          if (wanted.writes.every(({ name }) => names.has(name))) done.push({ deviceId, id });
          after.set(id, names);
        }
        standing.set(deviceId, after);
      }
      return done;
    },
  };
}

/** A metric that has left its value since stands no more. */
export function standingAfter(
  before: ReadonlySet<string> = new Set(),
  writes: readonly NamedWrite[],
  command: Command,
  { values, at }: Pick<MetricsShown, "values" | "at">,
): ReadonlySet<string> {
  if (!isSince(command, at)) return before;
  const names = new Set(before);
  for (const write of writes) {
    if (!Object.hasOwn(values, write.name)) continue;
    if (isShown(write, values[write.name])) names.add(write.name);
    else names.delete(write.name);
  }
  return names;
}

/** Of one that went out again it is not known any more when it went first. */
function isSince({ tries, sentAt, createdAt }: Command, at: Instant): boolean {
  return tries > 0 && at >= (tries === 1 ? (sentAt ?? createdAt) : createdAt);
}
