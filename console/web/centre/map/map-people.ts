/** Draws who is out there: a crew is a square, an inspector on patrol a pin; each by its name when near. */
import type { Place } from "./map-items.ts";
import type { MapTheme } from "./map-theme.ts";
import { isGathered, type Size, screenOf, type View } from "./map-view.ts";

export interface PersonGiven {
  kind: "crew" | "inspector";
  name: string;
  lon: number;
  lat: number;
}
export type Person = PersonGiven & Place;

const NAME_FONT = "600 11px system-ui, sans-serif";

export function drawPeople(
  context: CanvasRenderingContext2D,
  size: Size,
  view: View,
  people: readonly Person[],
  theme: MapTheme,
): void {
  for (const person of people) {
    const [x, y] = screenOf(view, size, person);
    if (x < -30 || y < -30 || x > size.width + 30 || y > size.height + 30) continue;
    context.beginPath();
    if (person.kind === "crew") context.rect(x - 6, y - 6, 12, 12);
    else pin(context, x, y);
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = theme.halo;
    context.stroke();
    context.fillStyle = theme.ink;
    context.fill();
    const nameY = person.kind === "crew" ? y : y - 11;
    if (!isGathered(view)) drawName(context, x + 10, nameY, person.name, theme);
  }
}

/** Its point is the place. */
function pin(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.moveTo(x, y);
  context.lineTo(x - 6, y - 9);
  context.arc(x, y - 11, 6.5, Math.PI * 0.9, Math.PI * 0.1);
  context.closePath();
}

function drawName(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  name: string,
  theme: MapTheme,
): void {
  context.font = NAME_FONT;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineWidth = 3;
  context.strokeStyle = theme.halo;
  context.strokeText(name, x, y);
  context.fillStyle = theme.ink;
  context.fillText(name, x, y);
}
