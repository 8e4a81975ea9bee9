/** *Wall*: one view for a wall, readable at five metres, live, with nothing to be done at it. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import { get } from "../../shared/api.ts";
import { byUrgency } from "../../shared/case-due.ts";
import { timeLeft } from "../../shared/case-times.ts";
import { conditionText, unitName } from "../../shared/catalogue.ts";
import { now, offsetMinutes } from "../../shared/clock.ts";
import { listen, liveState } from "../../shared/live.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Fault } from "../../shared/parts.tsx";
import { formatTime } from "../../shared/platform-time.ts";
import type { CaseItem, MapData } from "../../shared/platform-types.ts";
import { go } from "../../shared/router.ts";
import { say as sayShared } from "../../shared/shared-words.ts";
import { MapOfAssets } from "../map/map.tsx";
import type { DrawnMap } from "../map/map-drawn.ts";
import { ALL_SHOWN } from "../map/map-shown.ts";
import { NIGHT } from "../map/map-theme.ts";
import { filterOf } from "../now/now-filter.ts";
import { marksOf, rowsOf } from "../now/now-rows.ts";
import { watched } from "../watch/watch.ts";
import { useAwake } from "./use-awake.ts";
import { useWallToday } from "./use-wall.ts";
import { classFigures } from "./wall-figures.ts";
import { CaseFiguresPart, ClassesPart, TodayPart, TrendPart } from "./wall-parts.tsx";
import "./wall.css";
import { say } from "./wall-words.ts";

const URGENT_MAX = 10;

export default function WallPage() {
  useAwake();
  useLeaving();
  const map = useLoaded(() => get<MapData>("/api/v1/map"), []);
  const today = useWallToday();
  const data = map.value;
  const classes = useMemo(
    () => (data === undefined ? [] : classFigures(data, watched.value)),
    [data, watched.value],
  );
  return (
    <div class="wall">
      <WallHead />
      <div class="wall-left">
        <CaseFiguresPart />
        <TodayPart today={today} classes={classes} />
      </div>
      <section class="wall-map">
        <Fault fault={map.fault} onAgain={() => void map.reload()} />
        {data !== undefined && <WallMap data={data} />}
      </section>
      <Urgent />
      <div class="wall-foot">
        {data !== undefined && <ClassesPart data={data} rows={classes} />}
        <TrendPart today={today} />
      </div>
    </div>
  );
}

function useLeaving(): void {
  useEffect(() => {
    const leave = (event: KeyboardEvent): void => {
      // Whoever signs in over the wall types.
      if (document.querySelector("dialog[open]") !== null) return;
      if (event.key.toLowerCase() === "f" && !event.ctrlKey && !event.metaKey) go("now");
    };
    window.addEventListener("keydown", leave);
    return () => window.removeEventListener("keydown", leave);
  }, []);
}

function WallHead() {
  const text = formatTime(now.value, offsetMinutes());
  const isLive = liveState.value === "live";
  return (
    <header class="wall-head">
      <h1>{say("title")}</h1>
      {!isLive && (
        <p class="wall-lost" role="status">
          {sayShared(liveState.value === "lost" ? "connectionLost" : "connectionWaiting")}
        </p>
      )}
      <time class="wall-clock">
        {text.slice(0, 10)} <b>{text.slice(11, 19)}</b>
      </time>
      <div class="wall-tools">
        {document.fullscreenEnabled && (
          <button type="button" onClick={() => void document.documentElement.requestFullscreen()}>
            {say("fullScreen")}
          </button>
        )}
        <button type="button" id="wall-leave" onClick={() => go("now")}>
          {say("leave")}
        </button>
      </div>
    </header>
  );
}

const ALL = filterOf(new URLSearchParams());

function WallMap({ data }: { data: MapData }) {
  const drawn = useRef<DrawnMap | undefined>(undefined);
  const places = useMemo(
    () => new Map(data.items.map(([assetId, , , lon, lat]) => [assetId, { lon, lat }])),
    [data],
  );
  const { silent } = watched.value;
  const assets = useMemo(() => ({ ...ALL_SHOWN, silent }), [silent]);
  const marks = useMemo(
    () => marksOf(rowsOf(watched.value, ALL), (assetId) => places.get(assetId)),
    [watched.value, places],
  );
  useEffect(() => listen({ reading: ({ assetId }) => drawn.current?.pulse(String(assetId)) }), []);
  return (
    <MapOfAssets
      data={data}
      assets={assets}
      marks={marks}
      theme={NIGHT}
      onReady={(map) => {
        drawn.current = map;
      }}
    />
  );
}

function Urgent() {
  const items = [...watched.value.cases.values()]
    .filter(({ isDrill }) => isDrill !== true)
    .sort(byUrgency)
    .slice(0, URGENT_MAX);
  return (
    <section class="wall-urgent" aria-labelledby="wall-urgent">
      <h2 id="wall-urgent">{say("urgent")}</h2>
      {items.length === 0 && watched.value.isKnown && <p>{say("none")}</p>}
      <ol>
        {items.map((item) => (
          <UrgentRow key={item.caseNo} item={item} />
        ))}
      </ol>
    </section>
  );
}

function UrgentRow({ item }: { item: CaseItem }) {
  const { text, due } = timeLeft(item, now.value);
  return (
    <li data-danger={item.lifeSafety ? "" : undefined}>
      <b class="wall-due" data-due={due}>
        {text}
      </b>
      <span class="wall-what">
        {item.lifeSafety ? "⚠ " : ""}
        {conditionText(item)}
      </span>
      <small class="wall-where">
        {[item.address, item.unitId === undefined ? undefined : unitName(item.unitId)]
          .filter((each) => each !== undefined)
          .join(" · ") || item.caseNo}
      </small>
    </li>
  );
}
