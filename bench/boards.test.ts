/** What a board asks, what may be chosen of it, and what is wrong with an answer. */
import { expect, test } from "vitest";
import { type Ask, answerOf, rangeOf } from "./board-answers.ts";
import { choicesOf } from "./board-choices.ts";
import { type Asker, type BoardJson, readBoard } from "./boards.ts";
import { ALL } from "./grafana-query.ts";

const HOUR = 3_600_000;
const put = (inside: string): string => `$\{${inside}}`;

const target = (refId: string, more: object = {}) => ({
  ...{ refId, query: 'SELECT last("open") AS "open" FROM "work"', resultFormat: "table" },
  ...more,
});

const panel = (more: object) => ({
  ...{ type: "table", title: "Work", gridPos: { w: 12 }, targets: [target("A")] },
  ...more,
});

function boardOf(panels: object[], more: object = {}): ReturnType<typeof readBoard> {
  const json = { uid: "b", title: "Board", time: { from: "now-6h" }, panels, ...more };
  return readBoard(json as unknown as BoardJson);
}

const byName = (options: string, displayName?: string) => ({
  matcher: { id: "byName", options },
  properties: displayName === undefined ? [] : [{ id: "displayName", value: displayName }],
});

test("panels in rows that are folded ask, too; rows and texts ask nothing", () => {
  const board = boardOf([
    panel({ title: "One" }),
    { type: "row", title: "Folded", gridPos: { w: 24 }, panels: [panel({ title: "Two" })] },
    { type: "text", title: "Text", gridPos: { w: 24 } },
  ]);
  expect(board.askers.map(({ title }) => title)).toEqual(["One", "Two"]);
  expect(board.spanMs).toBe(6 * HOUR);
});

test("a panel has a time, a width and a least interval of its own", () => {
  const [asker] = boardOf([panel({ timeFrom: "3m", interval: "1m" })]).askers;
  expect(asker).toMatchObject({ spanMs: 180_000, leastIntervalMs: 60_000, pixels: 720 });
  expect(rangeOf({ spanMs: HOUR }, asker as Asker, 1_000_000)).toEqual({
    ...{ from: 820_000, to: 1_000_000 },
  });
});

test("a panel goes by its overrides, links, layers, order and single value", () => {
  const [asker] = boardOf([
    panel({
      fieldConfig: {
        defaults: { links: [{ url: `/d/x?a=${put("__data.fields.asset")}` }] },
        overrides: [
          byName("open", "未结 / Open"),
          { matcher: { id: "byNames", options: { names: ["late"] } }, properties: [] },
          { matcher: { id: "byFrameRefID", options: "A" }, properties: [] },
        ],
      },
      options: {
        layers: [{ location: { mode: "coords", latitude: "lat", longitude: "lon" } }],
        reduceOptions: { fields: "/^share$/" },
        sortBy: [{ displayName: "未结 / Open" }, { displayName: "unit" }],
      },
    }),
  ]).askers;
  expect(asker?.fields).toEqual(["open", "late", "asset", "lat", "lon", "unit", "share"]);
  expect(asker?.someOf).toEqual([]);
});

test("series that are called after a tag need one of the names, and the tag that a link wants", () => {
  const [asker] = boardOf([
    panel({
      targets: [target("A", { resultFormat: "time_series", alias: "$tag_severity" })],
      fieldConfig: {
        defaults: { links: [{ url: put("__field.labels.asset") }] },
        overrides: [byName("critical"), byName("notice")],
      },
    }),
  ]).askers;
  expect(asker).toMatchObject({ fields: [], someOf: ["critical", "notice"], tags: ["asset"] });
});

test("an annotation needs its time, its text and its tags; Grafana's own is none", () => {
  const { askers } = boardOf([], {
    annotations: {
      list: [
        { name: "Annotations & Alerts" },
        { name: "Cases", target: target("Anno", { textColumn: "title", tagsColumn: "a,b" }) },
      ],
    },
  });
  expect(askers).toMatchObject([
    { title: "Cases", kind: "annotation", fields: ["Time", "title", "a", "b"] },
  ]);
});

test.each([
  ["a transformation", panel({ transformations: [{ id: "pivot" }] }), "'pivot'"],
  [
    "a matcher",
    panel({ fieldConfig: { overrides: [{ matcher: { id: "byType" }, properties: [] }] } }),
    "'byType'",
  ],
  [
    "a query that is not there",
    panel({
      fieldConfig: {
        overrides: [{ matcher: { id: "byFrameRefID", options: "B" }, properties: [] }],
      },
    }),
    "'B'",
  ],
])("%s that cannot be read is said", (_what, json, said) => {
  expect(() => boardOf([json])).toThrow(said);
});

