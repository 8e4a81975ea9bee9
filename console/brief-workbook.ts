/**
 * An evaluation as a workbook (XLSX): ranks, all indicators by their names of the API, deductions with
 * their cases, and of a brief also last places and renewals. Numbers are cells of numbers, and
 * every text is a cell of text, so that none is ever run as a formula.
 */
import writeXlsxFile from "write-excel-file/node";
import type { Evaluation } from "../model/evaluation.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Brief } from "../model/publication.ts";
import { groupName, type Say, sayIn } from "./brief-tables.ts";
import {
  BRIEF_RATES,
  type BriefLanguage,
  type BriefWord,
  GRADE_WORDS,
  INDICATOR_WORDS,
  RULE_WORDS,
} from "./brief-words.ts";

export const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** What a brief has beside its figures; nothing of it for figures that were asked for just now. */
type Beside = Pick<Brief, "lastPlaces" | "renewals">;
type Value = string | number | null | undefined;

interface Sheet {
  title: BriefWord;
  head: readonly string[];
  rows: readonly (readonly Value[])[];
}

const COLUMN_WIDTH = 16;

export async function evaluationWorkbook(
  found: { evaluation: Evaluation; beside?: Beside },
  { lang, zone }: { lang: BriefLanguage; zone: TimeZone },
): Promise<Buffer> {
  const say = sayIn(lang, zone);
  const { evaluation, beside } = found;
  const sheets = [
    ranksOf(evaluation, say),
    indicatorsOf(evaluation, say),
    deductionsOf(evaluation, say),
  ];
  if (beside !== undefined) sheets.push(lastPlacesOf(beside, say), renewalsOf(beside, say));
  const written = sheets.map(({ title, head, rows }) => ({
    sheet: say(title),
    data: [head.map(headCell), ...rows.map((row) => row.map(cellOf))],
    columns: head.map(() => ({ width: COLUMN_WIDTH })),
    stickyRowsCount: 1,
  }));
  return await writeXlsxFile(written).toBuffer();
}

const headCell = (text: string) => ({
  value: textOf(text),
  type: String,
  fontWeight: "bold" as const,
});

/** The type is said, never guessed from the value. */
function cellOf(value: Value) {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return { value, type: Number };
  return { value: textOf(value), type: String };
}

const CONTROL_MAX = 0x1f;
const WHITE = "\t\n\r";

/** Without the characters that no XML document may hold. */
const textOf = (text: string): string =>
  [...text]
    .filter((each) => {
      const code = each.codePointAt(0) ?? 0;
      if (code <= CONTROL_MAX) return WHITE.includes(each);
      return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
    })
    .join("");

function ranksOf({ items }: Evaluation, say: Say): Sheet {
  const words = [
    ...(["group", "rank", "rankedOf", "id", "unit", "score", "basePoints", "grade"] as const),
    ...(["scoreChange", "rankChange", "yearScoreChange", "yearRankChange"] as const),
  ];
  const rates = BRIEF_RATES.map((name) => INDICATOR_WORDS[name][say.lang]);
  const rows = items.map(({ subjectId, name, kind, peerGroup, grade, change, ...item }) => [
    ...[
      groupName(peerGroup ?? kind ?? "", say),
      item.rank,
      item.rankedOf,
      subjectId,
      name ?? subjectId,
    ],
    ...[item.score, item.basePoints, grade === null ? null : GRADE_WORDS[grade][say.lang]],
    ...[change.score, change.rank],
    ...[item.changeOnLastYear?.score, item.changeOnLastYear?.rank],
    ...BRIEF_RATES.map((rate) => item.indicators[rate]),
  ]);
  return { title: "ranks", head: [...words.map((word) => say(word)), ...rates], rows };
}

/** By the names of the API, so that they are found in its documentation. */
function indicatorsOf({ items }: Evaluation, say: Say): Sheet {
  const names = [...new Set(items.flatMap(({ indicators }) => Object.keys(indicators)))];
  const rows = items.map(({ subjectId, name, indicators }) => [
    ...[subjectId, name ?? subjectId],
    ...names.map((each) => indicators[each]),
  ]);
  return { title: "indicators", head: [say("id"), say("unit"), ...names], rows };
}

function deductionsOf({ items }: Evaluation, say: Say): Sheet {
  const words = ["id", "unit", "deduction", "points", "count", "caseNos"] as const;
  const rows = items.flatMap(({ subjectId, name, deductions }) =>
    deductions.map(({ deductionId, points, count, caseNos }) => [
      ...[subjectId, name ?? subjectId, deductionId, points, count, caseNos.join(" ")],
    ]),
  );
  return { title: "deductions", head: words.map((word) => say(word)), rows };
}

function lastPlacesOf({ lastPlaces }: Beside, say: Say): Sheet {
  const words = ["rule", "id", "unit", "group", "periods", "scores"] as const;
  const rows = lastPlaces.map(({ ruleId, subjectId, name, peerGroup, periods, scores }) => [
    ...[
      RULE_WORDS[ruleId]?.[say.lang] ?? ruleId,
      subjectId,
      name ?? subjectId,
      groupName(peerGroup, say),
    ],
    ...[periods.join(" "), scores.join(" ")],
  ]);
  return { title: "lastPlaces", head: words.map((word) => say(word)), rows };
}

function renewalsOf({ renewals }: Beside, say: Say): Sheet {
  const words = [
    "id",
    "asset",
    "condition",
    "unit",
    "count",
    "firstAt",
    "lastAt",
    "caseNos",
  ] as const;
  const rows = renewals.map(
    ({ assetId, name, conditionId, title, unitId, count, caseNos, ...found }) => [
      ...[
        assetId,
        name,
        title?.[say.lang] ?? conditionId,
        unitId,
        count,
        say.time(found.firstAt),
        say.time(found.lastAt),
      ],
      caseNos.join(" "),
    ],
  );
  return { title: "renewals", head: words.map((word) => say(word)), rows };
}
