/**
 * Every query of every board answers. Each panel's, also in folded rows, each annotation's and each variable's is
 * filled in as Grafana does it and asked of a real InfluxDB with a city in it: with all that may be chosen, and
 * with one value of each variable. Rows must come, and in them what the panel goes by. With
 * GRIDWARDEN_BOARD_ROWS set to a file it writes how many, by board and panel.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Ask, answerOf, rangeOf } from "../bench/board-answers.ts";
import { choicesOf, type How } from "../bench/board-choices.ts";
import { type Asker, type Board, type BoardJson, readBoard } from "../bench/boards.ts";
import { filledIn, type TimeRange } from "../bench/grafana-query.ts";
import { DAY_MS } from "../model/clock.ts";
import { type DashboardCity, seedDashboardCity } from "./support/dashboard-city.ts";

const folder = new URL("../dashboards/json/", import.meta.url);
const boards = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => readBoard(JSON.parse(readFileSync(new URL(file, folder), "utf8")) as BoardJson));

/** Of what may be chosen so much is tried until there are rows. */
const CHOICES_MAX = 1_000;

let city: DashboardCity;
const rows: string[] = [];

beforeAll(async () => {
  city = await seedDashboardCity();
}, 400_000);
afterAll(async () => {
  const file = process.env.GRIDWARDEN_BOARD_ROWS;
  if (file !== undefined) writeFileSync(file, `${HEAD}${rows.join("\n")}\n`);
  await city?.stop();
});

const HEAD = "| board | panel | rows |\n| --- | --- | --- |\n";

const asked = new Map<string, ReturnType<Ask>>();
/** The same is asked but once. */
const ask: Ask = (query) => {
  const known = asked.get(query);
  if (known !== undefined) return known;
  const answer = city.door.query([query]).then(([found = []]) => found);
  asked.set(query, answer);
  return answer;
};

/** The second column is a tag's value; Grafana shows those in their natural order. */
async function valuesOf(query: string): Promise<string[]> {
  const answer = await ask(query);
  const values = answer.flatMap((found) => found.values.map((row) => String(row.at(-1))));
  return [...new Set(values)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** The first answer without a fault; else the first one. */
async function bestAnswer(board: Board, asker: Asker, how: How): Promise<Answer> {
  const range = rangeOf(board, asker, city.now);
  let first: Answer | undefined;
  let tried = 0;
  for await (const chosen of choicesOf(board, how, boardRange(board), valuesOf)) {
    const answer = await answerOf(asker, chosen, range, ask);
    if (answer.fault === undefined) return answer;
    first ??= answer;
    tried += 1;
    if (tried >= CHOICES_MAX) break;
  }
  return first ?? { rows: 0, fault: "there is nothing to choose" };
}

const boardRange = ({ spanMs }: Board): TimeRange => ({ from: city.now - spanMs, to: city.now });

test("there are boards", () => {
  expect(boards.length).toBeGreaterThan(0);
});

test("each word that boards have written out to choose from has rows on one of them", async () => {
  const hasRows = new Map<string, boolean>();
  // A day stands at its begin, which the last 24 hours never hold.
  const week = { from: city.now - 7 * DAY_MS, to: city.now };
  for (const board of boards) {
    const written = board.variables.filter((each) => each.values.length > 1);
    for await (const chosen of choicesOf(board, "all", boardRange(board), valuesOf)) {
      for (const { name, value } of chosen) {
        const word = `${name} = ${value}`;
        if (hasRows.get(word) === true || !written.some((each) => each.name === name)) continue;
        const asking = board.askers.filter(({ targets }) =>
          targets.some(({ query }) => query.includes(`$${name}`)),
        );
        const answers = await Promise.all(
          asking.map((asker) => answerOf(asker, chosen, week, ask)),
        );
        hasRows.set(
          word,
          answers.some(({ fault }) => fault === undefined),
        );
      }
    }
  }
  expect([...hasRows].filter(([, found]) => !found).map(([word]) => word)).toEqual([]);
});

describe.each(boards)("$uid", (board) => {
  test("each of its variables has values", async () => {
    const faults: string[] = [];
    for await (const chosen of choicesOf(board, "all", boardRange(board), valuesOf)) {
      for (const { name, query } of board.variables) {
        if (query === undefined) continue;
        const filled = filledIn(query, chosen, boardRange(board), 0);
        const values = await valuesOf(filled);
        if (values.length === 0) faults.push(`variable '${name}' has none, asked for ${filled}`);
      }
      break;
    }
    expect(faults).toEqual([]);
  });

  test.each<How>(["all", "one of each"])(
    "each panel and annotation answers, %s chosen",
    async (how) => {
      const faults: string[] = [];
      for (const asker of board.askers) {
        const { rows: count, fault } = await bestAnswer(board, asker, how);
        if (fault !== undefined)
          faults.push(`${board.uid}, ${asker.kind} '${asker.title}': ${fault}`);
        if (how === "all") rows.push(`| ${board.title} | ${asker.title} | ${count} |`);
      }
      expect(faults).toEqual([]);
    },
  );
});
