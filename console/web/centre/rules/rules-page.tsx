/** Rules: the list of a class, or one rule with its form, its backtest, its versions and its precision. */
import "./rules.css";
import { route } from "../../shared/router.ts";
import { RuleList } from "./rule-list.tsx";
import { RulePage } from "./rule-page.tsx";

export default function RulesPage() {
  const ruleId = route.value.parts[1];
  return (
    <div class="rules">
      {ruleId === undefined ? <RuleList /> : <RulePage key={ruleId} ruleId={ruleId} />}
    </div>
  );
}
