import fc from "fast-check";
import { expect, test } from "vitest";
import { readingsOf } from "./pinyin.ts";
import { createPlaceIndex, searchable } from "./place-index.ts";

const NAMES: [id: string, ...labels: string[]][] = [
  ["nanjing", "南京路", "中央大街"],
  ["nanjing-east", "南京东路"],
  ["nanjing-12", "南京路12号"],
  ["chongqing", "重庆路"],
  ["changxing", "长兴路"],
  ["lamp", "LD-0123"],
  ["g312", "G312国道"],
  ["green", "绿地广场"],
  ["north", "North Road"],
];

function indexOf(names: readonly [string, ...string[]][] = NAMES) {
  const index = createPlaceIndex<string>();
  for (const [number, [id, ...labels]] of names.entries()) {
    index.put({ id, labels, lon: 115 + number / 100, lat: 31, thing: id });
  }
  return index;
}

const find = (text: string, index = indexOf()): string[] =>
  index.search({ text, limit: 10 }).map(({ thing, match }) => `${thing} ${match}`);

const ROWS: [title: string, text: string, found: string[]][] = [
  ["the whole name before its beginning", "南京路", ["nanjing exact", "nanjing-12 prefix"]],
  ["a part of a name", "东路", ["nanjing-east part"]],
  ["an alias", "中央大街", ["nanjing exact"]],
  ["a number", "ld-0123", ["lamp exact"]],
  ["a part of a number", "0123", ["lamp part"]],
  ["full pinyin", "chongqinglu", ["chongqing pinyin"]],
  ["pinyin in words and with tones", "Chóngqìng Lù", ["chongqing pinyin"]],
  ["another reading of its characters", "zhongqinglu", ["chongqing pinyin"]],
  ["another reading as in 长兴", "zhangxinglu", ["changxing pinyin"]],
  ["the beginning of the pinyin", "nanjinglu", ["nanjing pinyin", "nanjing-12 pinyin"]],
  ["initials", "njl", ["nanjing initials", "nanjing-12 initials"]],
  ["initials with a number", "njl12", ["nanjing-12 initials"]],
  ["ü as v", "lvdi", ["green pinyin"]],
  ["ü itself", "lǜdì", ["green pinyin"]],
  ["Latin letters of a name", "g312", ["g312 prefix"]],
  ["a wide form", "Ｇ３１２国道", ["g312 exact"]],
  ["characters and letters together", "南京donglu", ["nanjing-east pinyin"]],
  ["a Latin name without its space", "northroad", ["north exact"]],
  ["no syllable begins in the middle of one", "angxinglu", []],
  ["what is not there", "上海路", []],
];

test.each(ROWS)("finds by %s: %s", (_title, text, found) => {
  expect(find(text)).toEqual(found);
});

test("of equally good ones the nearer comes first, and says how far it is", () => {
  const near = { lon: 115.02, lat: 31 };
  const found = indexOf().search({ text: "njl", limit: 10, near });
  expect(found.map(({ thing, distanceM }) => [thing, distanceM])).toEqual([
    ["nanjing-12", 0],
    ["nanjing", 1906],
  ]);
  expect(indexOf().search({ text: "南京路", limit: 1, near })).toMatchObject([
    { thing: "nanjing" },
  ]);
});

test("a name that is changed or removed is no longer found by what it was", () => {
  const index = indexOf();
  expect(find("重庆路", index)).toEqual(["chongqing exact"]);
  index.put({ id: "chongqing", labels: ["渝中路"], lon: 115, lat: 31, thing: "chongqing" });
  expect(find("重庆路", index)).toEqual([]);
  expect(find("yuzhonglu", index)).toEqual(["chongqing pinyin"]);
  index.remove("chongqing");
  expect(find("渝中路", index)).toEqual([]);
  expect(index.size).toBe(NAMES.length - 1);
});

test("a name that is indexed by its words alone is found by their pinyin, by no other reading", () => {
  const index = createPlaceIndex<string>();
  const named = { id: "lamp", labels: ["重庆路12号灯"], lon: 115, lat: 31, thing: "lamp" };
  index.put({ ...named, isByWordsAlone: true });
  expect(find("chongqinglu12", index)).toEqual(["lamp pinyin"]);
  expect(find("cql12", index)).toEqual(["lamp initials"]);
  expect(find("zhongqinglu", index)).toEqual([]);
});

test("what changes behind the long text is found, however many searches lie between", () => {
  const names = Array.from({ length: 100 }, (_, n): [string, string] => [`p${n}`, `南京路${n}号`]);
  const index = indexOf(names);
  for (let n = 0; n < 20; n += 1) {
    index.put({ id: `p${n}`, labels: [`北街${n}号`], lon: 115, lat: 31, thing: `p${n}` });
    expect(find(`北街${n}号`, index)).toEqual([`p${n} exact`]);
    expect(find(`南京路${n}号`, index)).toEqual([]);
  }
  expect(find("北街", index)).toHaveLength(10);
  expect(find("南京路99号", index)).toEqual(["p99 exact"]);
});

test("a name of many characters with several readings is found by that of its words", () => {
  const { full } = readingsOf("重庆行长会重乐长");
  expect(full.length).toBe(8);
  expect(full[0]).toMatch(/^ChongQing/);
});

test("in any order of changes it finds what a plain look through all names finds", () => {
  const characters = fc.constantFrom(..."南京路东重庆长1a");
  const name = fc.string({ unit: characters, minLength: 1, maxLength: 6 });
  const change = fc.record({ id: fc.integer({ min: 0, max: 30 }), name: fc.option(name) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 120 }), name, (changes, text) => {
      const index = createPlaceIndex<string>();
      const names = new Map<string, string>();
      for (const [step, { id, name: label }] of changes.entries()) {
        if (label === null) {
          index.remove(`${id}`);
          names.delete(`${id}`);
        } else {
          index.put({ id: `${id}`, labels: [label], lon: 115, lat: 31, thing: `${id}` });
          names.set(`${id}`, label);
        }
        if (step % 7 === 0) index.search({ text, limit: 5 });
      }
      const found = index.search({ text, limit: 100 }).filter(({ match }) => match !== "initials");
      const byText = found.filter(({ match }) => match !== "pinyin").map(({ thing }) => thing);
      const wanted = [...names].filter(([, label]) => searchable(label).includes(searchable(text)));
      expect(byText.sort()).toEqual(wanted.map(([id]) => id).sort());
    }),
    { numRuns: 200 },
  );
});
