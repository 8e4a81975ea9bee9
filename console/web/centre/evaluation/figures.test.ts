import { expect, test } from "vitest";
import { EvaluationSubject } from "../../../../model/evaluation.ts";
import {
  COUNT_NAMES,
  countsOf,
  DUE_NAMES,
  POST_COUNTS,
  POSTS,
  RATE_NAMES,
} from "../../../../model/indicator.ts";
import { INDICATOR_WORDS } from "../../../brief-words.ts";
import { groupText, postText, ruleText, sayPost, saySubject } from "./evaluation-words.ts";
import { changeText, columnsOf, countsBehind, figureText, SUBJECTS } from "./figures.ts";
import { indicatorText, sayIndicator } from "./indicator-words.ts";

test.each([
  ["handleRate", 0.875, "87.50%"],
  ["handleRate", 0.6667, "66.67%"],
  ["handleRate", 0.9999, "99.99%"],
  ["handleRate", 0, "0.00%"],
  ["callbackRate", 1.5, "150.00%"],
  ["handleRate", null, "–"],
  ["handled", 1200, "1200"],
  ["accurate", undefined, "–"],
  ["score", 87.25, "87.25"],
])("%s of %d is written %s", (name, value, text) => {
  expect(figureText(name, value)).toBe(text);
});

test.each([
  [1.5, "+1.5"],
  [-0.75, "−0.75"],
  [0, "±0"],
  [null, "–"],
])("a change of %d is written %s", (change, text) => {
  expect(changeText(change)).toBe(text);
});

test("behind each rate and each count of a place are counts that can be asked for", () => {
  const known = countsOf("area");
  const behind = [...RATE_NAMES, ...COUNT_NAMES].flatMap(countsBehind);
  expect(behind.filter((name) => !known.includes(name))).toEqual([]);
  expect([countsBehind("score"), countsBehind("onTimeRate")]).toEqual([[], []]);
});

test("a name of an address that is none is shown as it is, also one that every object has", () => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    expect([countsBehind(name), indicatorText(name), postText(name)]).toEqual([[name], name, name]);
    expect([groupText(name), ruleText(name)]).toEqual([name, name]);
  }
});

test("the chief columns of everybody are indicators of theirs", () => {
  for (const subject of SUBJECTS.filter((each) => each !== "position")) {
    const known: readonly string[] = [...countsOf(subject), ...RATE_NAMES];
    const columns = columnsOf({ subject, items: [] }, false);
    expect(columns.filter((name) => !known.includes(name))).toEqual([]);
  }
});

test("each indicator of the model has its words, and no other has; a brief says the same", () => {
  const names = [...COUNT_NAMES, ...DUE_NAMES, ...RATE_NAMES, ...POST_COUNTS];
  const ofPosts = ["onTimeRate", "accurateRate"];
  expect(Object.keys(sayIndicator.words).sort()).toEqual([...names, ...ofPosts].sort());
  const words: Readonly<Record<string, { zh: string }>> = sayIndicator.words;
  for (const [name, { zh }] of Object.entries(INDICATOR_WORDS)) expect(words[name]?.zh).toBe(zh);
  const english = Object.values(sayIndicator.words).map(({ en }) => en);
  expect(new Set(english).size).toBe(english.length);
});

test("each subject and each post has its words", () => {
  expect(Object.keys(saySubject.words).sort()).toEqual([...EvaluationSubject.options].sort());
  expect([...SUBJECTS].sort()).toEqual([...EvaluationSubject.options].sort());
  expect(Object.keys(sayPost.words).sort()).toEqual([...POSTS].sort());
});
