/** Nothing on a page is said but by the tables of words, and each of them is whole. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAst } from "vite";
import { afterEach, expect, test } from "vitest";
import { CaseState } from "../../../model/case.ts";
import { sayState } from "./case-words.ts";
import { language } from "./language.ts";
import { sayAge, sayDuration } from "./time-words.ts";
import { type Say, sayBytes } from "./words.ts";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const files = readdirSync(web, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".test.ts"))
  .map((file) => ({ file, code: readFileSync(join(web, file), "utf8") }));
const isTable = ({ file }: { file: string }): boolean => /-words\.ts$/.test(file);
const tables = await Promise.all(
  files.filter(isTable).map(async ({ file, code }) => {
    const module = (await import(join(web, file))) as Record<string, unknown>;
    const said = Object.entries(module).filter(
      (each): each is [string, Say<string>] => typeof each[1] === "function" && "words" in each[1],
    );
    const words = said.flatMap(([, say]) => Object.entries(say.words));
    // Another table than `say` has the codes of the platform, each with a test of its own.
    const own = said.filter(([name]) => name === "say");
    return { file, code, words, own: own.flatMap(([, say]) => Object.keys(say.words)) };
  }),
);

afterEach(() => {
  language.value = "zh";
});

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

test.each([
  [0, "0 B"],
  [249, "249 B"],
  [1024, "1.0 KiB"],
  [8 * 1024 ** 3, "8.0 GiB"],
  [2000 * 1024 ** 4, "2000.0 TiB"],
])("%d bytes are said as %s", (bytes, text) => {
  expect(sayBytes(bytes)).toBe(text);
});

test("every word has both languages with the same holes to fill", () => {
  const holes = (text: string): string => (text.match(/\{\w+\}/g) ?? []).sort().join();
  const wrong = tables.flatMap(({ file, words }) =>
    words
      .filter(([, { zh, en }]) => zh.trim() === "" || en.trim() === "" || holes(zh) !== holes(en))
      .map(([word]) => `${file}: ${word}`),
  );
  expect(wrong).toEqual([]);
  expect(tables.filter(({ words }) => words.length === 0).map(({ file }) => file)).toEqual([]);
});

test("every state of a case has its words, and no other has", () => {
  expect(Object.keys(sayState.words).sort()).toEqual([...CaseState.options].sort());
});

test("English has no Chinese but the name of the other language", () => {
  const other = new Set(["otherLanguage", "switchLanguage"]);
  const wrong = tables.flatMap(({ file, words }) =>
    words
      .filter(([word, { en }]) => !other.has(word) && /[\u4e00-\u9fff]/.test(en))
      .map(([word]) => `${file}: ${word}`),
  );
  expect(wrong).toEqual([]);
});

/** Words for whatever a schema names; the test beside the table holds it to that schema. */
const OF_A_SCHEMA = ["centre/rules/field-words.ts"];

test("every word is used by a file of its page", () => {
  const said = tables.filter(({ file }) => !OF_A_SCHEMA.includes(file));
  const unused = said.flatMap(({ file, code, own }) => {
    const folder = dirname(file);
    const users = files
      .filter((each) => folder === "shared" || each.file.startsWith(folder))
      .map((each) =>
        each.file === file
          ? code
              .split(/\n\}\);\n/)
              .slice(1)
              .join("\n")
          : each.code,
      );
    return own
      .filter((word) => !users.some((text) => text.includes(`"${word}"`)))
      .map((word) => `${file}: ${word}`);
  });
  expect(unused).toEqual([]);
});

test("no file but the tables of words has Chinese in it", () => {
  const wrong = files.filter((each) => !isTable(each) && /[\u4e00-\u9fff]/.test(each.code));
  expect(wrong.map(({ file }) => relative(".", file))).toEqual([]);
});

test("no element has a text of its own", () => {
  const found = files
    .filter(({ file }) => file.endsWith(".tsx"))
    .flatMap(({ file, code }) =>
      ownTexts(parseAst(code, { lang: "tsx" })).map((text) => `${file}: ${text}`),
    )
    .filter((each) => !each.endsWith(": gridwarden"));
  expect(found).toEqual([]);
});

const SAID_ATTRIBUTES = new Set(["aria-label", "title", "placeholder", "alt", "label"]);

function ownTexts(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(ownTexts);
  if (typeof node !== "object" || node === null) return [];
  const { type, value, name } = node as {
    type?: string;
    value?: unknown;
    name?: { name?: string };
  };
  const isLetters = (text: unknown): text is string =>
    typeof text === "string" && /\p{L}{2,}/u.test(text);
  if (type === "JSXText") return isLetters(value) ? [value.trim()] : [];
  if (type === "JSXAttribute" && SAID_ATTRIBUTES.has(name?.name ?? "")) {
    const literal = (value as { value?: unknown } | null)?.value;
    if (isLetters(literal)) return [literal];
  }
  return Object.values(node).flatMap(ownTexts);
}

function inBoth(speak: () => string): { zh: string; en: string } {
  language.value = "zh";
  const zh = speak();
  language.value = "en";
  return { zh, en: speak() };
}
