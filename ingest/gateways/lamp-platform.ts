/**
 * A lamp controller platform, what it pushes and what it answers when it is asked:
 * `{"reports": [{controllerId, at, online?, resources}], "results": [{commandId, controllerId, state,
 * at?, message?}]}`. `resources` are those of LwM2M by their paths, `3416/0/3`: the OMA objects 3416
 * (Outdoor lamp controller) and 3418 (Electrical monitor), instance 0. What else is a number or a yes
 * is kept under its path. A lamp is lit where its dimming level is above 0 and no failure is told.
 */
import type { Instant } from "../../model/clock.ts";
import { LIMITS } from "../../model/limits.ts";
import type { DeviceEntry } from "../../model/registry.ts";
import type { Uplink } from "../../model/uplink.ts";
import { readObservedAt } from "../observed-at.ts";
import { type Decoded, type Gateway, type GatewayContext, NOTHING_DECODED } from "./gateway.ts";
import { frameValues } from "./lorawan.ts";
import { faulty, isObject, quoted } from "./payload.ts";
import { decodeMessages, findDevice, idOf, joined, type Message, readPush } from "./push.ts";

const FORMAT = "lamp-platform";

/** By object and resource of instance 0: the measurement's name. */
const NAMES: Readonly<Record<string, string>> = {
  "3416/0/2": "commandPercent",
  "3416/0/3": "dimPercent",
  "3416/0/5": "isLampFailed",
  "3416/0/7": "isControlGearFailed",
  "3416/0/9": "isRelayFailed",
  "3416/0/10": "isDayBurning",
  "3416/0/11": "isCycling",
  "3416/0/12": "isControlGearSilent",
  "3416/0/15": "lampHours",
  "3416/0/18": "lampSwitchings",
  "3416/0/21": "controlGearTemperatureC",
  "3418/0/1": "voltageV",
  "3418/0/2": "currentA",
  "3418/0/3": "frequencyHz",
  "3418/0/4": "powerW",
  "3418/0/5": "powerFactor",
  "3418/0/6": "energyKwh",
};
const PATH = /^\/?(\d{1,5})\/(\d{1,5})\/(\d{1,5})$/;
/** What a resource is called that has no name here: a name of a measurement begins with a letter. */
const otherName = (object: string, instance: string, resource: string): string =>
  `r${object}x${instance}x${resource}`;

const MESSAGE_LENGTH_MAX = 1_000;
const ID_LENGTH_MAX = 128;

export function createLampPlatformGateway(): Gateway {
  return {
    format: FORMAT,
    firstLevels: [`intake/${FORMAT}`],
    decode(uplink, _position, context) {
      const json = readPush(uplink);
      if (json.kind === "unreadable") return json.decoded;
      const { root } = json;
      const { reports = [], results = [] } = isObject(root) ? root : {};
      if (!isObject(root) || !Array.isArray(reports) || !Array.isArray(results)) {
        const text = `the message is ${quoted(root)}; wanted {"reports": […], "results"?: […]}`;
        return faulty("ELEMENT_INVALID", text);
      }
      if (reports.length + results.length === 0) {
        return faulty("EMPTY", "the message has no reports and no results");
      }
      if (reports.length + results.length > LIMITS.uplinkElementsMax) {
        const text = `the message has ${reports.length} reports and ${results.length} results; together it may carry ${LIMITS.uplinkElementsMax}`;
        return faulty("TOO_MANY_ELEMENTS", text);
      }
      const said = { uplink, context };
      return joined([
        ...(reports.length === 0 ? [] : [decodeMessages(reports, (one) => report(one, said))]),
        ...(results.length === 0 ? [] : [decodeMessages(results, (one) => result(one, said))]),
      ]);
    },
  };
}

interface Said {
  readonly uplink: Uplink;
  readonly context: GatewayContext;
}

function report(message: Message, { uplink, context }: Said): Decoded {
  const found = findDevice(FORMAT, [idOf(message.controllerId)], context);
  if (found.kind === "unknown") return found.decoded;
  const { entry } = found;
  const { at: saidAt, online, resources = {} } = message;
  const at = saidAt === undefined ? undefined : readObservedAt(saidAt);
  if (saidAt !== undefined && at === undefined) {
    return faulty("TIME_INVALID", `"at" is ${quoted(saidAt)}; wanted ISO 8601 with its offset`);
  }
  if (!isObject(resources)) {
    return faulty("ELEMENT_INVALID", `"resources" is ${quoted(resources)}; wanted values by paths`);
  }
  const values = valuesOf(entry, resources, at, context);
  const status = statusOf(entry, online, at ?? uplink.receivedAt);
  if (values.values.length === 0 && values.faults.length === 0 && status === undefined) {
    return faulty("EMPTY", "the report has no resources and does not say whether it is online");
  }
  const { deviceId } = entry.device;
  const heard = online === false ? [] : [deviceId];
  return { ...NOTHING_DECODED, ...values, heard, statuses: status === undefined ? [] : [status] };
}

function statusOf({ device: { deviceId } }: DeviceEntry, online: unknown, at: Instant) {
  if (typeof online !== "boolean") return undefined;
  return { deviceId, status: online ? ("online" as const) : ("offline" as const), at };
}

function valuesOf(
  entry: DeviceEntry,
  resources: Record<string, unknown>,
  at: Instant | undefined,
  context: GatewayContext,
) {
  const tree: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(resources)) {
    const [, object = "", instance = "", resource = ""] = PATH.exec(path) ?? [];
    const known = NAMES[`${object}/${instance}/${resource}`];
    if (known !== undefined) tree[known] = value;
    // Texts and times of other resources are no measurements.
    else if (object !== "" && (typeof value === "number" || typeof value === "boolean")) {
      tree[otherName(object, instance, resource)] = value;
    }
  }
  const isLit = litBy(tree);
  const whole = isLit === undefined ? tree : { ...tree, isLit };
  const mapped = context.readPayload(entry, whole, "ours");
  return frameValues({ entry, at, fCnt: undefined }, mapped, {});
}

/** Undefined where the report does not say. */
function litBy({ dimPercent, isLampFailed }: Record<string, unknown>): boolean | undefined {
  if (isLampFailed === true) return false;
  return typeof dimPercent === "number" ? dimPercent > 0 : undefined;
}

/** `sent`: it left for the controller; `done` and `failed`: the controller has answered, or never did. */
function result(message: Message, { uplink, context }: Said): Decoded {
  const found = findDevice(FORMAT, [idOf(message.controllerId)], context);
  if (found.kind === "unknown") return found.decoded;
  const { deviceId } = found.entry.device;
  const { commandId: id, state, at: saidAt, message: text } = message;
  if (typeof id !== "string" || id === "" || id.length > ID_LENGTH_MAX) {
    return faulty("ELEMENT_INVALID", `"commandId" is ${quoted(id)}; wanted that of a command`);
  }
  if (state === "sent") return { ...NOTHING_DECODED, carried: [{ deviceId, id }] };
  if (state !== "done" && state !== "failed") {
    return faulty("ELEMENT_INVALID", `"state" is ${quoted(state)}; wanted sent, done or failed`);
  }
  const at = readObservedAt(saidAt) ?? uplink.receivedAt;
  const why = typeof text === "string" ? { message: text.slice(0, MESSAGE_LENGTH_MAX) } : {};
  return { ...NOTHING_DECODED, acks: [{ deviceId, id, isOk: state === "done", at, ...why }] };
}
