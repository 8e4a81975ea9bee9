/**
 * The documentation against the repository: tables equal the data they tell of, every path and link
 * leads to something, and the two front pages show the same commands.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { DEAD_LETTER_REASONS, ERRORS } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { RuleCondition, Signal } from "../model/rule.ts";
import { ruleRow } from "./support/rule-rows.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** What a run writes; named in the pages, not kept in the repository. */
const WRITTEN_BY_A_RUN = new Set(["bench/results/latest.json", "deploy/.env", "deploy/secrets"]);

const PAGES = [
  ...readdirSync(root).filter((name) => /^README.*\.md$/.test(name)),
  ...markdownUnder("docs"),
];
const ROOMS = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !["data", "dist", "node_modules"].includes(entry.name))
  .map((entry) => entry.name);

function markdownUnder(directory: string): string[] {
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory()) return markdownUnder(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

/** Fenced blocks with the language that they name. */
function codeBlocks(text: string): string[] {
  return [...text.matchAll(/^```.*\n[\s\S]*?^```$/gm)].map(([block]) => block);
}

function prose(text: string): string {
  return text.replaceAll(/^```.*\n[\s\S]*?^```$/gm, "");
}

/** Cells of every table row whose first cell is a code span, without the backticks around it. */
function codeRows(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.slice(2, -2).split(" | "))
    .map(([first = "", ...rest]) => [first.replaceAll("`", ""), ...rest]);
}

/** Tokens in backticks that begin with a folder of the repository. */
function namedPaths(text: string): string[] {
  return [...prose(text).matchAll(/`([^`\s]+)`/g)]
    .map(([, token = ""]) => token)
    .filter((token) => ROOMS.some((room) => token.startsWith(`${room}/`)))
    .filter((token) => !WRITTEN_BY_A_RUN.has(token));
}

function relativeLinks(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target.replace(/#.*$/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target));
}

test("the pages of errors and dead letters have the rows of the tables, in their order", () => {
  const [errors = "", letters = ""] = read("docs/errors.md").split("## Dead letters");
  expect(codeRows(errors)).toEqual(
    Object.entries(ERRORS).map(([code, { status, means }]) => [code, String(status), means]),
  );
  expect(codeRows(letters)).toEqual(Object.entries(DEAD_LETTER_REASONS));
});

test("the page of limits has every limit with its value", () => {
  const shown = codeRows(read("docs/limits.md")).map(([name, value]) => [name, value]);
  const wanted = Object.entries(LIMITS).map(([name, value]) => [
    name,
    value.toLocaleString("en-US"),
  ]);
  expect(shown).toEqual(wanted);
});

test.each(PAGES)("every link of %s leads to a file of the repository", (page) => {
  const broken = relativeLinks(read(page)).filter(
    (target) => !existsSync(join(root, dirname(page), target)),
  );
  expect(broken).toEqual([]);
});

test.each(PAGES)("every path that %s names in backticks is there", (page) => {
  const missing = namedPaths(read(page)).filter((path) => !existsSync(join(root, normalize(path))));
  expect(missing).toEqual([]);
});

test("every page is found from a front page or from another page", () => {
  const found = new Set(
    PAGES.flatMap((page) =>
      relativeLinks(read(page)).map((target) => normalize(join(dirname(page), target))),
    ),
  );
  const lost = PAGES.filter((page) => page.startsWith("docs/") && !found.has(page)).filter(
    (page) => !found.has(dirname(page)),
  );
  expect(lost).toEqual([]);
});

test("the page of alarms has a row for every default rule, under its class", () => {
  const page = read("docs/alarms.md");
  const shown = page.slice(page.indexOf("## Default rules")).split("### ").slice(1);
  expect(shown.map((section) => section.match(/`([^`]+)`/)?.[1])).toEqual(
    ASSET_CLASSES.map(({ slug }) => slug),
  );
  for (const [index, each] of ASSET_CLASSES.entries()) {
    const rows = (shown[index] ?? "").split("\n").filter((line) => line.startsWith("| `"));
    expect(rows).toEqual(each.rules.map((rule) => `| ${ruleRow(rule, each).join(" | ")} |`));
  }
});

test("the page of alarms names every signal and every kind of condition", () => {
  const page = read("docs/alarms.md");
  const named = codeRows(page).map(([first = ""]) => first);
  for (const { shape } of Signal.options) expect(named).toContain(shape.kind.value);
  for (const { shape } of RuleCondition.options) expect(page).toContain(`\`${shape.kind.value}\``);
});

test("the page of cases has every filing condition with its limit and filing, class by class", () => {
  const page = read("docs/cases.md");
  const shown = codeRows(page.slice(page.indexOf("## Filing conditions"))).map(
    ([first = "", , limit = "", filing = ""]) => [
      first.split(" ")[0],
      limit.replace(/s$/, ""),
      filing.split(",")[0],
    ],
  );
  const wanted = ASSET_CLASSES.flatMap((each) =>
    each.conditions.map(({ conditionId, limit, filing }) => [
      conditionId,
      `${limit.value} ${limit.unit.replace("-", " ")}`,
      filing,
    ]),
  );
  expect(shown).toEqual(wanted);
});

test("the Chinese front page shows the same commands and the same links as the English one", () => {
  const [english, chinese] = [read("README.md"), read("README.zh-CN.md")];
  expect(codeBlocks(chinese)).toEqual(codeBlocks(english));
  const others = (text: string): string[] =>
    [...new Set(relativeLinks(text))].filter((target) => !target.startsWith("README")).sort();
  expect(others(chinese)).toEqual(others(english));
});

test("every variable that the configuration reads stands in its page", () => {
  const names = new Set(read("app/config.ts").match(/GRIDWARDEN_[A-Z0-9_]+/g));
  const page = read("docs/configuration.md");
  expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
