/** The ranks of a period: what was asked, whether its records hold, a table for each peer group, the trend. */
import { get, path } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { language } from "../../shared/language.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type { EvaluationAnswer, ScoreModelItem } from "../../shared/platform-types.ts";
import { route, setQuery } from "../../shared/router.ts";
import { say as sayShared } from "../../shared/shared-words.ts";
import { AskBar, useModels } from "./ask-bar.tsx";
import { type Asked, askedNow } from "./asked.ts";
import { groupText, periodText, say, saySubject } from "./evaluation-words.ts";
import { columnsOf, isScored } from "./figures.ts";
import { ItemDetails } from "./item-details.tsx";
import { grouped, orderOf } from "./order.ts";
import { RanksTable } from "./ranks-table.tsx";
import { Trend } from "./trend.tsx";
import { Verified } from "./verified.tsx";

export function RanksTab() {
  const asked = askedNow();
  const { period, subject, model } = asked;
  const models = useModels();
  const loaded = useLoaded(
    () => get<EvaluationAnswer>(path("/api/v1/evaluation", { period, subject, model })),
    [period, subject, model],
  );
  return (
    <section class="evaluation-ranks" aria-label={say("ranks")}>
      <AskBar asked={asked} models={models} />
      <p role="status">{loaded.isLoading && loaded.value !== undefined && sayShared("loading")}</p>
      <Loading loaded={loaded}>
        {(answer) => <Ranks answer={answer} asked={asked} models={models} />}
      </Loading>
    </section>
  );
}

interface RanksProps {
  answer: EvaluationAnswer;
  asked: Asked;
  models: readonly ScoreModelItem[];
}

function Ranks({ answer, asked, models }: RanksProps) {
  const { query } = route.value;
  const isAll = query.get("all") === "1";
  const order = orderOf(query.get("sort"));
  const columns = columnsOf(answer, isAll);
  const hasScores = isScored(answer);
  const who = answer.items.find(({ subjectId }) => subjectId === query.get("who"));
  const model = models.find(({ modelId }) => modelId === answer.model)?.model;
  const closeDetails = (): void => setQuery({ who: "" });
  return (
    <>
      <Head answer={answer} />
      <Tools asked={asked} isAll={isAll} />
      {answer.items.length === 0 && <p class="quiet">{say("empty")}</p>}
      {[...grouped(answer.items)].map(([group, items]) => (
        <RanksTable
          key={group}
          title={group === "" ? saySubject(answer.subject) : groupText(group)}
          items={items}
          {...{ subject: answer.subject, columns, hasScores, order }}
        />
      ))}
      <Trend asked={asked} items={answer.items} columns={columns} hasScores={hasScores} />
      {who !== undefined && (
        <ItemDetails item={who} subject={answer.subject} model={model} onClose={closeDetails} />
      )}
    </>
  );
}

function Head({ answer }: { answer: EvaluationAnswer }) {
  const { period, subject, model, asOf, isOver } = answer;
  return (
    <header class="evaluation-head">
      <h1>
        {periodText(period)} {saySubject(subject)}
      </h1>
      <p>
        {say("model")} {model} · {say("asOf", { t: sayTime(asOf) })} ·{" "}
        {say(isOver ? "isOver" : "running")}
      </p>
      <Verified answer={answer} />
    </header>
  );
}

function Tools({ asked, isAll }: { asked: Asked; isAll: boolean }) {
  const address = path("/api/v1/evaluation/export", { ...asked, lang: language.value });
  return (
    <div class="evaluation-tools">
      <button type="button" onClick={() => setQuery({ all: isAll ? "" : "1" })}>
        {say(isAll ? "chiefOnly" : "all")}
      </button>
      <a class="button" href={address} download="">
        {say("export")}
      </a>
      <button type="button" onClick={() => window.print()}>
        {say("print")}
      </button>
    </div>
  );
}
