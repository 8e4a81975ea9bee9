/** Which position has the case, until when, and who is late by how much. */
import { crewName, unitName } from "../../shared/catalogue.ts";
import { now, sayTime } from "../../shared/clock.ts";
import { sayRole } from "../../shared/event-words.ts";
import type { CaseDetail } from "../../shared/platform-types.ts";
import { sayDuration } from "../../shared/time-words.ts";
import { sayCode } from "../../shared/words.ts";
import { type CaseClock, clocksOf, pendingOf } from "./case-clocks.ts";
import { say, sayClock } from "./case-page-words.ts";

export function WhoHas({ detail }: { detail: CaseDetail }) {
  const clocks = clocksOf(detail);
  const pending = pendingOf(detail);
  return (
    <section class="card">
      <h2>{say("whoHas")}</h2>
      {clocks.length + pending.length === 0 && <p class="case-quiet">{say("whoNobody")}</p>}
      <ul class="case-clocks">
        {clocks.map((clock) => (
          <Clock key={clock.kind} clock={clock} detail={detail} />
        ))}
        {pending.map(({ word, roles, since }) => (
          <li key={word}>
            <strong>{say(word)}</strong>
            <span>{roles.map((role) => sayCode(sayRole, role)).join(" / ")}</span>
            {since !== undefined && <time dateTime={since}>{sayTime(since)}</time>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is left of the limit of the stage, which is told before the deadline of the work. */
export function StageLeft({ detail }: { detail: CaseDetail }) {
  const clock = clocksOf(detail).find(({ kind }) => kind === detail.stage?.stage);
  if (clock === undefined) return null;
  const leftMs = Date.parse(clock.until) - now.value;
  const t = sayDuration(leftMs);
  return (
    <span class="cases-left" data-due={leftMs < 0 ? "over" : "calm"}>
      {sayClock(clock.kind)} {leftMs < 0 ? say("late", { t }) : say("left", { t })}
    </span>
  );
}

function Clock({ clock, detail }: { clock: CaseClock; detail: CaseDetail }) {
  const leftMs = Date.parse(clock.until) - now.value;
  const isLate = leftMs < 0 && clock.kind !== "suspended";
  const t = sayDuration(leftMs);
  return (
    <li data-late={isLate}>
      <strong>{isLate ? say("late", { t }) : say("left", { t })}</strong>
      <span>
        {whoseText(clock, detail)} · {sayClock(clock.kind)}
      </span>
      <time dateTime={clock.until}>{sayTime(clock.until)}</time>
    </li>
  );
}

/** The unit and the crew by their names, a position by its role. */
function whoseText({ whose }: CaseClock, { unitId, crewId }: CaseDetail): string {
  if (whose === "crew" && crewId !== undefined) return crewName(crewId);
  if (whose === "unit" && unitId !== undefined) return unitName(unitId);
  return sayCode(sayRole, whose);
}
