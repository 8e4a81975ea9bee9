/** What the next shift must know, section by section, each with how many there are. */
import type { ComponentChildren } from "preact";
import { sayState } from "../../shared/case-words.ts";
import { conditionText, crewName, unitName } from "../../shared/catalogue.ts";
import { sayTime } from "../../shared/clock.ts";
import type {
  HandoverLineItem,
  HandoverSectionName,
  HandoverSnapshot,
} from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { alarmText } from "../../shared/rule-titles.ts";
import { sayDuration } from "../../shared/time-words.ts";
import { inLanguage, sayCount } from "../../shared/words.ts";
import { say, saySection, sayStanding } from "./handover-words.ts";
import { leftOf, SECTIONS, targetOf } from "./lines.ts";

interface Given {
  snapshot: HandoverSnapshot;
  /** Beside a line that something can be done about. */
  action?:
    | ((section: HandoverSectionName, line: HandoverLineItem) => ComponentChildren)
    | undefined;
}

export function Snapshot({ snapshot, action }: Given) {
  const at = Date.parse(snapshot.at);
  return (
    <div class="handover-sections">
      {SECTIONS.map((section) => {
        const { count, lines } = snapshot.sections[section];
        return (
          <section key={section} class="card" data-section={section}>
            <h2>
              {saySection(section)} <span class="tag">{sayCount(count)}</span>
            </h2>
            {count === 0 && <p class="handover-none">{say("none")}</p>}
            <ul>
              {lines.map((line) => (
                <li key={line.id} data-life={line.lifeSafety}>
                  <Line {...{ section, line, at }} />
                  {action?.(section, line)}
                </li>
              ))}
            </ul>
            {count > lines.length && <p>{say("all", { n: sayCount(count - lines.length) })}</p>}
          </section>
        );
      })}
    </div>
  );
}

function Line({
  section,
  line,
  at,
}: {
  section: HandoverSectionName;
  line: HandoverLineItem;
  at: number;
}) {
  const target = targetOf(section, line);
  const left = leftOf(line, at);
  return (
    <>
      {left !== undefined && (
        <strong class={left.isLate ? "handover-late" : ""}>
          {say(left.isLate ? "late" : "left", { t: sayDuration(left.ms) })}
        </strong>
      )}{" "}
      {line.lifeSafety === true && <span class="tag danger">{say("lifeSafety")}</span>}{" "}
      {textOf(section, line)} {stateOf(section, line)}
      <small>
        {detailsOf(line)}{" "}
        {target !== undefined && (
          <a href={href(...target)}>{target[0] === "cases" ? line.caseNo : (target[1] ?? "")}</a>
        )}
      </small>
    </>
  );
}

function textOf(section: HandoverSectionName, line: HandoverLineItem): string {
  const { title, text, class: slug = "", conditionId, state, id } = line;
  if (title !== undefined) return inLanguage(title);
  if (section === "shelved") return alarmText({ class: slug, conditionId, ruleId: state ?? id });
  if (section === "urgent" || section === "late") {
    const item = { class: line.class, conditionId: conditionId ?? state ?? id, description: text };
    const named = conditionText(item as Parameters<typeof conditionText>[0]);
    return text === undefined || text === named ? named : `${named}: ${text}`;
  }
  return text ?? id;
}

function stateOf(section: HandoverSectionName, { state }: HandoverLineItem) {
  if (state === undefined) return null;
  if (section === "urgent" || section === "late") {
    return <span class="tag">{sayState(state as Parameters<typeof sayState>[0])}</span>;
  }
  if (!Object.hasOwn(sayStanding.words, state)) return null;
  return <span class="tag">{sayStanding(state as keyof typeof sayStanding.words)}</span>;
}

function detailsOf({
  address,
  unitId,
  crewId,
  since,
  until,
  reason,
  by,
}: HandoverLineItem): string {
  return [
    address,
    unitId === undefined ? "" : unitName(unitId),
    crewId === undefined ? "" : crewName(crewId),
    since === undefined ? "" : say("since", { at: sayTime(since) }),
    until === undefined ? "" : say("until", { at: sayTime(until) }),
    reason,
    by,
  ]
    .filter(Boolean)
    .join(" · ");
}
