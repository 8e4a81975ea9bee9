/**
 * A rule as a form with its faults beside its fields, what was changed of it, and its backtest; saved as
 * the next version. What was typed stays while somebody else saves, the session ends or the language
 * is switched, and is there again after the page was left.
 */
import { useEffect, useMemo, useState } from "preact/hooks";
import { get, part, put, Refused } from "../../shared/api.ts";
import { Fault } from "../../shared/parts.tsx";
import type { RuleItem, RuleVersion } from "../../shared/platform-types.ts";
import { knowRule } from "../../shared/rule-titles.ts";
import { hasRole } from "../../shared/session.ts";
import { Backtest } from "./backtest.tsx";
import { Differences } from "./differences.tsx";
import { pathText } from "./field-words.ts";
import { differences, rebased } from "./rule-diff.ts";
import type { Schema, Value } from "./rule-schema.ts";
import { say } from "./rules-words.ts";
import { SchemaField } from "./schema-field.tsx";
import { useDraft } from "./use-draft.ts";
import { useFaults } from "./use-faults.ts";

/** Not for a person to change here: it stands in the address, or is counted up. */
const HIDDEN = new Set(["ruleId", "version", "class"]);

interface EditorProps {
  rule: RuleItem;
  schema: Schema;
  onSaved(): void;
}

export function RuleEditor({ rule, schema, onSaved }: EditorProps) {
  const [newer, setNewer] = useState<RuleItem>();
  const standing = newer !== undefined && newer.version > rule.version ? newer : rule;
  const base = useMemo(() => plain(standing), [standing]);
  const mayEdit = hasRole("engineer");
  const { draft, over, back, type, drop } = useDraft(rule.ruleId, base, mayEdit);
  const [fault, setFault] = useState<unknown>();
  const [saved, setSaved] = useState<number>();
  const [isBusy, setBusy] = useState(false);
  const value = draft ?? base;
  const version = Number(value.version);
  const changed = differences(base, value);
  const isSame = changed.length === 0 && version > 0;
  const checked = useFaults(schema, rule.ruleId, value, !isSame);

  async function save(): Promise<void> {
    setBusy(true);
    setFault(undefined);
    const { ruleId, ...body } = value;
    try {
      const next = await put<RuleItem>(`/api/v1/rules/${part(String(ruleId))}`, body);
      knowRule(next);
      setSaved(next.version);
      setNewer(next);
      drop();
      onSaved();
    } catch (refused) {
      setFault(refused);
    }
    setBusy(false);
  }
  const isConflict = fault instanceof Refused && fault.code === "RULE_VERSION_CONFLICT";
  return (
    <>
      <section class="card" aria-labelledby="rule-form">
        <h2 id="rule-form">{say("form")}</h2>
        {back !== undefined && (
          <p class="rules-warn" role="status">
            {say("draftBack")} {back.isOnNewer && say("draftBackNewer")}
          </p>
        )}
        <fieldset class="rules-form" disabled={!mayEdit || isBusy}>
          <SchemaField
            name=""
            path=""
            schema={schema}
            value={value}
            onChange={(next) => {
              setSaved(undefined);
              type(next as Record<string, Value>);
            }}
            form={{ root: schema, slug: rule.class, faults: checked.byPath, hidden: HIDDEN }}
          />
        </fieldset>
      </section>
      {mayEdit && <Backtest rule={standing} draft={value} isFaulty={checked.list.length > 0} />}
      {mayEdit && (
        <section class="card rules-save" aria-labelledby="rule-changes">
          <h2 id="rule-changes">{say("changes", { n: changed.length })}</h2>
          {changed.length > 0 && <Differences found={changed} />}
          <div role="status">
            {checked.isChecking && say("checking")}
            {draft !== undefined &&
              !checked.isChecking &&
              checked.list.length === 0 &&
              say("noFaults")}
            {checked.list.length > 0 && (
              <>
                <p class="fault">{say("faults", { n: checked.list.length })}</p>
                <ul>
                  {checked.list.map(({ path, text }) => (
                    <li key={`${path} ${text}`}>{`${pathText(path)}: ${text}`}</li>
                  ))}
                </ul>
              </>
            )}
            {saved !== undefined && <strong>{say("saved", { version: saved })}</strong>}
          </div>
          <Fault fault={checked.fault} />
          {isConflict ? (
            <Conflict
              rule={standing}
              onAdopt={(theirs) => {
                const onTheirs = rebased(over, value, plain(theirs));
                type(onTheirs as Record<string, Value>, plain(theirs));
                setNewer(theirs);
                setFault(undefined);
              }}
            />
          ) : (
            <Fault fault={fault} />
          )}
          <p class="rules-actions">
            <button
              type="button"
              class="main"
              disabled={isBusy || isSame || checked.list.length > 0 || isConflict}
              onClick={() => void save()}
            >
              {say("save", { version: version + 1 })}
            </button>
            <button
              type="button"
              disabled={draft === undefined}
              onClick={() => {
                drop();
                setFault(undefined);
              }}
            >
              {say("discard")}
            </button>
          </p>
        </section>
      )}
    </>
  );
}

/** Without what is told beside it. */
function plain({ trust: _told, strayOverrides: _read, ...rule }: RuleItem): Record<string, Value> {
  return rule;
}

/** Somebody has saved meanwhile: what they changed, and going on from it. */
function Conflict({ rule, onAdopt }: { rule: RuleItem; onAdopt(theirs: RuleItem): void }) {
  const [newest, setNewest] = useState<RuleVersion>();
  const [fault, setFault] = useState<unknown>();
  useEffect(() => {
    const address = `/api/v1/rules/${part(rule.ruleId)}/versions`;
    get<{ items: RuleVersion[] }>(address).then(({ items }) => setNewest(items[0]), setFault);
  }, [rule.ruleId]);
  if (newest === undefined) return <Fault fault={fault} />;
  const { version } = newest.rule;
  return (
    <div class="rules-conflict" role="alert">
      <p>{say("conflict", { by: newest.changedBy, version })}</p>
      <Differences found={differences(plain(rule), newest.rule)} />
      <button type="button" onClick={() => onAdopt(newest.rule)}>
        {say("adopt", { version })}
      </button>
    </div>
  );
}
