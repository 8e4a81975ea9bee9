/** Queries as Grafana sends them, and its answers as panels get them, by tables. */
import { expect, test } from "vitest";
import { type Answered, fieldsOf } from "./grafana-frames.ts";
import { ALL, type Chosen, filledIn, intervalOf, spanMs } from "./grafana-query.ts";

const RANGE = { from: 1_000, to: 7_000 };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const one = (name: string, value: string): Chosen => ({ name, value, isMulti: false });
const several = (name: string, ...value: string[]): Chosen => ({ name, value, isMulti: true });

const put = (inside: string): string => `$\{${inside}}`;

const ROWS: [query: string, chosen: Chosen[], sent: string][] = [
  [
    "WHERE $timeFilter AND $timeFilter",
    [],
    "WHERE time >= 1000ms and time <= 7000ms AND time >= 1000ms and time <= 7000ms",
  ],
  ["time($__interval), $__interval_ms", [], "time(5m), 300000"],
  [`time > ${put("__from")}ms and time < $__to`, [], "time > 1000ms and time < 7000"],
  // Nothing is known of these: InfluxDB is to see them, and to complain.
  [`$__rate_interval ${put("nobody")}`, [], `$__rate_interval ${put("nobody")}`],
  // One value is escaped where it stands in a regular expression, and nowhere else.
  ['FROM "$period"', [one("period", "rolled_5m")], 'FROM "rolled_5m"'],
  ["\"asset\" = '$asset'", [one("asset", "a.b(c)")], "\"asset\" = 'a.b(c)'"],
  ['"asset" =~ /^$asset$/', [one("asset", "a.b(c)/d")], '"asset" =~ /^a\\.b\\(c\\)\\/d$/'],
  ['"asset" !~ /$asset/', [one("asset", "a+b")], '"asset" !~ /a\\+b/'],
  // What begins as a number goes as it is.
  ['"street" =~ /^$street$/', [one("street", "411524001")], '"street" =~ /^411524001$/'],
  ['"street" =~ /^$street$/', [one("street", "4.x")], '"street" =~ /^4.x$/'],
  // Several are a group, also when it is one.
  ['"asset" =~ /^$asset$/', [several("asset", "a.b")], '"asset" =~ /^(a\\.b)$/'],
  ['"asset" =~ /^$asset$/', [several("asset", "a.b", "c|d")], '"asset" =~ /^(a\\.b|c\\|d)$/'],
  ['"asset" =~ /^[[asset]]$/', [several("asset", "a")], '"asset" =~ /^(a)$/'],
  // All: by the words that stand for it, else by all there are.
  ["=~ /^$asset$/", [{ ...several("asset", ALL), allValue: ".*" }], "=~ /^.*$/"],
  ["=~ /^$asset$/", [{ ...several("asset", ALL), options: ["a", "b.c"] }], "=~ /^(a|b\\.c)$/"],
  ["=~ /^$kind$/", [{ ...one("kind", ALL), options: ["a", "b"] }], "=~ /^(a|b)$/"],
  // A format that is said is taken.
  [`/^${put("asset:regex")}$/`, [several("asset", "a.b")], "/^a\\.b$/"],
  [`/^${put("asset:regex")}$/`, [several("asset", "a.b", "c")], "/^(a\\.b|c)$/"],
  [
    ["pipe", "csv", "raw"].map((format) => put(`asset:${format}`)).join(" "),
    [several("asset", "a.b", "c")],
    "a.b|c a.b,c a.b,c",
  ],
  [`(${put("asset:singlequote")})`, [several("asset", "a", "b'c")], "('a','b\\'c')"],
  [`(${put("asset:doublequote")})`, [several("asset", "a")], '("a")'],
];

test.each(ROWS)("%s", (query, chosen, sent) => {
  expect(filledIn(query, chosen, RANGE, 5 * MINUTE)).toBe(sent);
});

test("a format that is not known here is not passed over", () => {
  expect(() => filledIn(put("a:lucene"), [one("a", "x")], RANGE, 1)).toThrow("'lucene'");
});

test.each([
  [HOUR, 1_000, 0, 5_000],
  [6 * HOUR, 1_000, 0, 20_000],
  [DAY, 1_000, 0, MINUTE],
  [DAY, 1_000, 5 * MINUTE, 5 * MINUTE],
  [7 * DAY, 1_000, MINUTE, 10 * MINUTE],
  [365 * DAY, 1_000, 0, 6 * HOUR],
  [60 * 365 * DAY, 100, 0, 365 * DAY],
])(
  "an interval of %i ms on %i pixels, no shorter than %i ms, is %i ms",
  (span, pixels, least, wanted) => {
    expect(intervalOf({ from: 0, to: span }, pixels, least)).toBe(wanted);
  },
);

test.each([
  [1, "1ms"],
  [1_500, "1s"],
  [90_000, "1m"],
  [36 * HOUR, "1d"],
])("an interval of %i ms is written %s", (intervalMs, text) => {
  expect(filledIn("$__interval", [], RANGE, intervalMs)).toBe(text);
});

test("a span is read, and what is none is said", () => {
  expect([spanMs("500ms"), spanMs("30s"), spanMs("7d")]).toEqual([500, 30_000, 7 * DAY]);
  expect(() => spanMs("1y")).toThrow("'1y'");
});

const ANSWER: Answered[] = [
  { name: "work", tags: { unit: "a" }, columns: ["time", "open", "late"], values: [[1, 5, null]] },
  { name: "work", tags: { unit: "b" }, columns: ["time", "open", "late"], values: [[2, 6, 7]] },
];

test("a table is the time, the tags and the columns, of all series under each other", () => {
  expect(fieldsOf(ANSWER, { format: "table" })).toEqual([
    { name: "Time", tags: {}, values: [1, 2] },
    { name: "unit", tags: {}, values: ["a", "b"] },
    { name: "open", tags: {}, values: [5, 6] },
    { name: "late", tags: {}, values: [null, 7] },
  ]);
  expect(fieldsOf([], { format: "table" })).toEqual([]);
});

test.each([
  [undefined, "work.open { unit: a }"],
  ["$tag_unit", "a"],
  ["$m $col [[tag_unit]]", "work open a"],
  ["$tag_street $x", "$tag_street $x"],
  ["open", "open"],
])("a series with the alias %s is called '%s'", (alias, called) => {
  const [first] = fieldsOf(ANSWER, { format: "time_series", alias });
  expect(first).toEqual({ name: called, tags: { unit: "a" }, values: [5] });
});
