/** The rules of a class: what is abnormal, how long it must be, what comes of it, how often it is right. */
import { saySeverity } from "../../shared/alarm-words.ts";
import { allPages } from "../../shared/all-pages.ts";
import { get, type Page, part } from "../../shared/api.ts";
import { classes, classOf } from "../../shared/catalogue.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Field, Loading } from "../../shared/parts.tsx";
import type { RuleItem } from "../../shared/platform-types.ts";
import { href, route, setQuery } from "../../shared/router.ts";
import { sayDuration } from "../../shared/time-words.ts";
import { inLanguage } from "../../shared/words.ts";
import { conditionLine } from "./condition-text.ts";
import { PrecisionText } from "./rule-precision.tsx";
import { say } from "./rules-words.ts";

const HEADS = ["name", "condition", "delays", "severity", "filing", "precision"] as const;

export function RuleList() {
  const rules = useLoaded(
    async () => (await allPages<Page<RuleItem>>("/api/v1/rules")).flatMap(({ items }) => items),
    [],
  );
  return (
    <section aria-labelledby="rules-title">
      <h1 id="rules-title">{say("rules")}</h1>
      <Loading loaded={rules}>{(items) => <OfClass items={items} />}</Loading>
    </section>
  );
}

function OfClass({ items }: { items: readonly RuleItem[] }) {
  const slugs = [...new Set(items.map((rule) => rule.class))];
  const slug = route.value.query.get("class") ?? slugs[0] ?? "";
  const mine = items.filter((rule) => rule.class === slug);
  return (
    <>
      <Field label={say("class")}>
        <select
          name="class"
          class="rules-pick"
          value={slug}
          onChange={(event) => setQuery({ class: event.currentTarget.value })}
        >
          {slugs.map((each) => (
            <option key={each} value={each}>
              {classText(each)} ({items.filter((rule) => rule.class === each).length})
            </option>
          ))}
        </select>
      </Field>
      {mine.length === 0 && <p class="quiet">{say("noRules")}</p>}
      {mine.length > 0 && (
        <div class="rules-table">
          <table>
            <thead>
              <tr>
                {HEADS.map((head) => (
                  <th key={head} scope="col">
                    {say(head)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {mine.map((rule) => (
                <RuleRow key={rule.ruleId} rule={rule} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

const classText = (slug: string): string => {
  const found = classes().find((each) => each.slug === slug);
  return found === undefined ? slug : inLanguage(found.title);
};

function RuleRow({ rule }: { rule: RuleItem }) {
  const detail = useLoaded(
    () => get<RuleItem>(`/api/v1/rules/${part(rule.ruleId)}`),
    [rule.ruleId, rule.version],
  );
  return (
    <tr class={rule.enabled ? undefined : "rules-off"}>
      <th scope="row">
        <a href={href("rules", rule.ruleId)}>{inLanguage(rule.title)}</a>
        <small>{rule.ruleId}</small>
        {!rule.enabled && <span class="tag">{say("disabled")}</span>}
        {rule.lifeSafety && <span class="tag danger">{say("lifeSafety")}</span>}
      </th>
      <td>{conditionLine(rule.class, rule.condition)}</td>
      <td>{`${sayDuration(rule.onDelayMs)} / ${sayDuration(rule.offDelayMs)}`}</td>
      <td class="rules-nowrap">{saySeverity(rule.severity)}</td>
      <td>{filingText(rule)}</td>
      <td class="rules-nowrap">
        <PrecisionText trust={detail.value?.trust} />
      </td>
    </tr>
  );
}

function filingText(rule: RuleItem): string {
  if (rule.isDeviceFault === true) return say("deviceTask");
  if (rule.conditionId === undefined) return say("alarmOnly");
  const found = classOf(rule.class)?.conditions.find(
    ({ conditionId }) => conditionId === rule.conditionId,
  );
  return found === undefined ? rule.conditionId : inLanguage(found.title);
}
