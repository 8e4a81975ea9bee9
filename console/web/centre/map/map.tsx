/** The map as a part of a page. What it shows is given; what is chosen on it is told. */
import { useEffect, useRef } from "preact/hooks";
import { unitName } from "../../shared/catalogue.ts";
import { language } from "../../shared/language.ts";
import type { MapData } from "../../shared/platform-types.ts";
import "./map.css";
import { createDrawnMap, type DrawnMap } from "./map-drawn.ts";
import type { PersonGiven } from "./map-people.ts";
import type { AssetsShown, MarkGiven } from "./map-shown.ts";
import type { MapTheme } from "./map-theme.ts";
import { say } from "./map-words.ts";

export interface MapProps {
  data: MapData;
  assets: AssetsShown;
  marks: readonly MarkGiven[];
  /** Who is out there; absent: nobody is shown. */
  people?: readonly PersonGiven[];
  theme: MapTheme;
  /** Of the left, what something else lies over. */
  coveredPx?: number;
  chosen?: { lon: number; lat: number } | undefined;
  /** Without it and `onPlace` the map is a picture, and the buttons are away. */
  onChoose?: (mark: Pick<MarkGiven, "caseNo" | "assetId">) => void;
  /** With it a place is pointed at, and nothing is chosen. */
  onPlace?: (place: { lon: number; lat: number }) => void;
  /** Gets the map itself, to move it and to light up assets. */
  onReady?: (map: DrawnMap) => void;
}

const ZOOM_STEP = 1.5;

export function MapOfAssets(props: MapProps) {
  const { data, assets, marks, people, theme, chosen, onChoose, onPlace } = props;
  const isPicture = onChoose === undefined && onPlace === undefined;
  const ground = useRef<HTMLCanvasElement>(null);
  const moving = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<DrawnMap | undefined>(undefined);
  const told = useRef(props);
  told.current = props;

  useEffect(() => {
    if (ground.current === null || moving.current === null) return;
    const map = createDrawnMap({
      ground: ground.current,
      moving: moving.current,
      theme,
      coveredPx: told.current.coveredPx ?? 0,
      // A street is a unit, and its grid has its id.
      nameOf: unitName,
      onChooseAsset: (assetId) => told.current.onChoose?.({ assetId }),
      onChooseMark: (mark) => told.current.onChoose?.(mark),
      onPlace: onPlace && ((place) => told.current.onPlace?.(place)),
    });
    drawn.current = map;
    told.current.onReady?.(map);
    return map.end;
  }, [theme]);
  useEffect(() => drawn.current?.load(data), [data]);
  useEffect(() => drawn.current?.show(assets), [assets]);
  useEffect(() => drawn.current?.showMarks(marks), [marks]);
  useEffect(() => drawn.current?.showPeople(people ?? []), [people]);
  useEffect(() => drawn.current?.choose(chosen), [chosen?.lon, chosen?.lat]);
  useEffect(() => drawn.current?.sayAgain(), [language.value, unitName(data.grids[0] ?? "")]);

  return (
    <div class="map">
      <canvas ref={ground} />
      <canvas
        ref={moving}
        class="map-moving"
        role={isPicture ? "img" : "application"}
        aria-label={say(isPicture ? "mapShown" : onPlace === undefined ? "map" : "mapOfPlace")}
        tabIndex={isPicture ? undefined : 0}
      />
      {!isPicture && (
        <div class="map-tools">
          <Tool word="zoomIn" sign="+" act={() => drawn.current?.zoom(ZOOM_STEP)} />
          <Tool word="zoomOut" sign="−" act={() => drawn.current?.zoom(1 / ZOOM_STEP)} />
          <Tool word="zoomAll" sign="⤢" act={() => drawn.current?.showAll()} />
        </div>
      )}
    </div>
  );
}

interface ToolProps {
  word: "zoomIn" | "zoomOut" | "zoomAll";
  sign: string;
  act: () => void;
}

function Tool({ word, sign, act }: ToolProps) {
  return (
    <button type="button" aria-label={say(word)} title={say(word)} onClick={act}>
      {sign}
    </button>
  );
}
