/**
 * Commands as the operators' platforms take them. Pure. CTWing (AEP指令下发, CreateCommand): bytes
 * go in hexadecimal to a product of 透传, `{serviceIdentifier, params}` to one with a thing model;
 * the platform keeps the command no longer than it may go. OneNET (设备属性设置): properties of the
 * thing model by their identifiers, each as it is.
 */
import type { Command } from "../model/command.ts";
import { commandNote } from "../model/command-notes.ts";
import { GridwardenError } from "../model/errors.ts";
import { valuesOf } from "./metric-writes.ts";

interface Target {
  readonly productId: string;
  readonly device: string;
}

/** `dataType` of the content: 2 is hexadecimal. */
const HEX = 2;
const DEVICE_LEVEL = 1;
const TTL_SECONDS_MAX = 864_000;

/** @throws GridwardenError COMMAND_REFUSED where the product cannot be told it */
export function ctwingBody(
  command: Command,
  target: Target | undefined,
  base64: string | undefined,
): object {
  const { createdBy, createdAt, sentAt = createdAt, expiresAt } = command;
  const ttl = Math.min(TTL_SECONDS_MAX, Math.floor((expiresAt - sentAt) / 1_000));
  return {
    content: contentOf(command, base64),
    deviceId: target?.device,
    operator: createdBy,
    // A number in its API; as text in its pushes.
    productId: Number(target?.productId),
    ttl,
    level: DEVICE_LEVEL,
  };
}

function contentOf({ name, args }: Command, base64: string | undefined): object {
  if (base64 !== undefined) {
    return { dataType: HEX, payload: Buffer.from(base64, "base64").toString("hex") };
  }
  const { serviceIdentifier, params } = (args.fields ?? {}) as Record<string, unknown>;
  const isService = typeof serviceIdentifier === "string" && typeof params === "object";
  if (name === "raw" && isService) return { serviceIdentifier, params };
  const example = '{"serviceIdentifier", "params"}';
  throw new GridwardenError("COMMAND_REFUSED", commandNote("ctwing-form", { name, example }));
}

/** Undefined: it can be told. */
export function onenetFault(
  deviceId: string,
  command: Pick<Command, "name" | "args">,
): string | undefined {
  if (valuesOf(command).length > 0) return undefined;
  return commandNote("onenet-bytes", { deviceId, example: '{"dimPercent": 60}' });
}

export function onenetBody(command: Command, target: Target | undefined): object {
  return {
    ...{ product_id: target?.productId, device_name: target?.device },
    params: Object.fromEntries(valuesOf(command)),
  };
}
