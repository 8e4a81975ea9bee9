/** The cases behind one figure, each as it stood when it was counted; of a rate, those of its two counts. */
import { get, path } from "../../shared/api.ts";
import { sayState } from "../../shared/case-words.ts";
import { crewName, unitName } from "../../shared/catalogue.ts";
import { sayTime } from "../../shared/clock.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type { CountedCasesAnswer } from "../../shared/platform-types.ts";
import { href, route } from "../../shared/router.ts";
import { sayCount } from "../../shared/words.ts";
import { addressOf, askedNow } from "./asked.ts";
import { periodText, postText, say, saySubject } from "./evaluation-words.ts";
import { countsBehind, type Subject } from "./figures.ts";
import { indicatorText } from "./indicator-words.ts";
import { WideTable } from "./wide-table.tsx";

const AT_ONCE = 100;

export function CasesTab() {
  const { period, subject } = askedNow();
  const { query } = route.value;
  const subjectId = query.get("of") ?? "";
  const indicator = query.get("indicator") ?? "";
  const counts = countsBehind(indicator);
  const count = counts.find((each) => each === query.get("count")) ?? counts[0] ?? indicator;
  const cursor = query.get("after") ?? "";
  const asked = { period, subject, subjectId, indicator: count, limit: AT_ONCE, cursor };
  const address = path("/api/v1/evaluation/cases", asked);
  return (
    <section class="evaluation-cases" aria-label={say("cases")}>
      <p>
        <a href={addressOf("ranks", { of: "", indicator: "", count: "", after: "" })}>
          {say("back")}
        </a>
      </p>
      <h1>
        {say("behind", { name: nameOf(subject, subjectId), indicator: indicatorText(count) })}
      </h1>
      <p>
        {periodText(period)} · {saySubject(subject)}
      </p>
      {counts.length > 1 && <RateParts rate={indicator} counts={counts} shown={count} />}
      <Counted key={address} address={address} />
    </section>
  );
}

function nameOf(subject: Subject, subjectId: string): string {
  if (subject === "position") return postText(subjectId);
  if (subject === "crew") return crewName(subjectId);
  return subject === "unit" ? unitName(subjectId) : subjectId;
}

function RateParts({ rate, counts, shown }: RatePartsProps) {
  const [part = "", whole = ""] = counts.map(indicatorText);
  return (
    <nav class="evaluation-parts" aria-label={indicatorText(rate)}>
      <span>{say("rateOf", { rate: indicatorText(rate), part, whole })}</span>
      {counts.map((count) => (
        <a
          key={count}
          class="evaluation-part"
          href={addressOf("cases", { count, after: "" })}
          aria-current={count === shown ? "true" : undefined}
        >
          {indicatorText(count)}
        </a>
      ))}
    </nav>
  );
}

interface RatePartsProps {
  rate: string;
  counts: readonly string[];
  shown: string;
}

/** A page at a time; which one stands in the address, so that one may go back. */
function Counted({ address }: { address: string }) {
  const loaded = useLoaded(() => get<CountedCasesAnswer>(address), [address]);
  return (
    <Loading loaded={loaded}>
      {({ total, asOf, items, next }) => (
        <>
          <p role="status">
            {say("casesTotal", { n: sayCount(total) })} · {say("asOf", { t: sayTime(asOf) })}
          </p>
          {items.length === 0 && <p class="quiet">{say("casesNone")}</p>}
          {items.length > 0 && <Named items={items} />}
          {next !== undefined && (
            <p>
              <a class="button" href={addressOf("cases", { after: next })}>
                {say("casesMore")}
              </a>
            </p>
          )}
        </>
      )}
    </Loading>
  );
}

function Named({ items }: Pick<CountedCasesAnswer, "items">) {
  return (
    <WideTable label={say("cases")}>
      <thead>
        <tr>
          <th scope="col">{say("caseNo")}</th>
          <th scope="col">{say("reportedAt")}</th>
          <th scope="col">{say("state")}</th>
          <th scope="col" class="number">
            {say("count")}
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ caseNo, reportedAt, state, count }) => (
          <tr key={caseNo}>
            <td>
              <a href={href("cases", caseNo)}>{caseNo}</a>
            </td>
            <td>{sayTime(reportedAt)}</td>
            <td>{sayState(state)}</td>
            <td class="number">{count}</td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}
