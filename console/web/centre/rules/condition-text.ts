/** A rule's condition in one line: what is abnormal, and when it is normal again. */
import { measurementOf } from "../../shared/catalogue.ts";
import { plainNumber } from "../../shared/curve-data.ts";
import type { RuleItem } from "../../shared/platform-types.ts";
import { sayDuration } from "../../shared/time-words.ts";
import { inLanguage } from "../../shared/words.ts";
import { choiceText } from "./field-words.ts";
import { say } from "./rules-words.ts";

type Condition = RuleItem["condition"];
type Limit = Extract<Condition, { kind: "limit" }>;

export function conditionLine(slug: string, condition: Condition): string {
  switch (condition.kind) {
    case "limit":
      return limitLine(slug, condition);
    case "boolean":
      return say("isValue", {
        name: nameOf(slug, condition.measurement),
        value: say(condition.abnormalWhen ? "yes" : "no"),
      });
    case "out-of-range":
      return `${nameOf(slug, condition.measurement)} ${choiceText("out-of-range")}`;
    case "no-data":
      return condition.afterMs === 0
        ? choiceText("no-data")
        : `${choiceText("no-data")} ${sayDuration(condition.afterMs)}`;
    case "compound":
      return choiceText("compound");
    case "children":
      return say("childrenLine", { n: condition.countMin, time: sayDuration(condition.windowMs) });
  }
}

function limitLine(
  slug: string,
  { measurement, signal, direction, inclusive, raise, clear, steps }: Limit,
): string {
  const sign = direction === "above" ? (inclusive ? "≥" : ">") : inclusive ? "≤" : "<";
  const unit = signal === undefined ? (measurementOf(slug, measurement)?.unit ?? "") : "";
  const what = signal === undefined ? "" : ` · ${choiceText(signal.kind)}`;
  const more = (steps ?? []).map((step) => `/ ${quantityText(step.raise)}`);
  const line = [`${nameOf(slug, measurement)}${what}`, sign, quantityText(raise), ...more, unit];
  return say("withClear", { line: line.join(" ").trim(), clear: quantityText(clear) });
}

function quantityText(quantity: Limit["raise"]): string {
  if (typeof quantity === "number") return plainNumber(quantity);
  const { attribute, times, plus } = quantity;
  const factor = times === undefined ? "" : `×${plainNumber(times)}`;
  const more = plus === undefined || plus === 0 ? "" : `${plus < 0 ? "−" : "+"}${Math.abs(plus)}`;
  return `${attribute}${factor}${more}`;
}

export function nameOf(slug: string, measurement: string): string {
  const found = measurementOf(slug, measurement);
  return found === undefined ? measurement : inLanguage(found.title);
}
