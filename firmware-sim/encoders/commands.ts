/**
 * Commands as a device's firmware reads them from its native topic, and what it answers. Written from the
 * contract alone; shares nothing with whoever sends them.
 */
import type { Instant } from "../../model/clock.ts";

export interface DeviceCommand {
  id: string;
  name: string;
  args: Readonly<Record<string, unknown>>;
  expiresAt?: Instant;
}

/** What a device makes of a command: done, or why not. */
export type Obeyed = { ok: true } | { ok: false; message: string };

/** Undefined where it is no command, which is not answered. */
export function decodeCommand(payload: Uint8Array): DeviceCommand | undefined {
  let said: unknown;
  try {
    said = JSON.parse(Buffer.from(payload).toString("utf8"));
  } catch {
    return undefined;
  }
  if (typeof said !== "object" || said === null) return undefined;
  const { id, name, args, expiresAt } = said as Record<string, unknown>;
  if (typeof id !== "string" || typeof name !== "string") return undefined;
  const expiry = typeof expiresAt === "string" ? Date.parse(expiresAt) : Number(expiresAt);
  return {
    ...{ id, name },
    args: typeof args === "object" && args !== null ? (args as Record<string, unknown>) : {},
    ...(Number.isFinite(expiry) ? { expiresAt: expiry } : {}),
  };
}

export function encodeCommandAck(id: string, obeyed: Obeyed): Buffer {
  return Buffer.from(JSON.stringify({ id, ...obeyed }));
}

const REMEMBERED_MAX = 64;

/** The firmware's own part: nothing after its time, and nothing twice. */
export function createCommandEar(
  now: () => Instant,
  obey: (command: DeviceCommand) => Obeyed | undefined,
) {
  const heard = new Set<string>();
  /** Undefined: no answer. */
  return (payload: Uint8Array): Buffer | undefined => {
    const command = decodeCommand(payload);
    if (command === undefined || heard.has(command.id)) return undefined;
    const { id, expiresAt } = command;
    const isLate = expiresAt !== undefined && now() >= expiresAt;
    const obeyed = isLate ? ({ ok: false, message: "it came too late" } as const) : obey(command);
    if (obeyed === undefined) return undefined;
    heard.add(id);
    if (heard.size > REMEMBERED_MAX) heard.delete([...heard][0] ?? "");
    return encodeCommandAck(id, obeyed);
  };
}
