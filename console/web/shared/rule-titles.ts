/** What rules are called, asked for when something of a rule is shown; until it is known, their ids. */
import { get, part } from "./api.ts";
import { askedNames } from "./asked-names.ts";
import { classOf } from "./catalogue.ts";
import type { Bilingual } from "./language.ts";
import type { AlarmItem, RuleItem } from "./platform-types.ts";
import { may } from "./session.ts";
import { say } from "./shared-words.ts";
import { inLanguage } from "./words.ts";

const titles = askedNames<Bilingual>(
  async (ruleId) =>
    (await get<RuleItem>(`/api/v1/rules/${part(ruleId)}`, { signInIsMine: true })).title,
);

/** Who may not read rules is not told; nor is what no rule is called any more. */
function titleOf(ruleId: string): string | undefined {
  const title = may("rules.read") === undefined ? undefined : titles.of(ruleId);
  return title && inLanguage(title);
}

export const ruleName = (ruleId: string): string => titleOf(ruleId) ?? ruleId;

/** As a page has just read or saved it. */
export const knowRule = ({ ruleId, title }: Pick<RuleItem, "ruleId" | "title">): void =>
  titles.know(ruleId, title);

/** What an alarm is about: the condition by which it is filed, else its rule. */
export function alarmText(item: Pick<AlarmItem, "class" | "conditionId" | "ruleId">): string {
  const { class: slug, conditionId, ruleId } = item;
  const named = classOf(slug)?.conditions.find((each) => each.conditionId === conditionId);
  if (named !== undefined) return inLanguage(named.title);
  return titleOf(ruleId) ?? say("ruleOf", { id: ruleId });
}
