/** A report followed by its number: its stage as a line with dates, and whether it was solved. */
import { useEffect, useState } from "preact/hooks";
import { get, part, path, Refused } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Fault, Loading } from "../../shared/parts.tsx";
import type { PublicReport } from "../../shared/platform-types.ts";
import { inLanguage } from "../../shared/words.ts";
import { hrefOf } from "../address.ts";
import { linkOf, mine, plain } from "../mine.ts";
import { Answer } from "./answer-form.tsx";
import { say } from "./follow-words.ts";
import { type StepShown, stageLine } from "./stage-line.ts";

interface FollowProps {
  publicNo: string | undefined;
  link: string | undefined;
}

export function FollowPage({ publicNo, link }: FollowProps) {
  const [typed, setTyped] = useState(publicNo ?? "");
  useEffect(() => setTyped(publicNo ?? ""), [publicNo]);

  function show(event: Event): void {
    event.preventDefault();
    if (typed.trim() === "") return;
    location.hash = hrefOf({ kind: "follow", publicNo: plain(typed) });
  }

  return (
    <>
      <form class="report-number" onSubmit={show}>
        <label class="field">
          <span>{say("number")}</span>
          <input
            name="no"
            autoComplete="off"
            autoCapitalize="characters"
            value={typed}
            aria-describedby="no-hint"
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <small id="no-hint">{say("numberHint")}</small>
        </label>
        <button type="submit" class="main">
          {say("show")}
        </button>
      </form>
      {publicNo === undefined ? (
        <Mine />
      ) : (
        <Report key={publicNo} publicNo={publicNo} link={link ?? linkOf(publicNo)} />
      )}
    </>
  );
}

function Mine() {
  if (mine.value.length === 0) return null;
  return (
    <section class="report-mine" aria-labelledby="mine-title">
      <h2 id="mine-title">{say("mine")}</h2>
      <ul>
        {mine.value.map(({ publicNo, link, at }) => (
          <li key={publicNo}>
            <a href={hrefOf({ kind: "follow", publicNo, link })}>{publicNo}</a>
            <small>{sayTime(at)}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Report({ publicNo, link }: { publicNo: string; link: string | undefined }) {
  const url = path(`/api/v1/public/reports/${part(publicNo)}`, { t: link });
  const loaded = useLoaded(() => get<PublicReport>(url), [url]);
  const { reload } = loaded;
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === "visible") void reload();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [reload]);
  if (loaded.fault instanceof Refused && loaded.fault.status === 404) {
    return (
      <p class="fault" role="alert">
        {say("notFound")}
      </p>
    );
  }
  if (loaded.value === undefined && loaded.fault !== undefined) {
    return <Fault fault={loaded.fault} onAgain={() => void reload()} />;
  }
  return (
    <Loading loaded={loaded}>
      {(report) => (
        <>
          <section class="card report-state" aria-labelledby="line-title">
            <h2 id="line-title">{report.publicNo}</h2>
            {report.joined && <p>{say("joined")}</p>}
            <Line report={report} />
            <Facts report={report} />
            <button type="button" onClick={() => void reload()}>
              {say("again")}
            </button>
          </section>
          <Answer report={report} link={link} onAnswered={reload} />
        </>
      )}
    </Loading>
  );
}

const NOW_WORDS = {
  received: "received",
  handled: "nowHandled",
  checked: "nowChecked",
  closed: "nowClosed",
} as const;

function Line({ report }: { report: PublicReport }) {
  const { standing } = report;
  return (
    <>
      <ol class="report-line" aria-label={say("line")}>
        {stageLine(report).map((each) => (
          <li
            key={each.step}
            data-mark={each.mark}
            aria-current={each.mark === "now" || each.mark === "next" ? "step" : undefined}
          >
            <b>{say(wordOf(each))}</b>
            <small>{whenOf(each)}</small>
          </li>
        ))}
      </ol>
      {(standing === "notAccepted" || standing === "voided" || standing === "ended") && (
        <p role="status">{say(standing)}</p>
      )}
    </>
  );
}

function wordOf({ step, mark }: StepShown) {
  if (mark === "next") return "nextHandled";
  return mark === "now" ? NOW_WORDS[step] : step;
}

function whenOf({ at, mark }: StepShown): string {
  if (at !== undefined) return sayTime(at);
  return mark === "open" ? say("notYet") : "";
}

function Facts({
  report: { category, unitName, street, dueBy, standing },
}: {
  report: PublicReport;
}) {
  const facts = [
    { word: "about", text: category === undefined ? undefined : inLanguage(category) },
    { word: "street", text: street },
    { word: "unit", text: unitName },
    { word: "dueBy", text: standing === "underWay" && dueBy ? sayTime(dueBy) : undefined },
  ] as const;
  return (
    <dl class="report-facts">
      {facts.map(
        ({ word, text }) =>
          text !== undefined && (
            <div key={word}>
              <dt>{say(word)}</dt>
              <dd>{text}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