const VARIABLES = {
  templating: {
    list: [
      {
        type: "query",
        name: "street",
        query: "STREETS",
        multi: true,
        includeAll: true,
        allValue: ".*",
      },
      {
        type: "query",
        name: "asset",
        query: "ASSETS =~ /^$street$/",
        multi: true,
        includeAll: true,
      },
      { type: "custom", name: "period", query: "hour, day" },
      { type: "constant", name: "console", query: "http://here" },
    ],
  },
};

const VALUES: Record<string, string[]> = {
  STREETS: ["s1", "s2"],
  "ASSETS =~ /^.*$/": ["a1", "a2"],
  "ASSETS =~ /^(s1)$/": ["a1"],
  "ASSETS =~ /^(s2)$/": ["a2"],
};

async function chosenOf(how: "all" | "one of each"): Promise<unknown[]> {
  const found: unknown[] = [];
  const ask = async (query: string) => VALUES[query] ?? [];
  const range = { from: 0, to: 1 };
  for await (const chosen of choicesOf(boardOf([], VARIABLES), how, range, ask)) {
    found.push(chosen.slice(0, 3).map(({ value }) => value));
  }
  return found;
}

test("all is chosen of what may be all; of the rest one value after the other", async () => {
  expect(await chosenOf("all")).toEqual([
    [[ALL], [ALL], "hour"],
    [[ALL], [ALL], "day"],
  ]);
});

test("one value of each is chosen, of a variable that hangs on another by that one", async () => {
  expect(await chosenOf("one of each")).toEqual([
    [["s1"], ["a1"], "hour"],
    [["s1"], ["a1"], "day"],
    [["s2"], ["a2"], "hour"],
    [["s2"], ["a2"], "day"],
  ]);
});

test("of a variable without values all is chosen, where that may be", async () => {
  const ask = async () => [];
  for await (const chosen of choicesOf(
    boardOf([], { templating: { list: VARIABLES.templating.list.slice(0, 1) } }),
    "one of each",
    { from: 0, to: 1 },
    ask,
  )) {
    expect(chosen).toMatchObject([{ name: "street", value: [ALL], allValue: ".*" }]);
    return;
  }
  expect.unreachable("nothing to choose");
});

const asker = (more: Partial<Asker>): Asker => ({
  ...{ title: "Work", kind: "panel", spanMs: undefined, pixels: 600, leastIntervalMs: 0 },
  targets: [{ refId: "A", query: "Q", format: "time_series", alias: "$col" }],
  ...{ fields: [], someOf: [], tags: [] },
  ...more,
});

const OPEN: Ask = async () => [
  { name: "work", tags: { unit: "u" }, columns: ["time", "open", "late"], values: [[1, 5, null]] },
];
const LATE: Ask = async () => [
  { name: "work", tags: {}, columns: ["time", "late"], values: [[1, 2]] },
];

test.each<[string, Partial<Asker>, Ask, string | undefined]>([
  ["what is wanted is there", { fields: ["late"] }, LATE, undefined],
  ["a column never has a value", {}, OPEN, "'late' has never a value, asked for Q"],
  ["a column is not there", { fields: ["open"] }, LATE, "no 'open', there are 'late', asked for Q"],
  ["no series has a name", { someOf: ["a", "b"] }, LATE, "none of 'a', 'b', there are 'late'"],
  ["no series has the tag", { tags: ["asset"] }, LATE, "no series with the tag 'asset'"],
  ["there are no rows", {}, async () => [], "no rows, asked for Q"],
  ["it is refused", {}, async () => Promise.reject(new Error("parse error")), "parse error, asked"],
])("of an answer it is said when %s", async (_what, more, ask, said) => {
  const { fault } = await answerOf(asker(more), [], { from: 0, to: 1 }, ask);
  if (said === undefined) expect(fault).toBeUndefined();
  else expect(fault).toContain(said);
});

test("rows of all queries of a panel are counted, and each must have some", async () => {
  const targets = ["Q", "R"].map((query) => ({ refId: query, query, format: "table" as const }));
  const both = await answerOf(asker({ targets }), [], { from: 0, to: 1 }, LATE);
  expect(both).toEqual({ rows: 2, fault: undefined });
  const onlyFirst: Ask = async (query) => (query === "Q" ? await LATE(query) : []);
  const one = await answerOf(asker({ targets }), [], { from: 0, to: 1 }, onlyFirst);
  expect(one).toEqual({ rows: 1, fault: "no rows, asked for R" });
});
