/**
 * The map: assets as points on the city's own grid of 100 m cells, tinted by responsibility grid;
 * no tiles from anywhere. Two canvases: the ground is painted only when the view changes, what
 * moves (open cases, arriving readings) lies on one of its own above it.
 */
import type { CaseItem, MapData } from "./api.ts";
import { classColour, clearedLayer, drawMoving, fitCanvas, PULSE_MS } from "./map-drawing.ts";
import { listenTo } from "./map-gestures.ts";
import { nearest, sortItems, toMetres } from "./map-items.ts";
import { paintGround, type View } from "./map-pixels.ts";

export interface MapView {
  /** The first time all of it is shown, later the view stays where it was. */
  load(data: MapData): void;
  showCases(cases: readonly CaseItem[]): void;
  choose(place: { assetId?: string | undefined; lon?: number; lat?: number } | undefined): void;
  /** Brings a place to the middle, near enough to see its cell. */
  goTo(lon: number, lat: number): void;
  zoom(factor: number): void;
  showAll(): void;
  /** A reading of the asset came: it lights up for a moment. */
  pulse(assetId: string): void;
}

interface MapOptions {
  ground: HTMLCanvasElement;
  /** On top; takes pointer and keys. */
  moving: HTMLCanvasElement;
  onChooseAsset(assetId: string): void;
  onChooseCase(chosen: CaseItem): void;
}

const PICK_PX = 12;
const PLAIN_HANDICAP_PX = 5;
const PULSES_MAX = 200;
const SCALE_MIN = 0.005;
const SCALE_MAX = 5;
const NEAR_SCALE = 0.4;

export function createMap({ ground, moving, onChooseAsset, onChooseCase }: MapOptions): MapView {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let items = sortItems({ items: [] });
  let cases: readonly CaseItem[] = [];
  let chosen: { x: number; y: number } | undefined;
  const pulses = new Map<string, number>();
  let view: View = { x: 0, y: 0, scale: 0.1 };
  let size = { width: 0, height: 0 };
  let picture: ImageData | undefined;
  let wasShown = false;
  let isGroundOld = false;
  let isWanted = false;

  function redraw(what: "all" | "moving"): void {
    if (what === "all") isGroundOld = true;
    if (isWanted) return;
    isWanted = true;
    requestAnimationFrame(() => {
      isWanted = false;
      draw();
    });
  }

  function draw(): void {
    if (size.width === 0) return;
    if (isGroundOld) drawGround();
    isGroundOld = false;
    const now = performance.now();
    const isBeating = !calm.matches && cases.some((each) => each.lifeSafety);
    drawMoving(clearedLayer(moving, size), items, view, {
      cases,
      pulses: livePulses(now),
      chosen,
      isAimShown: moving.matches(":focus-visible"),
      beatAt: isBeating ? now : undefined,
    });
    if (pulses.size > 0 || isBeating) redraw("moving");
  }

  function drawGround(): void {
    const ratio = fitCanvas(ground, size);
    const { width, height } = ground;
    if (picture?.width !== width || picture.height !== height) {
      picture = new ImageData(width, height);
    }
    const data = new Uint32Array(picture.data.buffer);
    paintGround({ data, width, height }, items, view, ratio, classColour);
    ground.getContext("2d")?.putImageData(picture, 0, 0);
  }

  function livePulses(now: number): { x: number; y: number; age: number }[] {
    return [...pulses].flatMap(([assetId, since]) => {
      const at = items.at.get(assetId);
      const age = (now - since) / PULSE_MS;
      if (at !== undefined && age < 1) {
        return { x: items.x[at] ?? 0, y: items.y[at] ?? 0, age: calm.matches ? 0 : age };
      }
      pulses.delete(assetId);
      return [];
    });
  }

  const metresAt = (left: number, top: number): { x: number; y: number } => ({
    x: view.x + (left - size.width / 2) / view.scale,
    y: view.y - (top - size.height / 2) / view.scale,
  });

  function zoomAt(factor: number, left: number, top: number): void {
    const { x, y } = metresAt(left, top);
    const scale = Math.min(SCALE_MAX, Math.max(SCALE_MIN, view.scale * factor));
    view = {
      x: x - (left - size.width / 2) / scale,
      y: y + (top - size.height / 2) / scale,
      scale,
    };
    redraw("all");
  }

  function showAll(): void {
    if (items.bounds === undefined || size.width === 0) return;
    const { left, right, low, high } = items.bounds;
    const wide = size.width / Math.max(1, right - left);
    const tall = size.height / Math.max(1, high - low);
    const scale = Math.min(SCALE_MAX, 0.92 * Math.min(wide, tall));
    view = { x: (left + right) / 2, y: (low + high) / 2, scale };
    wasShown = true;
    redraw("all");
  }

  /** A case under the pointer goes before an asset. */
  function pick(left: number, top: number, reachPx: number): void {
    const place = metresAt(left, top);
    let bestM = Math.min(reachPx, PICK_PX) / view.scale;
    let found: CaseItem | undefined;
    for (const each of cases) {
      const { x, y } = toMetres(items.ground, each.lon, each.lat);
      const distanceM = Math.hypot(x - place.x, y - place.y);
      if (distanceM > bestM) continue;
      bestM = distanceM;
      found = each;
    }
    const asset = nearest(items, place, reachPx / view.scale, PLAIN_HANDICAP_PX / view.scale);
    if (found !== undefined) onChooseCase(found);
    else if (asset !== undefined) onChooseAsset(asset.assetId);
  }

  listenTo(moving, {
    drag(dx, dy) {
      view = { ...view, x: view.x - dx / view.scale, y: view.y + dy / view.scale };
      redraw("all");
    },
    zoomAt,
    tap: (left, top) => pick(left, top, PICK_PX),
    chooseMiddle: () => pick(size.width / 2, size.height / 2, size.width / 2),
    showAll,
  });
  for (const event of ["focus", "blur"]) moving.addEventListener(event, () => redraw("moving"));
  new ResizeObserver(() => {
    size = { width: moving.clientWidth, height: moving.clientHeight };
    if (!wasShown) showAll();
    redraw("all");
  }).observe(moving);

  return {
    load(data) {
      items = sortItems(data);
      if (!wasShown) showAll();
      redraw("all");
    },
    showCases(next) {
      cases = next;
      redraw("moving");
    },
    choose(place) {
      const at = items.at.get(place?.assetId ?? "");
      chosen = undefined;
      if (at !== undefined) chosen = { x: items.x[at] ?? 0, y: items.y[at] ?? 0 };
      else if (place?.lon !== undefined && place.lat !== undefined) {
        chosen = toMetres(items.ground, place.lon, place.lat);
      }
      redraw("moving");
    },
    goTo(lon, lat) {
      view = { ...toMetres(items.ground, lon, lat), scale: Math.max(view.scale, NEAR_SCALE) };
      redraw("all");
    },
    zoom: (factor) => zoomAt(factor, size.width / 2, size.height / 2),
    showAll,
    pulse(assetId) {
      if (pulses.size < PULSES_MAX) pulses.set(assetId, performance.now());
      redraw("moving");
    },
  };
}
