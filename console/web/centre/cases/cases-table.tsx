/** A list of cases as a table: time left first. Long lists are shown a part at a time. */
import { useState } from "preact/hooks";
import { hasEnded } from "../../shared/case-due.ts";
import { conditionText } from "../../shared/catalogue.ts";
import { sayTime } from "../../shared/clock.ts";
import { saySource } from "../../shared/event-words.ts";
import type { CaseItem } from "../../shared/platform-types.ts";
import { href, route } from "../../shared/router.ts";
import { sayCode, sayCount } from "../../shared/words.ts";
import { assetName } from "../now/asset-names.ts";
import { handlerText, Tags, TimeLeft } from "./case-parts.tsx";
import { say } from "./cases-words.ts";

const SHOWN_AT_ONCE = 100;

export interface TableProps {
  items: readonly CaseItem[];
  /** So many at first, and again for each "more"; absent: 100. */
  shownAtOnce?: number;
  /** Absent: nothing can be chosen. */
  chosen?: ReadonlySet<string>;
  onToggle?: (caseNo: string) => void;
  onChoose?: (caseNos: readonly string[]) => void;
}

export function CasesTable(props: TableProps) {
  const { items, shownAtOnce = SHOWN_AT_ONCE, chosen, onToggle, onChoose } = props;
  const [turns, setTurns] = useState(1);
  const shown = items.slice(0, turns * shownAtOnce);
  const rest = Math.min(shownAtOnce, items.length - shown.length);
  const areAllChosen = shown.every(({ caseNo }) => chosen?.has(caseNo) === true);
  return (
    <>
      <table class="cases-table">
        <thead>
          <tr>
            {chosen !== undefined && (
              <th>
                <input
                  type="checkbox"
                  aria-label={say("chooseAll")}
                  checked={areAllChosen}
                  onChange={() => onChoose?.(areAllChosen ? [] : shown.map(({ caseNo }) => caseNo))}
                />
              </th>
            )}
            <th>{say(chosen === undefined ? "ended" : "timeLeft")}</th>
            <th>{say("what")}</th>
            <th>{say("state")}</th>
            <th>{say("handler")}</th>
            <th>{say("case")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((item) => (
            <Row key={item.caseNo} item={item} chosen={chosen} onToggle={onToggle} />
          ))}
        </tbody>
      </table>
      {rest > 0 && (
        <button type="button" class="cases-more" onClick={() => setTurns(turns + 1)}>
          {say("more", { n: sayCount(rest) })}
        </button>
      )}
    </>
  );
}

interface RowProps {
  item: CaseItem;
  chosen: ReadonlySet<string> | undefined;
  onToggle: ((caseNo: string) => void) | undefined;
}

function Row({ item, chosen, onToggle }: RowProps) {
  const { caseNo, lifeSafety, address, assetId, gridCell, source, openedAt } = item;
  return (
    <tr data-life={lifeSafety} data-chosen={chosen?.has(caseNo) === true}>
      {chosen !== undefined && (
        <td>
          <input
            type="checkbox"
            aria-label={say("choose", { caseNo })}
            checked={chosen.has(caseNo)}
            onChange={() => onToggle?.(caseNo)}
          />
        </td>
      )}
      <td>
        <TimeLeft item={item} />
        {hasEnded(item) && <time>{sayTime(item.closedAt ?? openedAt)}</time>}
      </td>
      <td>
        <a
          class="cases-open"
          data-case={caseNo}
          href={`${href("cases", caseNo)}?${route.value.query}`}
        >
          {conditionText(item)}
        </a>
        <div class="cases-where">
          {address ?? (assetId === undefined ? gridCell : assetName(assetId))}
        </div>
      </td>
      <td>
        <Tags item={item} />
      </td>
      <td>{handlerText(item)}</td>
      <td class="cases-no">
        {caseNo}
        <div class="cases-where">
          {sayCode(saySource, source)} · {sayTime(openedAt)}
        </div>
      </td>
    </tr>
  );
}
