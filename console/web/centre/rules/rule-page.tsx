/** One rule: its form, what was changed, the backtest of the change, and its versions. */
import { saySeverity } from "../../shared/alarm-words.ts";
import { get, part } from "../../shared/api.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type { RuleItem, RuleVersion } from "../../shared/platform-types.ts";
import { route, setQuery } from "../../shared/router.ts";
import { hasRole } from "../../shared/session.ts";
import { inLanguage } from "../../shared/words.ts";
import { conditionLine } from "./condition-text.ts";
import { CopyRule } from "./copy-rule.tsx";
import { RuleEditor } from "./rule-editor.tsx";
import { PrecisionCard } from "./rule-precision.tsx";
import type { Schema } from "./rule-schema.ts";
import { RuleVersions } from "./rule-versions.tsx";
import { say } from "./rules-words.ts";

export function RulePage({ ruleId }: { ruleId: string }) {
  const address = `/api/v1/rules/${part(ruleId)}`;
  const copied = route.value.query.get("from");
  const loaded = useLoaded(async () => {
    const [rule, schema] = await Promise.all([
      get<RuleItem>(copied === null ? address : `/api/v1/rules/${part(copied)}`),
      get<Schema>("/api/v1/rule-schema"),
    ]);
    return { rule: copied === null ? rule : copyOf(rule, ruleId), schema };
  }, [ruleId, copied]);
  const version = loaded.value?.rule.version;
  const versions = useLoaded(
    async () =>
      copied === null ? (await get<{ items: RuleVersion[] }>(`${address}/versions`)).items : [],
    [ruleId, version, copied],
  );
  return (
    <Loading loaded={loaded}>
      {({ rule, schema }) => (
        <div class="rules-one">
          <Head rule={rule} />
          {!hasRole("engineer") && <p class="rules-hint">{say("readOnly")}</p>}
          <RuleEditor
            rule={rule}
            schema={schema}
            onSaved={() => (copied === null ? void loaded.reload() : setQuery({ from: "" }))}
          />
          {copied === null && (
            <>
              <PrecisionCard ruleId={ruleId} />
              <Loading loaded={versions}>{(items) => <RuleVersions items={items} />}</Loading>
              {hasRole("engineer") && <CopyRule rule={rule} />}
            </>
          )}
        </div>
      )}
    </Loading>
  );
}

/** A rule that is not there yet: saved as its first version. */
function copyOf({ trust: _told, strayOverrides: _read, ...rule }: RuleItem, id: string): RuleItem {
  return { ...rule, ruleId: id as RuleItem["ruleId"], version: 0 };
}

function Head({ rule }: { rule: RuleItem }) {
  const { ruleId, version, title, enabled, lifeSafety, severity, strayOverrides = [] } = rule;
  return (
    <header class="card">
      <h1>{inLanguage(title)}</h1>
      <p class="rules-tags">
        <span class={enabled ? "tag good" : "tag"}>{say(enabled ? "enabled" : "disabled")}</span>
        <span class="tag">{saySeverity(severity)}</span>
        {lifeSafety && <span class="tag danger">{say("lifeSafety")}</span>}
        <small>{`${ruleId} · ${say("version", { version })}`}</small>
      </p>
      <p>{conditionLine(rule.class, rule.condition)}</p>
      {strayOverrides.length > 0 && (
        <p class="rules-warn">{say("stray", { ids: strayOverrides.join(", ") })}</p>
      )}
    </header>
  );
}
