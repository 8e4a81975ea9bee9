/**
 * The map on its two canvases, with no tiles from anywhere: the ground is painted only when the view or
 * what it shows has changed; what moves (marks, arriving readings, the choice) lies on one of its own above.
 */
import type { MapData } from "../../shared/platform-types.ts";
import type { Cluster } from "./map-clusters.ts";
import { listenTo } from "./map-gestures.ts";
import { type GridShapes, shapesOf } from "./map-grids.ts";
import { createGroundPainter } from "./map-ground.ts";
import { type MapItems, nearest, type Place, sortItems, toDegrees, toMetres } from "./map-items.ts";
import { createMovingPainter, PULSE_MS, shownMarks } from "./map-marks.ts";
import type { Person, PersonGiven } from "./map-people.ts";
import { ALL_SHOWN, type AssetsShown, dotOf, type Mark, type MarkGiven } from "./map-shown.ts";
import type { MapTheme } from "./map-theme.ts";
import { dragged, isGathered, metresAt, near, type View, whole, zoomed } from "./map-view.ts";

export interface DrawnMap {
  /** The first time all of it is shown, later the view stays where it was. */
  load(data: MapData): void;
  /** Another object is another choice; the same one costs nothing. */
  show(shown: AssetsShown): void;
  showMarks(marks: readonly MarkGiven[]): void;
  showPeople(people: readonly PersonGiven[]): void;
  choose(place: { lon: number; lat: number } | undefined): void;
  /** Brings a place to the middle, near enough to see what stands there. */
  goTo(lon: number, lat: number): void;
  zoom(factor: number): void;
  showAll(): void;
  /** A reading of the asset came: it lights up for a moment. */
  pulse(assetId: string): void;
  /** The names of areas are said anew. */
  sayAgain(): void;
  end(): void;
}

export interface DrawnMapOptions {
  ground: HTMLCanvasElement;
  /** On top; takes pointer and keys. */
  moving: HTMLCanvasElement;
  theme: MapTheme;
  /** Of the left, what something else lies over when all of it is shown. */
  coveredPx: number;
  nameOf(gridName: string): string;
  onChooseAsset(assetId: string): void;
  onChooseMark(mark: Mark): void;
  /** Where it is given, a place is pointed at, and nothing is chosen. */
  onPlace: ((place: { lon: number; lat: number }) => void) | undefined;
}

const PICK_PX = 14;
const CLUSTER_PICK_PX = 26;
const PLAIN_HANDICAP_PX = 5;
const PULSES_MAX = 200;
const CLUSTER_ZOOM = 2.2;

interface State {
  data: MapData;
  items: MapItems;
  shapes: GridShapes;
  shown: AssetsShown;
  marks: readonly Mark[];
  people: readonly Person[];
  chosen: Place | undefined;
  view: View;
  size: { width: number; height: number };
  wasShown: boolean;
  isGroundOld: boolean;
  isWanted: boolean;
  isOver: boolean;
}

