import { expect, test } from "vitest";
import { Asset } from "../model/registry.ts";
import { createAssetFinder } from "./asset-finder.ts";

const HERE = { lon: 115.41, lat: 31.8 };
const asset = (n: number, more: object = {}): Asset =>
  Asset.parse({
    assetId: `cover-${n}`,
    class: "manhole-cover",
    componentCode: `41152401020${String(n).padStart(5, "0")}`,
    name: "井盖",
    ...HERE,
    ...more,
  });

/** A register of pages, and a way to tell of a change. */
function setUp(assets: Asset[]) {
  const listeners: ((change: { kind: "asset" | "crew"; id: string }) => void)[] = [];
  let lists = 0;
  const finder = createAssetFinder({
    asset: (id) => assets.find(({ assetId }) => assetId === id),
    assets: {
      list: ({ limit, cursor }) => {
        lists += 1;
        const from = Number(cursor ?? 0);
        const items = assets.slice(from, from + limit);
        return from + limit < assets.length ? { items, next: `${from + limit}` } : { items };
      },
    },
    onChange: (listener) => void listeners.push(listener as (typeof listeners)[number]),
  });
  const tell = (kind: "asset" | "crew", id: string) => {
    for (const listener of listeners) listener({ kind, id });
  };
  return { finder, tell, lists: () => lists };
}

test("assets of the classes within the distance are found, over cells and pages", () => {
  const far = Array.from({ length: 2_000 }, (_, n) => asset(n + 10, { lon: 116 + n / 1_000 }));
  const near = asset(1, { lat: 31.8 + 49 / 111_195 });
  const { finder } = setUp([
    ...far,
    near,
    asset(2, { lat: 31.8 - 51 / 111_195 }),
    asset(3, { class: "streetlight" }),
    asset(4, { class: undefined }),
  ]);
  expect(finder.near(HERE, 50, ["manhole-cover"])).toEqual([near]);
  expect(finder.near(HERE, 50, [])).toEqual([]);
  // Of every class and of none, the nearest first.
  const around = finder.around(HERE, 50);
  expect(around.map(({ asset: { assetId }, metres }) => [assetId, Math.round(metres)])).toEqual([
    ["cover-3", 0],
    ["cover-4", 0],
    ["cover-1", 49],
  ]);
  expect(finder.byCode(near.componentCode)).toEqual(near);
  expect(finder.byCode("4115240102099999")).toBeUndefined();
});

test("the register is read once; an asset that came, moved, or went is known at once", () => {
  const assets = [asset(1)];
  const { finder, tell, lists } = setUp(assets);
  const near = () => finder.near(HERE, 50, ["manhole-cover"]).map(({ assetId }) => assetId);
  // Nobody has asked yet.
  tell("asset", "cover-1");
  expect([near(), lists()]).toEqual([["cover-1"], 1]);
  assets.push(asset(2));
  tell("crew", "cover-2");
  expect(near()).toEqual(["cover-1"]);
  tell("asset", "cover-2");
  expect(near()).toEqual(["cover-1", "cover-2"]);
  const { componentCode } = asset(1);
  assets[0] = asset(1, { lon: 116, componentCode: "4115240102099999" });
  tell("asset", "cover-1");
  expect(near()).toEqual(["cover-2"]);
  expect([finder.byCode(componentCode), finder.byCode("4115240102099999")]).toEqual([
    undefined,
    assets[0],
  ]);
  assets.pop();
  tell("asset", "cover-2");
  expect([near(), lists()]).toEqual([[], 1]);
});
