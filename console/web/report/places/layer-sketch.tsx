/** The places of a layer as numbered points, north up, with a bar for the scale; the list says the rest. */
import { type Spot, sayDistance } from "../../phone/way/distance.ts";
import { barOf, sketchOf } from "./nearby.ts";
import { say } from "./places-words.ts";

/** More numbers than these cannot be told apart. */
const NUMBERED_MAX = 20;

export function LayerSketch({ places, me }: { places: readonly Spot[]; me: Spot | undefined }) {
  if (places.length === 0) return null;
  const sketch = sketchOf(places, me);
  const bar = barOf(sketch.widthM);
  const length = (bar / sketch.widthM) * 100;
  const label = [
    say("map", { n: places.length }),
    say("scale", { text: sayDistance(bar) }),
    ...(me === undefined ? [] : [say("me")]),
  ];
  return (
    <figure class="report-sketch">
      <svg viewBox="0 0 100 100" role="img" aria-label={label.join("; ")}>
        {sketch.points.map(({ x, y }, n) => (
          <g key={`${x} ${y} ${n}`}>
            <circle class="report-dot" cx={x} cy={y} r={places.length > NUMBERED_MAX ? 1.2 : 3.2} />
            {places.length <= NUMBERED_MAX && (
              <text x={x} y={y + 1.3} text-anchor="middle">
                {n + 1}
              </text>
            )}
          </g>
        ))}
        {sketch.me !== undefined && (
          <circle class="report-me" cx={sketch.me.x} cy={sketch.me.y} r="4.6" />
        )}
        <path class="report-bar" d={`M4 95v2h${length}v-2`} />
      </svg>
      <figcaption>{label.slice(1).join(" · ")}</figcaption>
    </figure>
  );
}
