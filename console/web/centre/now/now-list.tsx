/**
 * The live list. Only the rows in sight are made, so that thousands cost no more than a screenful; each
 * keeps its element, so that focus and reading stay where they are while others come in above.
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { unitName } from "../../shared/catalogue.ts";
import { href, setQuery } from "../../shared/router.ts";
import { sayCount } from "../../shared/words.ts";
import { watched } from "../watch/watch.ts";
import type { NowFilter } from "./now-filter.ts";
import { NowRowText } from "./now-row.tsx";
import type { NowRow } from "./now-rows.ts";
import { indexAfterKey, inSight } from "./now-window.ts";
import { say } from "./now-words.ts";
import type { Chosen } from "./use-chosen.ts";

const ROW_PX = 82;

interface NowListProps {
  rows: readonly NowRow[];
  chosen: Chosen | undefined;
  filter: NowFilter;
}

export function NowList({ rows, chosen, filter }: NowListProps) {
  const { isCut, isKnown } = watched.value;
  const isFiltered = filter.classes !== undefined || filter.states.size < 4 || filter.unitId;
  return (
    <section class="now-cases" aria-labelledby="cases-title">
      <header>
        <h2 id="cases-title">
          {say("openCases", { n: sayCount(rows.length) })}
          {isCut && say("more")}
        </h2>
        <UnitFilter unitId={filter.unitId} />
      </header>
      {isKnown && rows.length === 0 && (
        <p id="no-cases" class="quiet">
          {say(isFiltered ? "noCasesShown" : "noCases")}
        </p>
      )}
      <Rows rows={rows} chosen={chosen} />
      <p class="now-keys">{say("keys")}</p>
    </section>
  );
}

function UnitFilter({ unitId }: { unitId: string | undefined }) {
  const units = new Set<string>(
    [...watched.value.cases.values()].flatMap((item) => item.unitId ?? []),
  );
  if (unitId !== undefined) units.add(unitId);
  return (
    <select
      aria-label={say("unit")}
      value={unitId ?? ""}
      onChange={(event) => setQuery({ unit: event.currentTarget.value })}
    >
      <option value="">{say("allUnits")}</option>
      {[...units].sort().map((each) => (
        <option key={each} value={each}>
          {unitName(each)}
        </option>
      ))}
    </select>
  );
}

function Rows({ rows, chosen }: Omit<NowListProps, "filter">) {
  const room = useRef<HTMLOListElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [focused, setFocused] = useState<string>();
  const stop = rows.some(({ key }) => key === focused) ? focused : rows[0]?.key;
  const hadFocus = useRef(false);
  hadFocus.current = room.current?.contains(document.activeElement) === true;

  useLayoutEffect(() => {
    const element = room.current;
    if (element === null) return;
    const measure = (): void =>
      setView({ top: element.scrollTop, height: Math.max(ROW_PX, element.clientHeight) });
    const resizes = new ResizeObserver(measure);
    resizes.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      resizes.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, []);
  // An element that was moved among the others loses the focus.
  useLayoutEffect(() => {
    if (hadFocus.current && room.current?.contains(document.activeElement) === false) {
      buttonOf(room.current, stop)?.focus({ preventScroll: true });
    }
  });

  function move(event: KeyboardEvent): void {
    const at = rows.findIndex(({ key }) => key === stop);
    const next = indexAfterKey(event.key, at, rows.length, Math.floor(view.height / ROW_PX));
    const key = next === undefined ? undefined : rows[next]?.key;
    if (next === undefined || key === undefined || room.current === null) return;
    event.preventDefault();
    const { scrollTop, clientHeight } = room.current;
    if (next * ROW_PX < scrollTop) room.current.scrollTop = next * ROW_PX;
    const bottom = (next + 1) * ROW_PX;
    if (bottom > scrollTop + clientHeight) room.current.scrollTop = bottom - clientHeight;
    setFocused(key);
    requestAnimationFrame(() => buttonOf(room.current, key)?.focus());
  }

  const [from, to] = inSight(view, ROW_PX, rows.length);
  return (
    <ol id="cases" ref={room} onKeyDown={move}>
      {rows.map((row, n) => {
        if ((n < from || n >= to) && row.key !== stop) return null;
        const isChosen = chosen?.key === row.key || isOfAsset(row, chosen);
        return (
          <li
            key={row.key}
            aria-setsize={rows.length}
            aria-posinset={n + 1}
            style={{ top: `${n * ROW_PX}px`, height: `${ROW_PX}px` }}
          >
            <a
              href={addressOf(row)}
              data-key={row.key}
              tabIndex={row.key === stop ? 0 : -1}
              aria-current={isChosen ? "true" : undefined}
              onFocus={() => setFocused(row.key)}
              onClick={(event) => {
                event.preventDefault();
                choose(row);
              }}
            >
              <NowRowText row={row} />
            </a>
          </li>
        );
      })}
      <li class="now-room" aria-hidden="true" style={{ height: `${rows.length * ROW_PX}px` }} />
    </ol>
  );
}

const buttonOf = (room: HTMLElement | null, key: string | undefined): HTMLElement | undefined =>
  [...(room?.querySelectorAll<HTMLElement>("[data-key]") ?? [])].find(
    (each) => each.dataset.key === key,
  );

const isOfAsset = ({ item }: NowRow, chosen: Chosen | undefined): boolean =>
  chosen?.item === undefined && chosen?.assetId !== undefined && item.assetId === chosen.assetId;

const addressOf = ({ kind, item, key }: NowRow): string =>
  kind === "case"
    ? `${href("now")}?case=${encodeURIComponent(key)}`
    : `${href("now")}?asset=${encodeURIComponent(item.assetId ?? "")}`;

function choose({ kind, item, key }: NowRow): void {
  if (kind === "case") setQuery({ case: key, asset: "" });
  else setQuery({ case: "", asset: item.assetId ?? "" });
}
