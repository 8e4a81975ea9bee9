/**
 * The open cases, the most urgent first. Rows are kept by case number and changed in place, so
 * that focus and scrolling stay where they are. An asset's name is asked for when its row is seen.
 */
import type { CaseItem } from "./api.ts";
import { byUrgency, timeLeft } from "./case-times.ts";
import type { Catalogue } from "./catalogue.ts";
import { $, keepRows, make, moveByArrows, oneTabStop, setText } from "./dom.ts";
import { inLanguage, say, sayState } from "./words.ts";

export interface CasesList {
  show(cases: readonly CaseItem[]): void;
  /** Marks the chosen case, or all cases of the chosen asset. */
  mark(chosen: { caseNo?: string | undefined; assetId?: string | undefined } | undefined): void;
  /** Every second: the time left. */
  tick(): void;
  sayAgain(): void;
  /** Scrolls the case's row into sight. */
  reveal(caseNo: string): void;
  focus(caseNo: string): void;
}

interface CasesListDeps {
  catalogue(): Catalogue;
  now(): number;
  assetName(assetId: string): Promise<string | undefined>;
  onChoose(item: CaseItem): void;
}

export function createCasesList(deps: CasesListDeps): CasesList {
  const list = $("cases");
  let cases = new Map<string, CaseItem>();
  let chosen: { caseNo?: string | undefined; assetId?: string | undefined } = {};
  const names = new Map<string, string>();
  const buttons = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("button")];
  const seen = new IntersectionObserver(onSeen, { root: list, rootMargin: "200px" });
  moveByArrows(list, buttons);

  function buttonOf(caseNo: string): HTMLElement | undefined {
    return buttons().find((button) => button.parentElement?.dataset.key === caseNo);
  }

  function onSeen(entries: IntersectionObserverEntry[]): void {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      const assetId = cases.get((target as HTMLElement).dataset.key ?? "")?.assetId;
      if (assetId !== undefined && !names.has(assetId)) void learnName(assetId);
    }
  }

  async function learnName(assetId: string): Promise<void> {
    names.set(assetId, assetId);
    const name = await deps.assetName(assetId).catch(() => undefined);
    if (name === undefined) names.delete(assetId);
    else names.set(assetId, name);
    fillRows();
  }

  function makeRow(caseNo: string): HTMLElement {
    const button = make(
      "button",
      {},
      make("span", { className: "what" }),
      make("span", { className: "left" }),
      make("span", { className: "where" }),
      make("small"),
    );
    button.type = "button";
    button.tabIndex = -1;
    button.addEventListener("click", () => {
      const item = cases.get(caseNo);
      if (item !== undefined) deps.onChoose(item);
    });
    const row = make("li", {}, button);
    seen.observe(row);
    return row;
  }

  function fillRows(): void {
    for (const row of list.children as Iterable<HTMLElement> & HTMLCollection) {
      const item = cases.get(row.dataset.key ?? "");
      const button = row.firstElementChild as HTMLElement | null;
      if (item !== undefined && button !== null) fillRow(button, item);
    }
    tick();
  }

  function fillRow(button: HTMLElement, item: CaseItem): void {
    const catalogue = deps.catalogue();
    button.classList.toggle("life-safety", item.lifeSafety);
    const isChosen =
      item.caseNo === chosen.caseNo ||
      (chosen.caseNo === undefined &&
        chosen.assetId !== undefined &&
        item.assetId === chosen.assetId);
    button.toggleAttribute("aria-current", isChosen);
    if (isChosen) button.setAttribute("aria-current", "true");
    const what = button.querySelector<HTMLElement>(".what");
    setText(what, drillMark(item) + (item.lifeSafety ? "⚠ " : "") + conditionText(catalogue, item));
    setText(button.querySelector(".where"), whereText(item, names));
    const title = catalogue.classOf(item.class)?.title;
    const more = [
      item.lifeSafety ? say("dangerTag") : undefined,
      title === undefined ? undefined : inLanguage(title),
      sayState(item.state),
      item.unitId === undefined ? say("noUnit") : catalogue.unitName(item.unitId),
      crewText(catalogue, item),
      item.caseNo,
    ];
    setText(button.querySelector("small"), more.filter((part) => part !== undefined).join(" · "));
  }

  function tick(): void {
    const now = deps.now();
    for (const row of list.children as Iterable<HTMLElement> & HTMLCollection) {
      const item = cases.get(row.dataset.key ?? "");
      const span = row.querySelector<HTMLElement>(".left");
      if (item === undefined || span === null) continue;
      const { text, due } = timeLeft(item, now);
      if (span.dataset.due !== due) span.dataset.due = due;
      setText(span, text);
    }
  }

  return {
    show(next) {
      cases = new Map(next.map((item) => [item.caseNo, item]));
      const keys = [...next].sort(byUrgency).map((item) => item.caseNo);
      keepRows(list, keys, makeRow);
      fillRows();
      const [first] = buttons();
      if (!buttons().some((button) => button.tabIndex === 0)) oneTabStop(buttons(), first);
      $("no-cases").hidden = next.length > 0;
    },
    mark(next) {
      chosen = next ?? {};
      fillRows();
    },
    tick,
    sayAgain: fillRows,
    reveal: (caseNo) => buttonOf(caseNo)?.scrollIntoView({ block: "nearest" }),
    focus(caseNo) {
      const button = buttonOf(caseNo);
      if (button === undefined) return;
      oneTabStop(buttons(), button);
      button.focus();
    },
  };
}

export const drillMark = ({ isDrill }: CaseItem): string =>
  isDrill === true ? `【${say("drillTag")}】` : "";

export function conditionText(catalogue: Catalogue, item: CaseItem): string {
  const title = catalogue.conditionOf(item);
  return title === undefined ? (item.description ?? item.conditionId) : inLanguage(title);
}

/** A case that was sent to its unit and that no crew has must be seen. */
function crewText(catalogue: Catalogue, item: CaseItem): string | undefined {
  if (item.crewId !== undefined) return catalogue.crewName(item.crewId);
  return item.state === "DISPATCHED" ? say("noCrew") : undefined;
}

function whereText(item: CaseItem, names: ReadonlyMap<string, string>): string {
  const name = item.assetId === undefined ? undefined : (names.get(item.assetId) ?? item.assetId);
  const place = item.address ?? (name === undefined ? `${item.lon}, ${item.lat}` : undefined);
  return [name, place].filter((part) => part !== undefined).join(" · ");
}
