/**
 * The life of a device: stock -> installed -> in-service -> maintenance -> retired. Only one that is in
 * service is judged; what the others send is stored, and raises nothing. Pure: a state and an event
 * in, the next state or why not out.
 */
import { z } from "zod";
import type { Instant } from "./clock.ts";

export const DeviceLife = z.enum(["stock", "installed", "in-service", "maintenance", "retired"]);
export type DeviceLife = z.infer<typeof DeviceLife>;

/** `store`: taken down again; `start`: from now on it counts; `maintain`: somebody works on it. */
export const LifeEvent = z.enum(["install", "start", "maintain", "store", "retire"]);
export type LifeEvent = z.infer<typeof LifeEvent>;

const TABLE: Readonly<Record<DeviceLife, Readonly<Partial<Record<LifeEvent, DeviceLife>>>>> = {
  stock: { install: "installed", start: "in-service", retire: "retired" },
  installed: { start: "in-service", maintain: "maintenance", store: "stock", retire: "retired" },
  "in-service": { maintain: "maintenance", store: "stock", retire: "retired" },
  maintenance: { start: "in-service", store: "stock", retire: "retired" },
  retired: {},
};

/** What one is that nothing was said of. */
const LIFE_UNSAID: DeviceLife = "in-service";

interface Living {
  readonly life?: DeviceLife | undefined;
}

export function lifeOf({ life }: Living): DeviceLife {
  return life ?? LIFE_UNSAID;
}

export function isInService(device: Living): boolean {
  return lifeOf(device) === "in-service";
}

/** As it is kept: what needs no saying is not said. */
export function keptLife(life: DeviceLife): DeviceLife | undefined {
  return life === LIFE_UNSAID ? undefined : life;
}

/** Events that the state takes, in the order in which events are named. */
export function lifeEventsOf(state: DeviceLife): LifeEvent[] {
  return LifeEvent.options.filter((event) => TABLE[state][event] !== undefined);
}

export type LifeStep =
  | { readonly kind: "moved"; readonly state: DeviceLife }
  | { readonly kind: "ignored"; readonly why: string };

export function nextLife(state: DeviceLife, event: LifeEvent): LifeStep {
  const next = TABLE[state][event];
  if (next !== undefined) return { kind: "moved", state: next };
  const why =
    state === "retired"
      ? "a retired device stays retired; register the next one under an id of its own"
      : `it is '${state}', which takes ${lifeEventsOf(state).join(", ")}`;
  return { kind: "ignored", why };
}

/** One step of a device's life, as it is remembered. */
export interface LifeEntry {
  readonly event: LifeEvent;
  readonly from: DeviceLife;
  readonly to: DeviceLife;
  /** When it was done, as he said who did it. */
  readonly at: Instant;
  /** When it was told. */
  readonly saidAt: Instant;
  readonly saidBy: string;
  readonly note?: string;
}
