import fc from "fast-check";
import { expect, test } from "vitest";
import { planOf } from "./plan.ts";

const spot = fc.record({
  lon: fc.double({ min: 115, max: 115.1, noNaN: true }),
  lat: fc.double({ min: 31.8, max: 31.9, noNaN: true }),
});

test("everything lies in the plan, and a pixel leads back to its place", () => {
  fc.assert(
    fc.property(fc.array(spot, { minLength: 1, maxLength: 20 }), (spots) => {
      const plan = planOf(spots, 320);
      for (const each of spots) {
        const { x, y } = plan.toPixel(each);
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(Math.max(x, y)).toBeLessThanOrEqual(320);
        const back = plan.toSpot({ x, y });
        expect(back.lon).toBeCloseTo(each.lon, 7);
        expect(back.lat).toBeCloseTo(each.lat, 7);
      }
    }),
  );
});

test("north is up and east is right", () => {
  const plan = planOf([{ lon: 115.41, lat: 31.8 }], 320);
  const { x, y } = plan.toPixel({ lon: 115.4102, lat: 31.8002 });
  expect([x > 160, y < 160]).toEqual([true, true]);
});