export function createDrawnMap(options: DrawnMapOptions): DrawnMap {
  const { ground, moving, theme } = options;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const painter = createGroundPainter();
  const movingPainter = createMovingPainter();
  const pulses = new Map<string, number>();
  const none: MapData = { classes: [], grids: [], items: [] };
  const items = sortItems(none);
  const state: State = {
    data: none,
    items,
    shapes: shapesOf(items),
    shown: ALL_SHOWN,
    marks: [],
    people: [],
    chosen: undefined,
    view: { x: 0, y: 0, scale: 0.1 },
    size: { width: 0, height: 0 },
    wasShown: false,
    isGroundOld: false,
    isWanted: false,
    isOver: false,
  };

  function redraw(what: "all" | "moving"): void {
    if (what === "all") state.isGroundOld = true;
    if (state.isWanted || state.isOver) return;
    state.isWanted = true;
    requestAnimationFrame(() => {
      state.isWanted = false;
      if (!state.isOver) draw();
    });
  }

  function draw(): void {
    const { size, view, marks, people } = state;
    if (size.width === 0) return;
    if (state.isGroundOld) {
      const nameOf = (grid: number): string => options.nameOf(state.data.grids[grid] ?? "");
      painter.draw(ground, size, view, { ...state, theme, nameOf });
    }
    state.isGroundOld = false;
    const now = performance.now();
    const beatAt = calm.matches ? undefined : now;
    const isAimShown = moving.matches(":focus-visible");
    const moved = { marks, people, pulses: livePulses(now), chosen: state.chosen };
    const hasRings = movingPainter.draw(
      moving,
      size,
      view,
      { ...moved, isAimShown, beatAt },
      theme,
    );
    if (pulses.size > 0 || (hasRings && !calm.matches)) redraw("moving");
  }

  function livePulses(now: number): (Place & { age: number })[] {
    return [...pulses].flatMap(([assetId, since]) => {
      const place = placeOf(assetId);
      const age = (now - since) / PULSE_MS;
      if (place !== undefined && age < 1) return [{ ...place, age: calm.matches ? 0 : age }];
      pulses.delete(assetId);
      return [];
    });
  }

  function placeOf(assetId: string): Place | undefined {
    const at = state.items.at.get(assetId);
    if (at === undefined) return undefined;
    return { x: state.items.x[at] ?? 0, y: state.items.y[at] ?? 0 };
  }

  function look(view: View): void {
    state.view = view;
    redraw("all");
  }

  const zoomAt = (factor: number, left: number, top: number): void =>
    look(zoomed(state.view, state.size, factor, left, top));

  function showAll(): void {
    const { items, size } = state;
    if (items.bounds === undefined || size.width === 0) return;
    state.wasShown = true;
    look(whole(items.bounds, size, Math.min(options.coveredPx, size.width / 3)));
  }

  /** A mark under the pointer goes before an asset; a cluster is gone into. */
  function pick(left: number, top: number, reachPx: number): void {
    const { view, size, marks } = state;
    const place = metresAt(view, size, left, top);
    if (options.onPlace !== undefined) {
      options.onPlace(toDegrees(state.items.ground, place));
      return;
    }
    const reachM = (px: number): number => Math.min(reachPx, px) / view.scale;
    const mark = nearestOf(shownMarks(marks, view), place, reachM(PICK_PX));
    const some = mark === undefined ? undefined : marks[mark.some];
    if (mark !== undefined && mark.count > 1) zoomInto(mark);
    else if (some !== undefined) options.onChooseMark(some);
    else if (isGathered(view)) pickCluster(place, reachPx / view.scale);
    else pickAsset(place, reachPx);
  }

  function pickCluster(place: Place, reachM: number): void {
    const cluster = nearestOf(painter.clusters(), place, reachM);
    const one = cluster?.count === 1 ? state.items.ids[cluster.some] : undefined;
    if (one !== undefined) options.onChooseAsset(one);
    else if (cluster !== undefined) zoomInto(cluster);
  }

  function pickAsset(place: Place, reachPx: number): void {
    const { items, shown, view } = state;
    const assetId = nearest(items, place, {
      reachM: reachPx / view.scale,
      plainHandicapM: PLAIN_HANDICAP_PX / view.scale,
      isShown: (n) => dotOf(shown, items.ids[n] ?? "", items.classes[n] ?? -1) !== "none",
    });
    if (assetId !== undefined) options.onChooseAsset(assetId);
  }

  const placed = <T extends { lon: number; lat: number }>(given: T): T & Place => ({
    ...given,
    ...toMetres(state.items.ground, given.lon, given.lat),
  });

  function zoomInto({ x, y }: Place): void {
    look({ x, y, scale: state.view.scale * CLUSTER_ZOOM });
  }

  listenTo(moving, {
    drag: (dx, dy) => look(dragged(state.view, dx, dy)),
    zoomAt,
    tap: (left, top) => pick(left, top, CLUSTER_PICK_PX),
    chooseMiddle: () => pick(state.size.width / 2, state.size.height / 2, state.size.width / 2),
    showAll,
  });
  for (const event of ["focus", "blur"]) moving.addEventListener(event, () => redraw("moving"));
  const resizes = new ResizeObserver(() => {
    state.size = { width: moving.clientWidth, height: moving.clientHeight };
    if (!state.wasShown) showAll();
    redraw("all");
  });
  resizes.observe(moving);

  return {
    load(data) {
      state.data = data;
      state.items = sortItems(data);
      state.shapes = shapesOf(state.items);
      state.marks = state.marks.map((mark) => placed(mark));
      state.people = state.people.map((person) => placed(person));
      if (!state.wasShown) showAll();
      redraw("all");
    },
    show(shown) {
      if (state.shown === shown) return;
      state.shown = shown;
      redraw("all");
    },
    showMarks(marks) {
      state.marks = marks.map((mark) => placed(mark));
      redraw("moving");
    },
    showPeople(people) {
      state.people = people.map((person) => placed(person));
      redraw("moving");
    },
    choose(place) {
      state.chosen =
        place === undefined ? undefined : toMetres(state.items.ground, place.lon, place.lat);
      redraw("moving");
    },
    goTo(lon, lat) {
      state.wasShown = true;
      look(near(state.view, toMetres(state.items.ground, lon, lat)));
    },
    zoom: (factor) => zoomAt(factor, state.size.width / 2, state.size.height / 2),
    showAll,
    pulse(assetId) {
      if (pulses.size < PULSES_MAX) pulses.set(assetId, performance.now());
      redraw("moving");
    },
    sayAgain: () => redraw("all"),
    end() {
      state.isOver = true;
      resizes.disconnect();
    },
  };
}

function nearestOf(
  clusters: readonly Cluster[],
  place: Place,
  reachM: number,
): Cluster | undefined {
  let best: Cluster | undefined;
  let bestM = reachM;
  for (const each of clusters) {
    const distanceM = Math.hypot(each.x - place.x, each.y - place.y);
    if (distanceM > bestM) continue;
    best = each;
    bestM = distanceM;
  }
  return best;
}
