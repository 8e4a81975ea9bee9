/** One row of the live list: the time left first, then what, where, and who has it. */
import { sayAlarmState } from "../../shared/alarm-words.ts";
import { timeLeft } from "../../shared/case-times.ts";
import { sayState } from "../../shared/case-words.ts";
import { classOf, conditionText, crewName, unitName } from "../../shared/catalogue.ts";
import { now } from "../../shared/clock.ts";
import type { AlarmItem, CaseItem } from "../../shared/platform-types.ts";
import { alarmText } from "../../shared/rule-titles.ts";
import { sayAge } from "../../shared/time-words.ts";
import { inLanguage } from "../../shared/words.ts";
import { assetName } from "./asset-names.ts";
import type { NowRow } from "./now-rows.ts";
import { say } from "./now-words.ts";

export function NowRowText({ row }: { row: NowRow }) {
  const { item } = row;
  const { text, due } = row.kind === "case" ? timeLeft(row.item, now.value) : ageOf(row.item);
  const isDrill = row.kind === "case" && row.item.isDrill === true;
  const what = row.kind === "case" ? conditionText(row.item) : alarmText(row.item);
  return (
    <span class="now-row" data-danger={item.lifeSafety ? "" : undefined}>
      <span class="now-left" data-due={due}>
        {text}
      </span>
      <span class="now-what">
        {isDrill && say("drillTag")}
        {item.lifeSafety && <span aria-hidden="true">{"⚠ "}</span>}
        {what}
      </span>
      <span class="now-where">{row.kind === "case" ? whereOf(row.item) : nameOf(row.item)}</span>
      <small>
        {(row.kind === "case" ? caseFacts(row.item) : alarmFacts(row.item)).join(" · ")}
      </small>
    </span>
  );
}

function ageOf({ raisedAt, lifeSafety }: AlarmItem): { text: string; due: "over" | "soon" } {
  const t = sayAge(now.value - Date.parse(raisedAt));
  return { text: say("alarmAge", { t }), due: lifeSafety ? "over" : "soon" };
}

const nameOf = ({ assetId }: AlarmItem | CaseItem): string =>
  assetId === undefined ? "" : assetName(assetId);

function whereOf(item: CaseItem): string {
  const name = nameOf(item);
  const place = item.address ?? (name === "" ? `${item.lon}, ${item.lat}` : "");
  return [name, place].filter((part) => part !== "").join(" · ");
}

function caseFacts(item: CaseItem): string[] {
  return [
    ...(item.lifeSafety ? [say("dangerTag")] : []),
    sayState(item.state),
    item.unitId === undefined ? say("noUnit") : unitName(item.unitId),
    ...crewFact(item),
    ...classFact(item),
    item.caseNo,
  ];
}

/** A case that was sent to its unit and that no crew has must be seen. */
function crewFact({ crewId, state }: CaseItem): string[] {
  if (crewId !== undefined) return [crewName(crewId)];
  return state === "DISPATCHED" ? [say("noCrew")] : [];
}

const classFact = ({ class: slug }: AlarmItem | CaseItem): string[] => {
  const title = classOf(slug)?.title;
  return title === undefined ? [] : [inLanguage(title)];
};

function alarmFacts(item: AlarmItem): string[] {
  return [
    ...(item.lifeSafety ? [say("dangerTag")] : []),
    sayAlarmState(item.state),
    say("noAlarmCase"),
    ...classFact(item),
  ];
}
