/**
 * The last periods of a score or an indicator of the chosen subjects, as lines and as a table. A call a
 * period, one after the other and each once, and only when somebody has chosen.
 */
import { useEffect, useMemo, useState } from "preact/hooks";
import { get, path } from "../../shared/api.ts";
import { Fault, Field } from "../../shared/parts.tsx";
import type { EvaluationAnswer, EvaluationItem } from "../../shared/platform-types.ts";
import { route, setQuery } from "../../shared/router.ts";
import type { Asked } from "./asked.ts";
import { periodText, say } from "./evaluation-words.ts";
import { figureText } from "./figures.ts";
import { indicatorText } from "./indicator-words.ts";
import { upTo } from "./periods.ts";
import { itemText } from "./rank-parts.tsx";
import { bottomOf, linesOf, topOf } from "./trend.ts";
import { chosenIn, TREND_MAX, TREND_PERIODS } from "./trend-choice.ts";
import { TrendLines } from "./trend-lines.tsx";
import { WideTable } from "./wide-table.tsx";

interface TrendProps {
  asked: Asked;
  items: readonly EvaluationItem[];
  columns: readonly string[];
  hasScores: boolean;
}

const textOf = (of: string): string => (of === "score" ? say("score") : indicatorText(of));

export function Trend({ asked, items, columns, hasScores }: TrendProps) {
  const { query } = route.value;
  const chosen = chosenIn(query).filter((id) => items.some((each) => each.subjectId === id));
  const offered = hasScores ? ["score", ...columns] : columns;
  const of = offered.find((each) => each === query.get("trend")) ?? offered[0] ?? "score";
  return (
    <section class="evaluation-trend" aria-label={say("trend")}>
      <h2>{say("trendOf", { what: textOf(of) })}</h2>
      {chosen.length === 0 ? (
        <p class="quiet">{say("trendHow", { n: TREND_PERIODS })}</p>
      ) : (
        <>
          <Field label={say("figure")}>
            <select value={of} onChange={(event) => setQuery({ trend: event.currentTarget.value })}>
              {offered.map((each) => (
                <option key={each} value={each}>
                  {textOf(each)}
                </option>
              ))}
            </select>
          </Field>
          <Lines {...{ asked, items, chosen, of }} />
        </>
      )}
      {chosen.length >= TREND_MAX && <p>{say("trendFull", { n: TREND_MAX })}</p>}
    </section>
  );
}

interface LinesProps {
  asked: Asked;
  items: readonly EvaluationItem[];
  chosen: readonly string[];
  of: string;
}

function Lines({ asked, items, chosen, of }: LinesProps) {
  const { periods, answers, fault } = useHistory(asked);
  const names = chosen.map((id) => {
    const item = items.find((each) => each.subjectId === id);
    return item === undefined ? id : itemText(item, asked.subject);
  });
  const lines = linesOf(answers, chosen, of);
  const top = topOf(lines, of);
  return (
    <>
      <Fault fault={fault} />
      {answers.length < periods.length && fault === undefined && (
        <p role="status">{say("trendLoading", { n: answers.length, of: periods.length })}</p>
      )}
      <TrendLines {...{ lines, names, periods, of, top }} bottom={bottomOf(lines, of, top)} />
      <WideTable label={say("trend")}>
        <thead>
          <tr>
            <th scope="col">{say("name")}</th>
            {periods.map((period) => (
              <th key={period} scope="col" class="number">
                {periodText(period)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ subjectId, values }, index) => (
            <tr key={subjectId}>
              <th scope="row">
                <span class="evaluation-line" data-line={index} aria-hidden="true" />
                {names[index]}
              </th>
              {periods.map((period, at) => (
                <td key={period} class="number">
                  {figureText(of, values[values.length - periods.length + at])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </WideTable>
    </>
  );
}

/** The newest is asked for first; answers stand at the end until all are there. */
function useHistory({ period, subject, model }: Asked) {
  const periods = useMemo(() => upTo(period, TREND_PERIODS), [period]);
  const [answers, setAnswers] = useState<readonly EvaluationAnswer[]>([]);
  const [fault, setFault] = useState<unknown>();
  useEffect(() => {
    const over = new AbortController();
    setAnswers([]);
    setFault(undefined);
    const ask = async (): Promise<void> => {
      for (const each of [...periods].reverse()) {
        const address = path("/api/v1/evaluation", { period: each, subject, model });
        const answer = await get<EvaluationAnswer>(address, { signal: over.signal });
        setAnswers((before) => [answer, ...before]);
      }
    };
    ask().catch((reason: unknown) => over.signal.aborted || setFault(reason));
    return () => over.abort();
  }, [periods, subject, model]);
  return { periods, answers, fault };
}
