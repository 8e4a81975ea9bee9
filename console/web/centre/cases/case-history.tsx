/** The history of a case: the seven stages as a line, then every record with who, why and its files. */

import { sayState } from "../../shared/case-words.ts";
import { unitName } from "../../shared/catalogue.ts";
import { sayTime } from "../../shared/clock.ts";
import { sayEvent, sayOutcome, sayRole } from "../../shared/event-words.ts";
import type { CaseDetail } from "../../shared/platform-types.ts";
import { sayCode } from "../../shared/words.ts";
import type { HistoryRecord } from "./case-conflict.ts";
import { say } from "./case-page-words.ts";
import { type StageName, stagesOf } from "./case-stages.ts";
import { sayNote } from "./note-words.ts";

const STAGE_WORDS = {
  collected: "stageCollected",
  filed: "stageFiled",
  dispatched: "stageDispatched",
  handled: "stageHandled",
  reportedBack: "stageReported",
  checkedClosed: "stageChecked",
  evaluated: "stageEvaluated",
} as const satisfies Record<StageName, string>;

export function CaseHistory({ detail }: { detail: CaseDetail }) {
  return (
    <section class="card">
      <h2>{say("history")}</h2>
      <ol class="case-stages" aria-label={say("stages")}>
        {stagesOf(detail).map(({ name, progress, at, actor }) => (
          <li
            key={name}
            data-progress={progress}
            aria-current={progress === "current" ? "step" : undefined}
          >
            <strong>{say(STAGE_WORDS[name])}</strong>
            {at !== undefined && (
              <small>
                {sayTime(at)} {actor}
              </small>
            )}
          </li>
        ))}
      </ol>
      <ol class="case-history">
        {detail.history.map((record) => (
          <Entry key={record.seq} record={record} detail={detail} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ record, detail }: { record: HistoryRecord; detail: CaseDetail }) {
  const { seq, at, from, to } = record;
  const files = detail.files.filter((file) => file.seq === seq);
  return (
    <li>
      <time dateTime={at}>{sayTime(at)}</time>
      <div>
        <RecordLine record={record} />
        {from !== undefined && from !== to && (
          <span class="case-quiet case-moved">
            {sayState(from)} → {sayState(to)}
          </span>
        )}
        {files.length > 0 && (
          <ul class="case-entry-files">
            {files.map(({ fileId, name }) => (
              <li key={fileId}>
                <a href={`/api/v1/files/${fileId}`} target="_blank" rel="noreferrer">
                  {name ?? fileId.slice(0, 8)}
                </a>
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}

/** What was done, by whom, and what was said with it. */
export function RecordLine({ record }: { record: HistoryRecord }) {
  const { event, actor, role, unitId, note, reason, outcome } = record;
  const by = [
    role === "system" ? undefined : actor,
    sayCode(sayRole, role),
    unitId !== undefined ? unitName(unitId) : undefined,
  ];
  return (
    <>
      <strong>{sayCode(sayEvent, event)}</strong>{" "}
      <span class="case-quiet">{by.filter(Boolean).join(" · ")}</span>
      {outcome !== undefined && <span class="tag">{sayCode(sayOutcome, outcome)}</span>}
      {[reason, note].map((text) =>
        text ? (
          <p key={text} class="case-said">
            {sayNote(text)}
          </p>
        ) : null,
      )}
    </>
  );
}
