/**
 * The work lists: what waits for whom, the most urgent first, live. Lists and filters stand in the
 * address; several cases are chosen and moved on at once.
 */
import { useComputed } from "@preact/signals";
import { useMemo, useRef, useState } from "preact/hooks";
import { byUrgency } from "../../shared/case-due.ts";
import { allCrews, allUnits, conditionText } from "../../shared/catalogue.ts";
import { now } from "../../shared/clock.ts";
import { Fault } from "../../shared/parts.tsx";
import type { CaseItem } from "../../shared/platform-types.ts";
import { href, route } from "../../shared/router.ts";
import { user } from "../../shared/session.ts";
import { say as sayShared } from "../../shared/shared-words.ts";
import { sayCount } from "../../shared/words.ts";
import { askAgain, watched, watchFault } from "../watch/watch.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { filterOf, isEmptyFilter, meets } from "./cases-filter.ts";
import { CasesTable } from "./cases-table.tsx";
import { say } from "./cases-words.ts";
import { ClosedCases } from "./closed-cases.tsx";
import { FilterForm } from "./filter-form.tsx";
import { KeysDialog, useListKeys } from "./list-keys.tsx";
import {
  countsOf,
  isInList,
  listOf,
  unitsUnder,
  WORK_LISTS,
  type Worker,
  type WorkList,
} from "./work-lists.ts";

const LIST_WORDS = {
  mine: "inListMine",
  accept: "inListAccept",
  file: "inListFile",
  dispatch: "inListDispatch",
  work: "inListWork",
  review: "inListReview",
  check: "inListCheck",
  close: "inListClose",
  open: "inListOpen",
  closed: "inListClosed",
} as const;

/** What is late is judged so often; the time left itself ticks each second. */
const JUDGE_EACH_MS = 10_000;

export function CasesList() {
  const list = listOf(route.value.query.get("list"));
  const worker = useWorker();
  const items = useMemo(() => [...watched.value.cases.values()], [watched.value]);
  const counts = useMemo(() => countsOf(items, worker), [items, worker]);
  const inList = useMemo(
    () => items.filter((item) => isInList(list, item, worker)).sort(byUrgency),
    [items, list, worker],
  );
  return (
    <div class="cases">
      <Lists shown={list} counts={counts} />
      <div class="cases-body">
        <FilterForm />
        <Fault fault={watchFault.value} onAgain={() => void askAgain()} />
        {list === "closed" ? (
          <ClosedCases filter={filterOf(route.value.query)} />
        ) : (
          <OpenCases key={list} list={list} inList={inList} />
        )}
      </div>
    </div>
  );
}

interface OpenProps {
  list: WorkList;
  inList: readonly CaseItem[];
}

function OpenCases({ list, inList }: OpenProps) {
  const filter = filterOf(route.value.query);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isHelpOpen, setHelpOpen] = useState(false);
  const room = useRef<HTMLDivElement>(null);
  const toggle = (caseNo: string): void => setChosen((before) => toggled(before, caseNo));
  useListKeys(room, toggle, () => setHelpOpen(true));
  const { value: judgedAt } = useComputed(
    () => Math.floor(now.value / JUDGE_EACH_MS) * JUDGE_EACH_MS,
  );
  const shown = inList.filter((item) => meets(item, filter, judgedAt, conditionText));
  return (
    <div ref={room}>
      <h1 class="cases-title" aria-live="polite">
        {say("casesOf", { list: say(LIST_WORDS[list]), n: sayCount(shown.length) })}
        <button type="button" class="bare" onClick={() => setHelpOpen(true)}>
          {say("keys")} ?
        </button>
      </h1>
      <BulkBar
        items={shown.filter(({ caseNo }) => chosen.has(caseNo))}
        onClear={() => setChosen(new Set())}
      />
      {shown.length === 0 && <Nothing inList={inList} isFiltered={!isEmptyFilter(filter)} />}
      {watched.value.isCut && <p class="quiet">{say("cut")}</p>}
      {shown.length > 0 && (
        <CasesTable
          items={shown}
          chosen={chosen}
          onToggle={toggle}
          onChoose={(caseNos) => setChosen(new Set(caseNos))}
        />
      )}
      {isHelpOpen && <KeysDialog onClose={() => setHelpOpen(false)} />}
    </div>
  );
}

/** Why nothing is shown; where the platform has not answered, its fault stands above. */
function Nothing({ inList, isFiltered }: Pick<OpenProps, "inList"> & { isFiltered: boolean }) {
  if (!watched.value.isKnown) {
    return watchFault.value === undefined ? <p class="quiet">{sayShared("loading")}</p> : null;
  }
  const hasMore = isFiltered && inList.length > 0;
  return (
    <p class="quiet">
      {hasMore ? say("noneFiltered", { n: sayCount(inList.length) }) : say("none")}
    </p>
  );
}

function toggled(before: ReadonlySet<string>, caseNo: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(caseNo)) after.add(caseNo);
  return after;
}

/** Who looks, with his unit and all below it, or his crew's. */
function useWorker(): Worker {
  const who = user.value;
  const units = allUnits();
  const crews = allCrews();
  return useMemo(() => {
    const crew = crews.find(({ crewId }) => crewId === who?.crewId);
    const unitId = who?.unitId ?? crew?.unitId;
    return {
      roles: who?.roles ?? [],
      units: unitsUnder(unitId, units),
      crewId: who?.crewId,
    };
  }, [who, units, crews]);
}

function Lists({ shown, counts }: { shown: WorkList; counts: Record<string, number> }) {
  return (
    <nav class="cases-lists" aria-label={say("lists")}>
      {WORK_LISTS.map((list) => (
        <a key={list} href={listHref(list)} aria-current={list === shown ? "page" : undefined}>
          <span>{say(LIST_WORDS[list])}</span>
          {list !== "closed" && <span class="cases-count">{sayCount(counts[list] ?? 0)}</span>}
        </a>
      ))}
    </nav>
  );
}

/** The filters stay. */
function listHref(list: WorkList): string {
  const query = new URLSearchParams(route.value.query);
  query.set("list", list);
  return `${href("cases")}?${query}`;
}
