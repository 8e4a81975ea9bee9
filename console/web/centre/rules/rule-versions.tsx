/** Every version that was put, with when, by whom and what was changed by it. */
import { sayTime } from "../../shared/clock.ts";
import type { RuleVersion } from "../../shared/platform-types.ts";
import { Differences } from "./differences.tsx";
import { differences } from "./rule-diff.ts";
import { say } from "./rules-words.ts";

export function RuleVersions({ items }: { items: readonly RuleVersion[] }) {
  if (items.length === 0) return null;
  return (
    <section class="card" aria-labelledby="rule-versions">
      <h2 id="rule-versions">{say("versions")}</h2>
      {items.map(({ rule, changedAt, changedBy }, n) => {
        const before = items[n + 1];
        const fills = { version: rule.version, by: changedBy, at: sayTime(changedAt) };
        return (
          <details key={rule.version}>
            <summary>{say("versionBy", fills)}</summary>
            {before !== undefined && <Differences found={differences(before.rule, rule)} />}
          </details>
        );
      })}
    </section>
  );
}
