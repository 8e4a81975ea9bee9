/**
 * What the printed brief and the public ranks share: the page around them, its one style and the
 * policy that allows nothing else, and the tables of units. Every text that somebody wrote is escaped.
 * Pure.
 */

import type { Evaluation, EvaluationChange, EvaluationItem } from "../model/evaluation.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Publication } from "../model/publication.ts";
import {
  BRIEF_RATES,
  BRIEF_WORDS,
  type BriefLanguage,
  type BriefWord,
  GRADE_WORDS,
  GROUP_WORDS,
  INDICATOR_WORDS,
  KIND_WORDS,
  type ShownIndicator,
} from "./brief-words.ts";
import { stylePolicy } from "./print-policy.ts";
import { escaped } from "./supervision-print.ts";

const STYLE = `
@page { size: A4; margin: 14mm 12mm; }
body { font: 10pt/1.45 "SimSun", "Songti SC", "Noto Serif CJK SC", "WenQuanYi Zen Hei", serif;
  color: #000; background: #fff; max-width: 190mm; margin: 8mm auto; padding: 0 4mm; }
h1 { font-size: 19pt; text-align: center; letter-spacing: .12em; margin: 0 0 2mm; }
h2 { font-size: 12pt; margin: 5mm 0 1.5mm; break-after: avoid; }
h3 { font-size: 10pt; margin: 3mm 0 1mm; break-after: avoid; }
.sub { text-align: center; margin: 0 0 4mm; }
.alarm { border: .6mm solid #c00; color: #c00; font-weight: bold; padding: 2mm 3mm; margin: 0 0 4mm; }
.draft { border: .4mm dashed #555; padding: 1.5mm 3mm; margin: 0 0 4mm; }
table { border-collapse: collapse; width: 100%; font-size: 9pt; }
th, td { border: .25mm solid #000; padding: 1mm 1.4mm; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
@media print { .scroll { overflow: visible; } }
.unit { min-width: 8em; }
th { background: #f0f0f0; print-color-adjust: exact; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.green, .blue, .yellow, .red { print-color-adjust: exact; -webkit-print-color-adjust: exact;
  text-align: center; white-space: nowrap; }
.green { background: #cdebc9; }
.blue { background: #cfe0f7; }
.yellow { background: #fbeeb0; }
.red { background: #f6c9c5; }
.sign { margin-top: 5mm; break-inside: avoid; }
.sign td { height: 20mm; width: 50%; position: relative; }
.sign span { position: absolute; right: 2mm; bottom: 1mm; }
.right { text-align: right; }
footer { margin-top: 3mm; font-size: 8.5pt; text-align: right; overflow-wrap: anywhere; }
`;

/** Of the answer that carries such a page. */
export const BRIEF_POLICY = stylePolicy(STYLE);

export interface Say {
  (word: BriefWord): string;
  /** To the minute. */
  time(at: number | undefined): string;
  day(at: number): string;
  lang: BriefLanguage;
}

export function sayIn(lang: BriefLanguage, zone: TimeZone): Say {
  const time = (at: number | undefined): string =>
    at === undefined ? "" : zone.iso(at).slice(0, "2026-11-22T08:30".length).replace("T", " ");
  return Object.assign((word: BriefWord) => BRIEF_WORDS[word][lang], {
    time,
    day: (at: number) => time(at).slice(0, "2026-11-22".length),
    lang,
  });
}

/** `title` is plain text. */
export function htmlPage(lang: BriefLanguage, title: string, body: readonly string[]): string {
  return (
    `<!doctype html>\n<html lang="${lang === "zh" ? "zh-CN" : "en"}">\n<head>\n` +
    `<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n` +
    `<title>${escaped(title)}</title>\n<style>${STYLE}</style>\n</head>\n` +
    `<body>\n${body.join("\n")}\n</body>\n</html>\n`
  );
}

/** The period by its name and its first and last day. */
export function periodLine({ period, kind, from, to }: Publication, say: Say): string {
  const days = `${say.day(from)} ${say("until")} ${say.day(to - 1)}`;
  const shown = kind === "day" ? period : `${period}, ${days}`;
  return `${say("period")}: ${shown} (${KIND_WORDS[kind][say.lang]})`;
}

