import { expect, test } from "vitest";
import { noEffects } from "../cases/cases.ts";
import { manualClock } from "../model/clock.ts";
import { timeZone } from "../model/local-time.ts";
import { createSourceWrites } from "./source-writes.ts";

type Deps = Parameters<typeof createSourceWrites>[0];

test("many orders of one call go in some at a time, in their order, and keep their rows", async () => {
  const sizes: number[] = [];
  const takeOrders: Deps["cases"]["sources"]["takeOrders"] = async (_tx, rows) => {
    sizes.push(rows.length);
    const rejected = rows.map(({ row }) => ({
      row,
      code: "REQUEST_INVALID" as const,
      message: "",
    }));
    return { done: { taken: [], rejected }, effects: noEffects() };
  };
  const deps = {
    cases: { sources: { takeOrders } },
    engine: {
      write: async (work: (tx: unknown, now: number) => Promise<{ value: unknown }>) =>
        (await work({}, 0)).value,
    },
    clock: manualClock(0),
    zone: timeZone("Asia/Shanghai"),
  } as unknown as Deps;
  const actor = { username: "line", roles: [], isService: true };
  const orders = Array.from({ length: 50 }, () => ({}));
  const { rejected } = await createSourceWrites(deps).takeOrders(orders, actor);
  expect(sizes).toEqual([20, 20, 10]);
  expect(rejected.map(({ row }) => row)).toEqual(orders.map((_, at) => at + 1));
});
