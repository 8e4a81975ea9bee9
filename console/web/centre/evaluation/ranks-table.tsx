/** One peer group as a table that is sorted by any column; each count leads to its cases. */
import type { EvaluationItem } from "../../shared/platform-types.ts";
import { route, setQuery } from "../../shared/router.ts";
import { addressOf } from "./asked.ts";
import { say } from "./evaluation-words.ts";
import { countsBehind, figureText, type Subject } from "./figures.ts";
import { indicatorText } from "./indicator-words.ts";
import { nextOrder, type Order, ordered, orderText } from "./order.ts";
import { ChangeCell, GradeTag, itemText } from "./rank-parts.tsx";
import { choiceText, chosenIn, TREND_MAX } from "./trend-choice.ts";
import { WideTable } from "./wide-table.tsx";

export interface RanksTableProps {
  title: string;
  items: readonly EvaluationItem[];
  subject: Subject;
  columns: readonly string[];
  hasScores: boolean;
  order: Order;
}

export function RanksTable({ title, items, subject, columns, hasScores, order }: RanksTableProps) {
  const scoreColumns = ["score", "change", "year"] as const;
  return (
    <div class="evaluation-group">
      <h2>{title}</h2>
      <WideTable label={title}>
        <thead>
          <tr>
            {hasScores && <SortHead by="rank" text={say("rank")} order={order} />}
            <SortHead by="name" text={say("name")} order={order} />
            {hasScores &&
              scoreColumns.map((by) => <SortHead key={by} by={by} text={say(by)} order={order} />)}
            {columns.map((by) => (
              <SortHead key={by} by={by} text={indicatorText(by)} order={order} />
            ))}
          </tr>
        </thead>
        <tbody>
          {ordered(items, order).map((item) => (
            <Row key={item.subjectId} {...{ item, subject, columns, hasScores }} />
          ))}
        </tbody>
      </WideTable>
    </div>
  );
}

function SortHead({ by, text, order }: { by: string; text: string; order: Order }) {
  const isMine = order.by === by;
  const sort = isMine ? (order.isDown ? "descending" : "ascending") : undefined;
  return (
    <th scope="col" aria-sort={sort} class={by === "name" ? undefined : "number"}>
      <button
        type="button"
        class="bare"
        onClick={() => setQuery({ sort: orderText(nextOrder(order, by)) })}
      >
        {text}
        <span aria-hidden="true">{isMine && (order.isDown ? " ▼" : " ▲")}</span>
      </button>
    </th>
  );
}

interface RowProps {
  item: EvaluationItem;
  subject: Subject;
  columns: readonly string[];
  hasScores: boolean;
}

function Row({ item, subject, columns, hasScores }: RowProps) {
  const { subjectId, rank, rankedOf, change, changeOnLastYear } = item;
  const name = itemText(item, subject);
  const chosen = chosenIn(route.value.query);
  const isChosen = chosen.includes(subjectId);
  const toggle = (): void => {
    const left = chosen.filter((each) => each !== subjectId);
    setQuery({ on: choiceText(isChosen ? left : [...chosen, subjectId]) });
  };
  return (
    <tr>
      {hasScores && (
        <td class="number">{rank === null ? "–" : say("rankOf", { rank, of: rankedOf })}</td>
      )}
      <th scope="row">
        <input
          type="checkbox"
          aria-label={say("onTrend", { name })}
          checked={isChosen}
          disabled={!isChosen && chosen.length >= TREND_MAX}
          onChange={toggle}
        />
        <button type="button" class="bare" onClick={() => setQuery({ who: subjectId })}>
          {name}
        </button>
      </th>
      {hasScores && (
        <>
          <td class="number">
            <GradeTag item={item} />
          </td>
          <ChangeCell change={change} />
          <ChangeCell change={changeOnLastYear} />
        </>
      )}
      {columns.map((indicator) => (
        <td key={indicator} class="number">
          <Figure {...{ item, name, indicator }} />
        </td>
      ))}
    </tr>
  );
}

/** Leads to the cases that are counted in it, where there are any. */
export function Figure({
  item: { subjectId, indicators },
  name,
  indicator,
}: {
  item: EvaluationItem;
  name: string;
  indicator: string;
}) {
  const value = indicators[indicator];
  const text = figureText(indicator, value);
  if (value === null || value === undefined || value === 0) return <>{text}</>;
  if (countsBehind(indicator).length === 0) return <>{text}</>;
  const label = say("behind", { name, indicator: indicatorText(indicator) });
  return (
    <a
      href={addressOf("cases", { of: subjectId, indicator, who: "" })}
      aria-label={`${label} ${text}`}
    >
      {text}
    </a>
  );
}
