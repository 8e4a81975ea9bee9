/**
 * Paints the ground of the map, tinted cells and a dot for each asset, straight into pixels: some
 * 58,000 dots take milliseconds, so the map can be painted anew for each step of a drag. Pure; a
 * pixel is 32 bits as a canvas keeps them in memory, alpha, blue, green, red.
 */
import { CELL_M, type MapItems } from "./map-items.ts";
import type { View } from "./map-view.ts";

export interface Pixels {
  data: Uint32Array;
  width: number;
  height: number;
}

export interface Paint {
  /** `#rrggbb` */
  ground: string;
  /** 0 to 1; of the tint of a grid's cells. */
  cellLightness: number;
  colourOf(classIndex: number): string;
  /** Dots of assets that are shown; an empty one has a hole. */
  dotOf(n: number): "full" | "empty" | "none";
  hasDots: boolean;
}

const CELL_LINES_FROM_PX = 14;
const DOT_PX_MIN = 3;
const DOT_PX_MAX = 11;
const DOT_M = 8;
const PLAIN_SHARE = 0.7;

/** `ratio`: pixels of the device for one of the page. */
export function paintGround(
  pixels: Pixels,
  items: MapItems,
  view: View,
  ratio: number,
  paint: Paint,
): void {
  pixels.data.fill(pixelOf(paint.ground));
  const scale = view.scale * ratio;
  const left = pixels.width / 2 - view.x * scale;
  const top = pixels.height / 2 + view.y * scale;
  paintCells(pixels, items, { left, top, scale }, CELL_M * view.scale, paint);
  if (!paint.hasDots) return;
  const dot = Math.max(DOT_PX_MIN, Math.min(DOT_PX_MAX, view.scale * DOT_M)) * ratio;
  for (const { classIndex, from, to } of items.layers) {
    const size = Math.max(2, Math.round(classIndex < 0 ? dot * PLAIN_SHARE : dot));
    const spans = discOf(size);
    const hole = discOf(Math.max(1, size - 2 * Math.max(1, Math.round(ratio))));
    const colour = pixelOf(paint.colourOf(classIndex));
    for (let n = from; n < to; n += 1) {
      const x = Math.round(left + (items.x[n] ?? 0) * scale - size / 2);
      const y = Math.round(top - (items.y[n] ?? 0) * scale - size / 2);
      if (x <= -size || y <= -size || x >= pixels.width || y >= pixels.height) continue;
      const kind = paint.dotOf(n);
      if (kind === "none") continue;
      paintDisc(pixels, x, y, spans, colour);
      const inset = (size - hole.length) / 2;
      if (kind === "empty") {
        paintDisc(pixels, x + Math.round(inset), y + Math.round(inset), hole, HOLE);
      }
    }
  }
}

const HOLE = 0xffffffff;

interface Offset {
  left: number;
  top: number;
  scale: number;
}

function paintCells(
  pixels: Pixels,
  items: MapItems,
  { left, top, scale }: Offset,
  cellPx: number,
  { cellLightness }: Paint,
): void {
  for (const [grid, pairs] of items.cells) {
    const [fill, line] = tintOf(grid, cellLightness);
    for (let n = 0; n < pairs.length; n += 2) {
      const x = left + (pairs[n] ?? 0) * scale;
      const y = top - (pairs[n + 1] ?? 0) * scale;
      const [x1, x2] = [Math.round(x), Math.round(x + CELL_M * scale)];
      const [y1, y2] = [Math.round(y - CELL_M * scale), Math.round(y)];
      paintRect(pixels, x1, y1, x2, y2, fill);
      if (cellPx < CELL_LINES_FROM_PX) continue;
      paintRect(pixels, x1, y1, x2, y1 + 1, line);
      paintRect(pixels, x1, y1, x1 + 1, y2, line);
    }
  }
}

/** How far in from the left each row of a disc begins, by its size in pixels. */
function discOf(size: number): number[] {
  const known = discs.get(size);
  if (known !== undefined) return known;
  const radius = size / 2;
  const rows = Array.from({ length: size }, (_, row) => {
    const away = row + 0.5 - radius;
    return Math.round(radius - Math.sqrt(Math.max(0, radius * radius - away * away)));
  });
  discs.set(size, rows);
  return rows;
}
const discs = new Map<number, number[]>();

function paintDisc(pixels: Pixels, x: number, y: number, rows: readonly number[], c: number): void {
  for (let row = 0; row < rows.length; row += 1) {
    const inset = rows[row] ?? 0;
    paintRect(pixels, x + inset, y + row, x + rows.length - inset, y + row + 1, c);
  }
}

/** From the left and top edge to before the right and bottom edge, cut to the picture. */
function paintRect(
  { data, width, height }: Pixels,
  left: number,
  top: number,
  right: number,
  bottom: number,
  colour: number,
): void {
  const x1 = Math.max(0, left);
  const x2 = Math.min(width, right);
  const y2 = Math.min(height, bottom);
  for (let y = Math.max(0, top); y < y2; y += 1) {
    const row = y * width;
    for (let at = row + x1; at < row + x2; at += 1) data[at] = colour;
  }
}

/** `#rrggbb` as a pixel. */
export function pixelOf(colour: string): number {
  const rgb = Number.parseInt(colour.slice(1), 16);
  return pixelOfRgb(rgb >> 16, (rgb >> 8) & 255, rgb & 255);
}

function pixelOfRgb(red: number, green: number, blue: number): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** A grid's tint and the line between its cells; neighbours differ whatever their number. */
function tintOf(grid: number, lightness: number): [number, number] {
  // Hues a golden angle apart, saturation 35 %.
  const hue = (grid * 137.5) % 360;
  const reach = 0.35 * Math.min(lightness, 1 - lightness);
  const part = (n: number): number => {
    const k = (n + hue / 30) % 12;
    return 255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  const [red, green, blue] = [part(0), part(8), part(4)];
  const darker = (value: number): number => Math.round(value * 0.93);
  return [
    pixelOfRgb(Math.round(red), Math.round(green), Math.round(blue)),
    pixelOfRgb(darker(red), darker(green), darker(blue)),
  ];
}
