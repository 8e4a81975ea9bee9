/**
 * The map: assets as points on the city's own grid of 100 m cells, tinted by responsibility grid;
 * no tiles from anywhere. Pans by dragging, zooms by wheel, keys or buttons; open cases stand out.
 */
import type { CaseItem, MapData } from "./api.ts";

export interface MapView {
  load(data: MapData): void;
  showCases(cases: readonly CaseItem[]): void;
  choose(assetId: string | undefined): void;
  /** Brings a place to the middle, near enough to see its cell. */
  goTo(lon: number, lat: number): void;
  zoom(factor: number): void;
  showAll(): void;
  /** A reading of the asset came: it lights up for a moment. */
  pulse(assetId: string): void;
}

export const CLASS_COLOURS = [
  "#0f6c7c",
  "#d18b00",
  "#6a8d2f",
  "#7b4fa3",
  "#c0568a",
  "#3567b5",
  "#8a6d3b",
];
export const PLAIN_COLOUR = "#a9b8be";
const CASE_COLOUR = "#c8281e";
const CASE_COLOUR_CALM = "#e07b00";
const CELL_M = 100;
const M_PER_DEGREE = 111_320;
const PULSE_MS = 900;
const PICK_PX = 12;
const CELL_LINES_FROM_PX = 14;

interface Item {
  assetId: string;
  classIndex: number;
  gridIndex: number;
  x: number;
  y: number;
}

export function createMap(canvas: HTMLCanvasElement, onChoose: (assetId: string) => void): MapView {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  let items: Item[] = [];
  let byId = new Map<string, Item>();
  let cells = new Map<string, { x: number; y: number; gridIndex: number }>();
  let cases: readonly CaseItem[] = [];
  let chosen: string | undefined;
  const pulses = new Map<string, number>();
  let origin = { lon: 0, lat: 0, lonM: M_PER_DEGREE };
  /** Metres of the middle of the view, and pixels a metre. */
  let view = { x: 0, y: 0, scale: 0.1 };
  let isWanted = false;

  const metres = (lon: number, lat: number): { x: number; y: number } => ({
    x: (lon - origin.lon) * origin.lonM,
    y: (lat - origin.lat) * M_PER_DEGREE,
  });
  const toScreen = (x: number, y: number): [number, number] => [
    canvas.clientWidth / 2 + (x - view.x) * view.scale,
    canvas.clientHeight / 2 - (y - view.y) * view.scale,
  ];

  function redraw(): void {
    if (isWanted) return;
    isWanted = true;
    requestAnimationFrame(() => {
      isWanted = false;
      draw();
    });
  }

  function draw(): void {
    const ratio = window.devicePixelRatio;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (canvas.width !== width * ratio || canvas.height !== height * ratio) {
      canvas.width = width * ratio;
      canvas.height = height * ratio;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    drawCells();
    drawItems(width, height);
    drawCases();
    drawPulses();
    if (pulses.size > 0 || cases.some((each) => each.lifeSafety)) redraw();
  }

  function drawCells(): void {
    const size = CELL_M * view.scale;
    for (const cell of cells.values()) {
      const [left, bottom] = toScreen(cell.x * CELL_M, cell.y * CELL_M);
      if (left < -size || left > canvas.clientWidth || bottom < 0) continue;
      if (bottom - size > canvas.clientHeight) continue;
      // Hues a golden angle apart: neighbouring grids differ whatever their number.
      context.fillStyle = `hsl(${(cell.gridIndex * 137.5) % 360} 35% 90%)`;
      context.fillRect(left, bottom - size, size + 0.5, size + 0.5);
      if (size < CELL_LINES_FROM_PX) continue;
      context.strokeStyle = "rgb(19 36 43 / 8%)";
      context.strokeRect(left, bottom - size, size, size);
    }
  }

  function drawItems(width: number, height: number): void {
    const size = Math.max(1.5, Math.min(7, view.scale * 7));
    const layers = [...CLASS_COLOURS.keys()];
    for (const layer of [-1, ...layers]) {
      context.fillStyle = layer < 0 ? PLAIN_COLOUR : (CLASS_COLOURS[layer] ?? PLAIN_COLOUR);
      const each = layer < 0 ? size * 0.7 : size;
      for (const item of items) {
        if (item.classIndex !== layer) continue;
        const [x, y] = toScreen(item.x, item.y);
        if (x < 0 || y < 0 || x > width || y > height) continue;
        context.fillRect(x - each / 2, y - each / 2, each, each);
      }
    }
    const item = chosen === undefined ? undefined : byId.get(chosen);
    if (item === undefined) return;
    ring(item.x, item.y, 10, "#13242b", 2);
  }

  function ring(x: number, y: number, radius: number, colour: string, width: number): void {
    const [left, top] = toScreen(x, y);
    context.beginPath();
    context.arc(left, top, radius, 0, 2 * Math.PI);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
    context.lineWidth = 1;
  }

  function drawCases(): void {
    const beat = (Math.sin(performance.now() / 250) + 1) / 2;
    for (const each of cases) {
      const { x, y } = metres(each.lon, each.lat);
      const [left, top] = toScreen(x, y);
      context.fillStyle = each.lifeSafety ? CASE_COLOUR : CASE_COLOUR_CALM;
      context.beginPath();
      context.arc(left, top, 5, 0, 2 * Math.PI);
      context.fill();
      const radius = each.lifeSafety ? 8 + 5 * beat : 8;
      ring(x, y, radius, each.lifeSafety ? CASE_COLOUR : CASE_COLOUR_CALM, 2);
    }
  }

  function drawPulses(): void {
    const now = performance.now();
    for (const [assetId, since] of pulses) {
      const item = byId.get(assetId);
      const age = (now - since) / PULSE_MS;
      if (item === undefined || age > 1) {
        pulses.delete(assetId);
        continue;
      }
      ring(item.x, item.y, 3 + 6 * age, `rgb(15 108 124 / ${Math.round((1 - age) * 70)}%)`, 1.5);
    }
  }

  function zoomAt(factor: number, left: number, top: number): void {
    const x = view.x + (left - canvas.clientWidth / 2) / view.scale;
    const y = view.y - (top - canvas.clientHeight / 2) / view.scale;
    const scale = Math.min(5, Math.max(0.005, view.scale * factor));
    view = {
      x: x - (left - canvas.clientWidth / 2) / scale,
      y: y + (top - canvas.clientHeight / 2) / scale,
      scale,
    };
    redraw();
  }

  function showAll(): void {
    if (items.length === 0) return;
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const { x, y } of items) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
    const wide = canvas.clientWidth / Math.max(1, right - left);
    const tall = canvas.clientHeight / Math.max(1, high - low);
    const scale = Math.min(5, 0.92 * Math.min(wide, tall));
    view = { x: (left + right) / 2, y: (low + high) / 2, scale };
    redraw();
  }

  function pick(left: number, top: number): string | undefined {
    let best: { assetId: string; distance: number } | undefined;
    for (const each of cases) {
      const { x, y } = metres(each.lon, each.lat);
      consider(each.assetId, ...toScreen(x, y), 0);
    }
    for (const item of items) {
      // A component without sensors gives way to one with.
      consider(item.assetId, ...toScreen(item.x, item.y), item.classIndex < 0 ? 6 : 2);
    }
    return best?.assetId;

    function consider(assetId: string | undefined, x: number, y: number, handicap: number): void {
      const distance = Math.hypot(x - left, y - top) + handicap;
      if (assetId === undefined || distance > PICK_PX) return;
      if (best === undefined || distance < best.distance) best = { assetId, distance };
    }
  }

  listen(canvas, {
    drag(dx, dy) {
      view = { ...view, x: view.x - dx / view.scale, y: view.y + dy / view.scale };
      redraw();
    },
    zoomAt,
    tap(left, top) {
      const assetId = pick(left, top);
      if (assetId !== undefined) onChoose(assetId);
    },
  });
  new ResizeObserver(redraw).observe(canvas);

  return {
    load(data) {
      const [first] = data.items;
      if (first !== undefined) {
        const lat = first[4];
        origin = { lon: first[3], lat, lonM: M_PER_DEGREE * Math.cos((lat * Math.PI) / 180) };
      }
      items = data.items.map(([assetId, classIndex, gridIndex, lon, lat]) => ({
        assetId,
        classIndex,
        gridIndex,
        ...metres(lon, lat),
      }));
      byId = new Map(items.map((item) => [item.assetId, item]));
      cells = new Map();
      for (const { x, y, gridIndex } of items) {
        const cell = { x: Math.floor(x / CELL_M), y: Math.floor(y / CELL_M), gridIndex };
        cells.set(`${cell.x} ${cell.y}`, cell);
      }
      showAll();
    },
    showCases(next) {
      cases = next;
      redraw();
    },
    choose(assetId) {
      chosen = assetId;
      redraw();
    },
    goTo(lon, lat) {
      const { x, y } = metres(lon, lat);
      view = { x, y, scale: Math.max(view.scale, 0.4) };
      redraw();
    },
    zoom: (factor) => zoomAt(factor, canvas.clientWidth / 2, canvas.clientHeight / 2),
    showAll,
    pulse(assetId) {
      if (pulses.size < 200) pulses.set(assetId, performance.now());
      redraw();
    },
  };
}

