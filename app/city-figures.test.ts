import { expect, test } from "vitest";
import { classBySlug } from "../model/asset-classes/all.ts";
import { SECOND_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { timeZone } from "../model/local-time.ts";
import type { Asset } from "../model/registry.ts";
import { createCityFigures } from "./city-figures.ts";

const NIGHT = Date.parse("2026-11-27T21:00:00+08:00");

function world() {
  const asked = { pages: 0, isDown: false, now: NIGHT };
  const lamp = { assetId: "lamp-1", class: "streetlight", lon: 115.4, lat: 31.8 } as Asset;
  const plant = {
    ...{ ...lamp, assetId: "out", class: "sewage-plant" },
    attributes: { point: "outlet" },
  } as unknown as Asset;
  const said: Record<string, [string, number]> = { "lamp-1": ["isLit", 1], out: ["codMgL", 80] };
  const read = createCityFigures({
    reader: {
      async all() {
        if (asked.isDown) throw new Error("the database is away");
        return [
          { asset_id: "out", rule_id: "sewage-plant.battery-low" },
          { asset_id: "out", rule_id: "sewage-plant.cod-day" },
        ];
      },
    } as unknown as Sql,
    clock: { now: () => asked.now, speed: 1 } as never,
    registry: { devicesOf: () => [{}] as never },
    *assetPages() {
      asked.pages += 1;
      yield [lamp];
      yield [plant];
    },
    classBySlug,
    latest(assetId) {
      const [measurement = "", value = 0] = said[assetId] ?? [];
      const at = { observedAt: asked.now, receivedAt: asked.now };
      return [{ deviceId: assetId, measurement, value, unit: "", flags: 0, ...at }];
    },
    zone: timeZone("Asia/Shanghai"),
  });
  return { read, asked };
}

test("lamps and outlets are counted over all pages, with the rules that stand", async () => {
  expect(await world().read()).toEqual({
    ...{ at: NIGHT, lighting: { due: 1, heard: 1, lit: 1 } },
    outlets: { all: 1, measured: 1, within: 0 },
  });
});

test("whoever asks soon after gets the same count, and later a new one", async () => {
  const { read, asked } = world();
  await Promise.all([read(), read()]);
  asked.now += 14 * SECOND_MS;
  expect((await read()).at).toBe(NIGHT);
  expect(asked.pages).toBe(1);
  asked.now += SECOND_MS;
  expect((await read()).at).toBe(asked.now);
  expect(asked.pages).toBe(2);
});

test("what failed is counted anew by whoever asks next", async () => {
  const { read, asked } = world();
  asked.isDown = true;
  await expect(read()).rejects.toThrow("the database is away");
  asked.isDown = false;
  expect((await read()).lighting.lit).toBe(1);
});
