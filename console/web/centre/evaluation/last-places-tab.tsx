/** Whom a rule of last places meets at the end of a month or a quarter. */
import { get, path } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type { LastPlacesInfo } from "../../shared/platform-types.ts";
import { AskBar, useModels } from "./ask-bar.tsx";
import { type Asked, askedNow } from "./asked.ts";
import { groupText, periodText, ruleText, say } from "./evaluation-words.ts";
import { partsOf } from "./periods.ts";
import { Verified } from "./verified.tsx";
import { WideTable } from "./wide-table.tsx";

export function LastPlacesTab() {
  const asked = askedNow();
  const kind = partsOf(asked.period)?.kind;
  return (
    <section aria-label={say("lastPlaces")}>
      <AskBar asked={asked} models={useModels()} isOfUnits />
      {kind === "month" || kind === "quarter" ? (
        <LastPlaces key={`${asked.period} ${asked.model}`} asked={asked} />
      ) : (
        <p class="quiet">{say("lastWants")}</p>
      )}
    </section>
  );
}

function LastPlaces({ asked: { period, model } }: { asked: Asked }) {
  const loaded = useLoaded(
    () => get<LastPlacesInfo>(path("/api/v1/evaluation/last-places", { period, model })),
    [period, model],
  );
  return (
    <Loading loaded={loaded}>
      {(answer) => (
        <>
          <header class="evaluation-head">
            <h1>
              {periodText(answer.period)} {say("lastPlaces")}
            </h1>
            <p>
              {say("asOf", { t: sayTime(answer.asOf) })}
              {answer.isOver && ` · ${say("isOver")}`}
            </p>
            <Verified answer={answer} />
          </header>
          {answer.items.length === 0 ? (
            <p class="quiet">{say("lastNone")}</p>
          ) : (
            <Met items={answer.items} />
          )}
        </>
      )}
    </Loading>
  );
}

function Met({ items }: Pick<LastPlacesInfo, "items">) {
  return (
    <WideTable label={say("lastPlaces")}>
      <thead>
        <tr>
          <th scope="col">{say("unit")}</th>
          <th scope="col">{say("rule")}</th>
          <th scope="col">{say("periods")}</th>
          <th scope="col">{say("scores")}</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ ruleId, subjectId, name, peerGroup, periods, scores }) => (
          <tr key={`${ruleId} ${subjectId}`}>
            <th scope="row">
              {name ?? subjectId} <small>{groupText(peerGroup)}</small>
            </th>
            <td>{ruleText(ruleId)}</td>
            <td>{periods.map(periodText).join(", ")}</td>
            <td>{scores.join(", ")}</td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}
