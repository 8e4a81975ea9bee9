/** What is evaluated, as it stands in the page's address: period, subject, score model. */
import { computed } from "@preact/signals";
import { now, offsetMinutes } from "../../shared/clock.ts";
import { href, route } from "../../shared/router.ts";
import { SUBJECTS, type Subject } from "./figures.ts";
import { type PeriodKind, partsOf, periodAt } from "./periods.ts";

export interface Asked {
  period: string;
  subject: Subject;
  model: string;
}

/** Of each kind the one that runs; changes when it ends, not each second. */
export const runningDay = computed(() => periodAt("day", now.value, offsetMinutes()));
const running = computed(() => periodAt("month", now.value, offsetMinutes()));

export const runningOf = (kind: PeriodKind): string =>
  periodAt(kind, Date.parse(`${runningDay.value}T00:00Z`), 0);

/** The running month of the units by model B, where the address says nothing else. */
export function askedNow(): Asked {
  const { query } = route.value;
  const period = query.get("period") ?? "";
  const subject = query.get("subject");
  return {
    period: partsOf(period) === undefined ? running.value : period,
    subject: SUBJECTS.find((each) => each === subject) ?? "unit",
    model: query.get("model") ?? "B",
  };
}

/** An address of this page, with what the present one says and what is changed in it. */
export function addressOf(tab: string, changes: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(route.value.query);
  for (const [name, value] of Object.entries({ ...askedNow(), ...changes })) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  return `${href("evaluation", tab)}?${query}`;
}