interface Gestures {
  drag(dx: number, dy: number): void;
  zoomAt(factor: number, left: number, top: number): void;
  tap(left: number, top: number): void;
}

const TAP_PX_MAX = 4;
const KEY_STEP_PX = 80;

function listen(canvas: HTMLCanvasElement, gestures: Gestures): void {
  let from: { x: number; y: number; moved: number } | undefined;
  canvas.addEventListener("pointerdown", (event) => {
    from = { x: event.offsetX, y: event.offsetY, moved: 0 };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (from === undefined) return;
    const dx = event.offsetX - from.x;
    const dy = event.offsetY - from.y;
    from = { x: event.offsetX, y: event.offsetY, moved: from.moved + Math.abs(dx) + Math.abs(dy) };
    gestures.drag(dx, dy);
  });
  canvas.addEventListener("pointerup", (event) => {
    if (from !== undefined && from.moved <= TAP_PX_MAX) gestures.tap(event.offsetX, event.offsetY);
    from = undefined;
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      gestures.zoomAt(event.deltaY < 0 ? 1.25 : 0.8, event.offsetX, event.offsetY);
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", (event) => {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [KEY_STEP_PX, 0],
      ArrowRight: [-KEY_STEP_PX, 0],
      ArrowUp: [0, KEY_STEP_PX],
      ArrowDown: [0, -KEY_STEP_PX],
    };
    const step = steps[event.key];
    if (step !== undefined) gestures.drag(...step);
    const zooms: Record<string, number> = { "+": 1.25, "=": 1.25, "-": 0.8 };
    const factor = zooms[event.key];
    if (factor !== undefined) {
      gestures.zoomAt(factor, canvas.clientWidth / 2, canvas.clientHeight / 2);
    }
  });
}
