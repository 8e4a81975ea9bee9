import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { CaseState, TERMINAL_STATES } from "../../model/case.ts";
import { type Language, STATES, say, sayAge, sayDuration, setLanguage, WORDS } from "./words.ts";

const here = dirname(fileURLToPath(import.meta.url));
const read = (file: string): string => readFileSync(join(here, file), "utf8");
const html = read("index.html");
const code = readdirSync(here)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "words.ts")
  .map(read)
  .join("\n");
/** What comes after the tables. */
const wordsCode = read("words.ts").split("let language")[1] ?? "";

afterEach(() => setLanguage("zh"));

const S = 1_000;
const M = 60 * S;
const H = 60 * M;

test.each([
  [0, "0 秒", "0 s"],
  [59 * S + 999, "59 秒", "59 s"],
  [M, "1 分钟", "1 min"],
  [59 * M + 59 * S, "59 分钟", "59 min"],
  [2 * H + 5 * M, "2 小时 5 分", "2 h 5 min"],
  [47 * H + 59 * M, "47 小时 59 分", "47 h 59 min"],
  [50 * H, "2 天 2 小时", "2 d 2 h"],
  [-90 * S, "1 分钟", "1 min"],
])("a duration of %d ms is said as %s and %s", (ms, zh, en) => {
  expect(inBoth(() => sayDuration(ms))).toEqual({ zh, en });
});

test.each([
  [-5 * S, "0 秒前", "0 s ago"],
  [61 * S, "1 分钟前", "1 min ago"],
  [47 * H, "47 小时前", "47 h ago"],
  [48 * H, "2 天前", "2 d ago"],
])("an age of %d ms is said as %s and %s", (ms, zh, en) => {
  expect(inBoth(() => sayAge(ms))).toEqual({ zh, en });
});

test("every word has both languages with the same holes to fill", () => {
  const holes = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const [word, { zh, en }] of [...Object.entries(WORDS), ...Object.entries(STATES)]) {
    expect({ word, isSaid: zh.trim() !== "" && en.trim() !== "" }).toEqual({ word, isSaid: true });
    expect({ word, holes: holes(en) }).toEqual({ word, holes: holes(zh) });
  }
});

test("every state in which a case is open has its words, and no other has", () => {
  const open = CaseState.options.filter((state) => !TERMINAL_STATES.has(state));
  expect(Object.keys(STATES).sort()).toEqual([...open].sort());
});

test("every word is used, and every word that the document names is there", () => {
  const named = [...html.matchAll(/data-say(?:-label)?="(\w+)"/g)].map((match) => match[1] ?? "");
  expect(named.filter((word) => !(word in WORDS))).toEqual([]);
  const unused = Object.keys(WORDS).filter(
    (word) => !named.includes(word) && !(code + wordsCode).includes(`"${word}"`),
  );
  expect(unused).toEqual([]);
});

test("the document shows no text of its own", () => {
  const texts = [...html.matchAll(/<(\w+)([^>]*)>([^<]+)(?=<)/g)].flatMap(
    ([, tag, given, text]) => {
      const word = /data-say="(\w+)"/.exec(given ?? "")?.[1];
      const shown = (text ?? "").trim();
      return shown === "" || shown === word || tag === "title" ? [] : [{ word, shown }];
    },
  );
  const signs = texts.filter(({ word }) => word === undefined).map(({ shown }) => shown);
  expect(signs).toEqual(["gridwarden", "+", "−", "⤢", "×"]);
  for (const { word, shown } of texts.filter((each) => each.word !== undefined)) {
    expect({ word, shown }).toEqual({ word, shown: say(word as keyof typeof WORDS) });
  }
});

test("the code shows no Chinese but the words'", () => {
  expect(code.match(/[\u4e00-\u9fff]+/g) ?? []).toEqual([]);
});

function inBoth(speak: () => string): Record<Language, string> {
  setLanguage("zh");
  const zh = speak();
  setLanguage("en");
  return { zh, en: speak() };
}
