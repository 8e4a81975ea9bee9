/** Which period, of whom and by which model: chosen by controls, the period also by its keys. */
import { useEffect } from "preact/hooks";
import { get } from "../../shared/api.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Field } from "../../shared/parts.tsx";
import type { ScoreModelItem } from "../../shared/platform-types.ts";
import { setQuery } from "../../shared/router.ts";
import { inLanguage } from "../../shared/words.ts";
import { type Asked, runningOf } from "./asked.ts";
import { periodText, say, sayKind, saySubject } from "./evaluation-words.ts";
import { SUBJECTS } from "./figures.ts";
import { asKind, PERIOD_KINDS, type PeriodKind, partsOf, stepped } from "./periods.ts";

export interface AskBarProps {
  asked: Asked;
  models: readonly ScoreModelItem[];
  /** What is shown is of units alone. */
  isOfUnits?: boolean;
}

/** Score models as they stand; without them the id is shown. */
export function useModels(): readonly ScoreModelItem[] {
  const load = () => get<{ items: ScoreModelItem[] }>("/api/v1/evaluation/models");
  return useLoaded(load, []).value?.items ?? [];
}

export function AskBar({ asked, models, isOfUnits = false }: AskBarProps) {
  const { period, subject, model } = asked;
  const ids = models.some(({ modelId }) => modelId === model)
    ? models
    : [...models, { modelId: model, model: undefined }];
  return (
    <div class="evaluation-bar">
      <PeriodChoice period={period} />
      {!isOfUnits && <SubjectChoice subject={subject} />}
      <Field label={say("model")}>
        <select value={model} onChange={(event) => setQuery({ model: event.currentTarget.value })}>
          {ids.map(({ modelId: id, model: set }) => (
            <option key={id} value={id}>
              {set === undefined ? id : say("modelOf", { id, title: inLanguage(set.title) })}
            </option>
          ))}
        </select>
      </Field>
    </div>
  );
}

function SubjectChoice({ subject }: Pick<Asked, "subject">) {
  return (
    <Field label={say("subject")}>
      <select
        value={subject}
        onChange={(event) => setQuery({ subject: event.currentTarget.value, sort: "", on: "" })}
      >
        {SUBJECTS.map((each) => (
          <option key={each} value={each}>
            {saySubject(each)}
          </option>
        ))}
      </select>
    </Field>
  );
}

function PeriodChoice({ period }: { period: string }) {
  const kind = partsOf(period)?.kind ?? "month";
  // Of what has not begun there is nothing to see.
  const isLast = period >= runningOf(kind);
  const go = (by: number): void => {
    if (by < 0 || !isLast) setQuery({ period: stepped(period, by) });
  };
  useStepKeys(go);
  /** From the running one to the running one. */
  const choose = (next: PeriodKind): void => {
    const isRunning = period === runningOf(kind);
    setQuery({ period: isRunning ? runningOf(next) : asKind(period, next) });
  };
  return (
    <>
      <Field label={say("periodKind")}>
        <select value={kind} onChange={(event) => choose(event.currentTarget.value as PeriodKind)}>
          {PERIOD_KINDS.map((each) => (
            <option key={each} value={each}>
              {sayKind(each)}
            </option>
          ))}
        </select>
      </Field>
      <fieldset class="evaluation-steps" title={say("keys")}>
        <legend class="for-the-ear">{say("period")}</legend>
        <button
          type="button"
          aria-label={say("previous")}
          aria-keyshortcuts="["
          onClick={() => go(-1)}
        >
          ◀ <kbd>[</kbd>
        </button>
        <output>{periodText(period)}</output>
        <button
          type="button"
          aria-label={say("next")}
          aria-keyshortcuts="]"
          disabled={isLast}
          onClick={() => go(1)}
        >
          <kbd>]</kbd> ▶
        </button>
      </fieldset>
    </>
  );
}

function useStepKeys(go: (by: number) => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { key, ctrlKey, metaKey, altKey, target } = event;
      const isTyping = target instanceof HTMLInputElement && target.type !== "checkbox";
      if (ctrlKey || metaKey || altKey || isTyping || !["[", "]"].includes(key)) return;
      if (document.querySelector("dialog[open]") !== null) return;
      go(key === "[" ? -1 : 1);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  });
}
