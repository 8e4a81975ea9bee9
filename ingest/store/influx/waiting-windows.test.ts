import fc from "fast-check";
import { expect, test } from "vitest";
import { createWaitingWindows, isEmpty, windowsIn, withBits } from "./waiting-windows.ts";

const SLUG = "manhole-cover";
const indices = fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 40 });

test("windows are as a set of numbers is, whatever is added and removed", () => {
  const step = fc.record({ isAdded: fc.boolean(), indices });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      const waiting = createWaitingWindows();
      const model = new Set<number>();
      for (const { isAdded, indices } of steps) {
        const changed = [...new Set(indices)].filter((index) => model.has(index) !== isAdded);
        const masks = isAdded
          ? waiting.add("rolled_5m", SLUG, indices)
          : waiting.remove("rolled_5m", SLUG, indices);
        for (const index of indices) isAdded ? model.add(index) : model.delete(index);
        const told = masks.flatMap(({ chunk, bits }) => windowsIn(chunk, bits));
        expect(told.toSorted((a, b) => a - b)).toEqual(changed.toSorted((a, b) => a - b));
      }
      const newest = [...model].sort((a, b) => b - a);
      expect([...waiting.newestFirst("rolled_5m", SLUG)]).toEqual(newest);
      expect(waiting.oldest("rolled_5m", SLUG)).toBe(newest.at(-1));
      expect(waiting.count()).toBe(model.size);
      expect(waiting.slugs("rolled_5m")).toEqual(model.size === 0 ? [] : [SLUG]);
      expect(waiting.slugs("rolled_hour")).toEqual([]);
    }),
  );
});

test("what is kept of masks, one after the other, is what is waited for", () => {
  fc.assert(
    fc.property(indices, indices, (added, removed) => {
      const waiting = createWaitingWindows();
      const kept = new Map<number, Uint8Array>();
      const keep = (masks: ReturnType<typeof waiting.add>, isOn: boolean) => {
        for (const { chunk, bits } of masks) {
          kept.set(chunk, withBits(kept.get(chunk) ?? new Uint8Array(), bits, isOn));
        }
      };
      keep(waiting.add("rolled_hour", SLUG, added), true);
      keep(waiting.remove("rolled_hour", SLUG, removed), false);
      const again = createWaitingWindows(
        [...kept].map(([chunk, bits]) => ({ level: "rolled_hour", slug: SLUG, chunk, bits })),
      );
      expect([...again.newestFirst("rolled_hour", SLUG)]).toEqual([
        ...waiting.newestFirst("rolled_hour", SLUG),
      ]);
      expect([...kept.values()].every(isEmpty)).toBe(waiting.count() === 0);
    }),
  );
});
