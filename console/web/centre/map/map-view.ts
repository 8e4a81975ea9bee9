/** Where the map looks: the middle in metres, and how near. Pure. */
import type { Bounds, Place } from "./map-items.ts";

/** Metres of the middle of the view, and pixels a metre. */
export interface View extends Place {
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

const SCALE_MIN = 0.002;
const SCALE_MAX = 5;
const NEAR_SCALE = 0.6;
const MARGIN_SHARE = 0.92;
/** Nearer than this each asset is a dot; further away they are gathered. */
const DOTS_FROM_SCALE = 0.3;

export const isGathered = (view: View): boolean => view.scale < DOTS_FROM_SCALE;

export function screenOf(view: View, size: Size, place: Place): [number, number] {
  return [
    size.width / 2 + (place.x - view.x) * view.scale,
    size.height / 2 - (place.y - view.y) * view.scale,
  ];
}

export function metresAt(view: View, size: Size, left: number, top: number): Place {
  return {
    x: view.x + (left - size.width / 2) / view.scale,
    y: view.y - (top - size.height / 2) / view.scale,
  };
}

export function dragged(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x - dx / view.scale, y: view.y + dy / view.scale };
}

/** What lies under the place of the screen stays there. */
export function zoomed(view: View, size: Size, factor: number, left: number, top: number): View {
  const { x, y } = metresAt(view, size, left, top);
  const scale = Math.min(SCALE_MAX, Math.max(SCALE_MIN, view.scale * factor));
  return { x: x - (left - size.width / 2) / scale, y: y + (top - size.height / 2) / scale, scale };
}

/** `coveredPx`: of the left, what something else lies over. */
export function whole(bounds: Bounds, size: Size, coveredPx = 0): View {
  const { left, right, low, high } = bounds;
  const wide = (size.width - coveredPx) / Math.max(1, right - left);
  const tall = size.height / Math.max(1, high - low);
  const scale = Math.min(SCALE_MAX, MARGIN_SHARE * Math.min(wide, tall));
  return { x: (left + right) / 2 - coveredPx / 2 / scale, y: (low + high) / 2, scale };
}

/** Near enough to see one asset. */
export function near(view: View, place: Place): View {
  return { ...place, scale: Math.max(view.scale, NEAR_SCALE) };
}
