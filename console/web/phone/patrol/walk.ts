/** Where an inspector walked today, step by step: on this phone alone, and gone with the day. */
import { signal } from "@preact/signals";
import type { Step } from "../../../../model/patrol-walk.ts";
import { today } from "../duty/shift.ts";
import { keep, kept } from "../store.ts";
import type { Place } from "../way/where.ts";
import { walkedOn } from "./steps.ts";

interface KeptWalk {
  day: string;
  steps: readonly Step[];
}
const STEPS_MAX = 5_000;

export const walk = signal<readonly Step[]>([]);

export async function restoreWalk(): Promise<void> {
  const found = await kept<KeptWalk>("walk");
  walk.value = found?.day === today() ? found.steps : [];
}

export function stepOn({ lon, lat, accuracyM, at }: Place): void {
  const longer = walkedOn(walk.value, { lon, lat, accuracyM, at });
  if (longer === walk.value) return;
  const steps = longer.slice(-STEPS_MAX);
  walk.value = steps;
  void keep("walk", { day: today(), steps } satisfies KeptWalk).catch(() => undefined);
}
