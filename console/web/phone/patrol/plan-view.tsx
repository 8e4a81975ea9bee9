/** A small plan: components as dots, what was walked as a line, and a pin that a tap may move. */
import { isStraight, type Step } from "../../../../model/patrol-walk.ts";
import type { Spot } from "../way/distance.ts";
import { planOf } from "./plan.ts";

const SIZE_PX = 320;

interface PlanViewProps {
  label: string;
  things: readonly (Spot & { isSeen?: boolean })[];
  walk?: readonly Step[];
  here?: Spot | undefined;
  pin?: Spot | undefined;
  onPin?: (spot: Spot) => void;
}

export function PlanView({ label, things, walk = [], here, pin, onPin }: PlanViewProps) {
  const all = [...things, ...(pin === undefined ? [] : [pin])];
  const spots = all.length > 0 ? all : walk;
  if (spots.length === 0) return null;
  const plan = planOf(spots, SIZE_PX);
  const at = (spot: Spot) => {
    const { x, y } = plan.toPixel(spot);
    return { cx: x, cy: y };
  };

  function move(event: PointerEvent & { currentTarget: SVGSVGElement }): void {
    const { left, top, width } = event.currentTarget.getBoundingClientRect();
    const scale = SIZE_PX / width;
    onPin?.(plan.toSpot({ x: (event.clientX - left) * scale, y: (event.clientY - top) * scale }));
  }

  return (
    <svg
      class="phone-plan"
      viewBox={`0 0 ${SIZE_PX} ${SIZE_PX}`}
      role="img"
      aria-label={label}
      onPointerUp={onPin === undefined ? undefined : move}
    >
      {walk.map((step, n) => {
        const before = walk[n - 1];
        if (before === undefined || !isStraight(before, step)) return null;
        const [a, b] = [plan.toPixel(before), plan.toPixel(step)];
        return <line key={step.at} class="phone-walk" x1={a.x} y1={a.y} x2={b.x} y2={b.y} />;
      })}
      {things.map((thing) => (
        <circle
          key={`${thing.lon} ${thing.lat}`}
          class="phone-thing"
          data-seen={thing.isSeen === true}
          {...at(thing)}
          r={thing.isSeen === true ? 3 : 4}
        />
      ))}
      {here !== undefined && <circle class="phone-here" {...at(here)} r={7} />}
      {pin !== undefined && <circle class="phone-pin" {...at(pin)} r={9} />}
    </svg>
  );
}
