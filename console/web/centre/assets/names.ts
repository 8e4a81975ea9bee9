/** What classes and measurements are called, and a newest value as it is read. */
import { classOf, measurementOf } from "../../shared/catalogue.ts";
import { valueText } from "../../shared/curve-data.ts";
import type { LatestItem } from "../../shared/platform-types.ts";
import { inLanguage } from "../../shared/words.ts";
import { say } from "./assets-words.ts";

/** A plain component has no class. */
export function className(slug: string | undefined): string {
  if (slug === undefined) return say("plain");
  const found = classOf(slug);
  return found === undefined ? slug : inLanguage(found.title);
}

export function measurementName(slug: string | undefined, name: string): string {
  const found = measurementOf(slug, name);
  return found === undefined ? name : inLanguage(found.title);
}

export function latestText(
  slug: string | undefined,
  { measurement, value, unit }: LatestItem,
): string {
  const isBoolean = measurementOf(slug, measurement)?.kind === "boolean";
  if (isBoolean) return say(value === 0 ? "no" : "yes");
  return valueText(value, { name: measurement, unit });
}
