/** What is no sense in a rule, as it is told beside its field. */
import { classOf, measurementOf } from "../../shared/catalogue.ts";
import type { RuleFault } from "../../shared/platform-types.ts";
import { inLanguage } from "../../shared/words.ts";
import { choiceText } from "./field-words.ts";
import { sayWant } from "./rule-fault-words.ts";
import { say } from "./rules-words.ts";

/** @param slug the rule's class, whose measurements are named */
export function ruleFaultText(fault: RuleFault, slug: string | undefined): string {
  const { reason, got, nearest } = fault;
  const wanted = Object.hasOwn(sayWant.words, reason)
    ? sayWant(reason, namesIn(fault, slug)).trim()
    : fault.wanted;
  // What has a blank in it is the platform's own words for what stands in the field.
  const text = /\s/.test(got)
    ? say("wantedOnly", { wanted })
    : say("wanted", { wanted, got: choiceText(got) });
  return nearest === undefined ? text : `${text} ${say("nearest", { name: nearest })}`;
}

/** An id begins with the class as it is written. */
const namesIn = ({ reason, values }: RuleFault, slug: string | undefined) =>
  reason === "id-of-class"
    ? values
    : Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, nameOf(name, String(value), slug)]),
      );

function nameOf(name: string, value: string, slug: string | undefined): string {
  if (name === "severity") return choiceText(value);
  const title = titleOf(name, value, slug);
  return title === undefined ? value : inLanguage(title);
}

function titleOf(name: string, value: string, slug: string | undefined) {
  if (name === "measurement") return measurementOf(slug, value)?.title;
  return name === "class" ? classOf(value)?.title : undefined;
}