const DAY_COUNTS = [
  "dispatched",
  "handled",
  "handledOnTime",
  "overdueUnhandled",
  "closed",
  "reworks",
  "urgentOverdueUnclosed",
] as const satisfies ShownIndicator[];
/** Shown beside a dash. */
const NOTHING = "–";

/** A table for each peer group, the best first; of a day counts alone. */
export function unitTables({ items }: Evaluation, isScored: boolean, say: Say): string[] {
  if (!isScored)
    return [
      tableOf(
        headOf(["unit"], DAY_COUNTS, say),
        items.map((item) => dayRow(item)),
      ),
    ];
  const groups = new Map<string, EvaluationItem[]>();
  for (const item of items) {
    const group = item.peerGroup ?? item.kind ?? "";
    groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  const head = headOf(["rank", "unit", "score", "grade", "change", "yearChange"], BRIEF_RATES, say);
  return [...groups].map(([group, peers]) => {
    const rows = peers.map((item) => rankRow(item, say));
    return `<h3>${say("group")}: ${escaped(groupName(group, say))}</h3>\n${tableOf(head, rows)}`;
  });
}

/** A kind of unit in words; a group of the city's own as it named it. */
export function groupName(group: string, { lang }: Say): string {
  return (
    (GROUP_WORDS as Partial<Record<string, (typeof GROUP_WORDS)["city"]>>)[group]?.[lang] ?? group
  );
}

/** Cells are markup already. */
export function tableOf(head: string, rows: readonly string[]): string {
  const body = `<tbody>\n${rows.join("\n")}\n</tbody>`;
  return `<div class="scroll"><table>\n<thead><tr>${head}</tr></thead>\n${body}\n</table></div>`;
}

export const textHead = (words: readonly BriefWord[], say: Say): string =>
  words.map((word) => `<th>${say(word)}</th>`).join("");

export const textRow = (cells: readonly string[]): string =>
  `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`;

function headOf(
  words: readonly BriefWord[],
  indicators: readonly ShownIndicator[],
  say: Say,
): string {
  const named = indicators.map((name) => `<th>${INDICATOR_WORDS[name][say.lang]}</th>`);
  return textHead(words, say) + named.join("");
}

const nameOf = ({ name, subjectId }: EvaluationItem): string => escaped(name ?? subjectId);
const numbers = (shown: readonly string[]): string =>
  shown.map((text) => `<td class="n">${text}</td>`).join("");

function dayRow(item: EvaluationItem): string {
  const counts = DAY_COUNTS.map((name) => String(item.indicators[name] ?? 0));
  return `<tr><td class="unit">${nameOf(item)}</td>${numbers(counts)}</tr>`;
}

function rankRow(item: EvaluationItem, say: Say): string {
  const { rank, score, grade, colour, indicators, change, changeOnLastYear } = item;
  const changes = numbers([changeOf(change), changeOf(changeOnLastYear)]);
  const rates = numbers(BRIEF_RATES.map((name) => percent(indicators[name])));
  const shown = rank === null ? `<td>${say("unranked")}</td>` : numbers([`${rank}`]);
  const points = numbers([score === null ? NOTHING : score.toFixed(2)]);
  const graded =
    grade === null || colour === null
      ? `<td>${NOTHING}</td>`
      : `<td class="${colour}">${GRADE_WORDS[grade][say.lang]}</td>`;
  return `<tr>${shown}<td class="unit">${nameOf(item)}</td>${points}${graded}${changes}${rates}</tr>`;
}

/** Points more or less, and places up or down. A brief of before has no comparison with last year. */
function changeOf(change: EvaluationChange | undefined): string {
  if (change === undefined || change.score === null) return NOTHING;
  const { score, rank } = change;
  const points = `${score > 0 ? "+" : ""}${score.toFixed(2)}`;
  if (rank === null || rank === 0) return points;
  return `${points} ${rank > 0 ? "↓" : "↑"}${Math.abs(rank)}`;
}

export const percent = (rate: number | null | undefined): string =>
  rate === null || rate === undefined ? NOTHING : `${(rate * 100).toFixed(2)}%`;
