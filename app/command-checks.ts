/**
 * What may be told to which device, pure: an allow-list by the class of its asset, the shape of the
 * command's arguments, a way down that the platform knows, and where the device stands in its life.
 */
import { envelopeOf } from "../commands/commands.ts";
import type { AssetClass, ClassCommand } from "../model/asset-class.ts";
import { commandNote } from "../model/command-notes.ts";
import { lifeOf } from "../model/device-life.ts";
import { GridwardenError } from "../model/errors.ts";
import { gotText, wantedOf } from "../model/field-text.ts";
import type { DeviceEntry } from "../model/registry.ts";

/** Why the command is not sent to the device; undefined where it may be. */
export function refusalOf(
  { device, asset }: DeviceEntry,
  name: string,
  classBySlug: (slug: string) => AssetClass | undefined,
): string | undefined {
  const { class: slug } = asset;
  const { deviceId, format = "native" } = device;
  if (slug === undefined) return commandNote("no-class", { deviceId });
  const { commands = [] } = classBySlug(slug) ?? {};
  if (commands.length === 0) return commandNote("class-takes-nothing", { class: slug });
  if (!commands.some((command) => command.name === name)) {
    const known = commands.map((command) => command.name).join(", ");
    return commandNote("no-command-of-class", { name, class: slug, known });
  }
  const envelope = envelopeOf(device);
  if (envelope === undefined) return commandNote("format-tells-nothing", { deviceId, format });
  if (envelope.refuses?.includes(name) === true) {
    return commandNote("format-lacks", { deviceId, format, name });
  }
  const life = lifeOf(device);
  const isThere = life !== "stock" && life !== "retired";
  return isThere ? undefined : commandNote("not-in-use", { deviceId, life });
}

/** What a name says of a valve or a pump, in whatever language vendors write it. */
const MOVED_BY_HAND = /valve|pump|sluice|阀|泵|闸/i;

/** Of what is a device's own: the names in it, wherever they stand. */
export function byHandRefusal(args: Readonly<Record<string, unknown>>): string | undefined {
  const name = namesIn(args.fields).find((each) => MOVED_BY_HAND.test(each));
  return name === undefined ? undefined : commandNote("moved-by-hand", { name });
}

function namesIn(tree: unknown): string[] {
  if (typeof tree !== "object" || tree === null) return [];
  if (Array.isArray(tree)) return tree.flatMap(namesIn);
  return Object.entries(tree).flatMap(([name, value]) => [name, ...namesIn(value)]);
}

/** Of what is told to many at once. */
export function maintenanceRefusal({ device }: DeviceEntry): string | undefined {
  if (lifeOf(device) !== "maintenance") return undefined;
  return commandNote("in-maintenance", { deviceId: device.deviceId });
}

/** As the command takes them. @throws GridwardenError REQUEST_INVALID */
export function checkedArgs(command: ClassCommand, args: unknown): Record<string, unknown> {
  const parsed = command.args.safeParse(args);
  if (parsed.success) return parsed.data;
  const texts = parsed.error.issues.slice(0, 3).map((issue) => {
    if (issue.code === "unrecognized_keys") {
      return `field 'args': '${command.name}' knows no ${issue.keys.map((key) => `'${key}'`).join(", ")}`;
    }
    const field = ["args", ...issue.path].join(".");
    return `field '${field}': got ${gotText(args, issue.path)}, wanted ${wantedOf(issue.message)}`;
  });
  throw new GridwardenError("REQUEST_INVALID", texts.join("; "));
}
