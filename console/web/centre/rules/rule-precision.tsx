/** How often crews found what a rule said. */
import { get, part } from "../../shared/api.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type { RuleItem, RulePrecision } from "../../shared/platform-types.ts";
import { say } from "./rules-words.ts";

const percent = (share: number): number => Math.round(share * 100);

export function PrecisionText({ trust }: { trust: RuleItem["trust"] }) {
  if (trust === undefined) return null;
  const { precision, labels, isDistrusted } = trust;
  if (precision === undefined) return <span class="rules-hint">{say("noLabels")}</span>;
  return (
    <>
      {say("precisionOf", { percent: percent(precision), n: labels })}
      {isDistrusted && <span class="tag warn">{say("untrusted")}</span>}
    </>
  );
}

/** Version by version, with the interval in which the truth may lie. */
export function PrecisionCard({ ruleId }: { ruleId: string }) {
  const found = useLoaded(
    () => get<RulePrecision>(`/api/v1/rules/${part(ruleId)}/precision`),
    [ruleId],
  );
  return (
    <section class="card" aria-labelledby="rule-precision">
      <h2 id="rule-precision">{say("precision")}</h2>
      <Loading loaded={found}>
        {({ trust, simulated, versions }) => (
          <>
            <p>
              <PrecisionText trust={trust} />
            </p>
            {simulated !== undefined && (
              <p class="rules-hint">
                {say("simulated", { percent: percent(simulated.precision) })}
              </p>
            )}
            <ul>
              {versions.map(({ version, all, isDistrusted }) => (
                <li key={version}>
                  {say("version", { version })}{" "}
                  {all.precision !== undefined &&
                    say("precisionRange", {
                      ...{ percent: percent(all.precision), n: all.labels },
                      low: percent(all.interval?.low ?? 0),
                      high: percent(all.interval?.high ?? 1),
                    })}
                  {isDistrusted && <span class="tag warn">{say("untrusted")}</span>}
                </li>
              ))}
            </ul>
          </>
        )}
      </Loading>
    </section>
  );
}
