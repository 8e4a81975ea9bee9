/**
 * What a lamp controller platform says of its controllers: readings as LwM2M resources by their paths
 * (OMA objects 3416 and 3418, instance 0), and commands as it takes them. Written from the objects'
 * own definitions; shares nothing with whoever reads it.
 */
import type { Values } from "../models/model.ts";

/** What a lamp's controller measures, by the resource; the others are not of these objects. */
const RESOURCES: Readonly<Record<string, string>> = {
  dimPercent: "3416/0/3",
  voltageV: "3418/0/1",
  currentA: "3418/0/2",
  powerW: "3418/0/4",
  powerFactor: "3418/0/5",
  energyKwh: "3418/0/6",
};
const COMMAND = "3416/0/1";
const LAMP_FAILURE = "3416/0/5";
const DECIMALS = 3;

export type Resources = Record<string, number | boolean>;

/** `isBroken`: told to burn and dark. */
export function encodeResources(values: Values, isBroken: boolean): Resources {
  const resources: Resources = { [LAMP_FAILURE]: isBroken };
  for (const [name, value] of Object.entries(values)) {
    const path = RESOURCES[name];
    if (path === undefined || typeof value !== "number") continue;
    resources[path] = name === "dimPercent" ? Math.round(value) : Number(value.toFixed(DECIMALS));
  }
  return resources;
}

/** As a controller is told; undefined where it is no command of the object. */
export function decodeWrite(
  said: Readonly<Record<string, unknown>>,
): { name: string; args: Record<string, unknown> } | undefined {
  const { resource, value, schedule } = said;
  if (Array.isArray(schedule)) return { name: "schedule", args: { entries: schedule } };
  const isPercent = typeof value === "number" && value >= 0 && value <= 100;
  return resource === COMMAND && isPercent ? { name: "dim", args: { percent: value } } : undefined;
}
