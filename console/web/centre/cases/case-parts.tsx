/** What lists and pages of cases show alike: time left, tags, who has it, choices of units and crews. */

import { hasEnded } from "../../shared/case-due.ts";
import { timeLeft } from "../../shared/case-times.ts";
import { sayState } from "../../shared/case-words.ts";
import { allCrews, allUnits, crewName, unitName } from "../../shared/catalogue.ts";
import { now } from "../../shared/clock.ts";
import type { CaseItem } from "../../shared/platform-types.ts";
import { say } from "./cases-words.ts";

/** Shown anew each second by itself; where no limit runs, how long the case has waited. */
export function TimeLeft({ item }: { item: CaseItem }) {
  if (hasEnded(item)) return null;
  const { text, due } = timeLeft(item, now.value);
  return (
    <span class="cases-left" data-due={due}>
      {text}
    </span>
  );
}

export function Tags({ item }: { item: CaseItem }) {
  return (
    <span class="cases-tags">
      {item.lifeSafety && <span class="tag danger">{say("life")}</span>}
      {item.isDrill === true && <span class="tag warn">{say("drillTag")}</span>}
      {item.supervised === true && <span class="tag warn">{say("supervised")}</span>}
      <span class="tag">{sayState(item.state)}</span>
    </span>
  );
}

export const handlerText = ({ unitId, crewId }: CaseItem): string =>
  [unitId && unitName(unitId), crewId && crewName(crewId)].filter(Boolean).join(" · ");

interface Chosen {
  value: string;
  onChoose: (value: string) => void;
  /** What "" says. */
  none: string;
  isNeeded?: boolean;
}

export function UnitSelect({ value, onChoose, none, isNeeded = false }: Chosen) {
  return (
    <select
      value={value}
      required={isNeeded}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      <option value="">{none}</option>
      {allUnits().map(({ unitId, name }) => (
        <option key={unitId} value={unitId}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** Of a unit those of its crews, else all. */
export function CrewSelect({ value, onChoose, none, unitId }: Chosen & { unitId?: string }) {
  const crews = allCrews().filter((crew) => unitId === undefined || crew.unitId === unitId);
  return (
    <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
      <option value="">{none}</option>
      {crews.map(({ crewId, name }) => (
        <option key={crewId} value={crewId}>
          {name}
        </option>
      ))}
    </select>
  );
}
