/**
 * The page of a report, for a telephone: how far it has come, and, for whoever has its link, the
 * question whether it is solved. One HTML file in one language, without a script; its own policy
 * allows its one style, and a form to this server. Pure.
 */
import { createHash } from "node:crypto";
import { PUBLIC_STAGES } from "../../model/question.ts";
import { escaped } from "../supervision-print.ts";
import type { PublicReportAnswer } from "./schema.ts";
import { PAGE_WORDS, type PageLanguage, STAGE_WORDS, STANDING_WORDS } from "./words.ts";

const STYLE = `
* { box-sizing: border-box; }
body { margin: 0; background: #f2f5f9; color: #1b2733;
  font: 16px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: 1rem; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
h1 { font-size: 1.25rem; margin: .5rem 0; }
h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
section { background: #fff; border-radius: .6rem; padding: 1rem; margin: .8rem 0;
  box-shadow: 0 1px 3px rgba(20, 40, 70, .12); }
.standing { display: flex; justify-content: space-between; align-items: center; }
.standing b { font-size: 1.35rem; color: #0b5cad; }
.mark { border-radius: 1rem; padding: 0 .7rem; font-size: .9rem; background: #e4f4e8; color: #17632b; }
.mark.late { background: #fde8e6; color: #9d1c10; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .6rem 0 0; }
dt { color: #596b7d; } dd { margin: 0; overflow-wrap: anywhere; }
ol { list-style: none; margin: 0; padding: 0; }
li { display: flex; justify-content: space-between; gap: 1rem; padding: .35rem 0 .35rem 1.7rem;
  position: relative; color: #596b7d; }
li::before { content: ""; position: absolute; left: .25rem; top: .8rem; width: .7rem; height: .7rem;
  border-radius: 50%; border: 2px solid #7d8b99; background: #fff; }
li.reached { color: #1b2733; font-weight: 600; } li.reached::before { background: #0b5cad; border-color: #0b5cad; }
time { color: #596b7d; font-size: .9rem; white-space: nowrap; }
fieldset { border: 0; margin: 0 0 .8rem; padding: 0; } legend { padding: 0; font-weight: 600; }
fieldset label { display: inline-flex; align-items: center; gap: .4rem; min-height: 2.9rem; padding-right: .9rem; }
header a { display: inline-flex; align-items: center; min-height: 2.9rem; }
textarea { width: 100%; min-height: 5rem; font: inherit; border: 1px solid #7d8b99;
  border-radius: .4rem; padding: .5rem; }
button { width: 100%; font: inherit; font-weight: 600; padding: .7rem; border: 0;
  border-radius: .4rem; background: #0b5cad; color: #fff; margin-top: .6rem; }
.say { font-weight: 600; } .hint { color: #596b7d; font-size: .9rem; }
`;

/** Of the answer that carries the page. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

type Word = keyof typeof PAGE_WORDS;
type Say = (word: Word) => string;

/** `token`: of the question's link, where its reporter has opened it. */
export interface PageOptions {
  lang: PageLanguage;
  token?: string | undefined;
  /** Said above all else. */
  told?: Word | undefined;
}

export function reportPage(report: PublicReportAnswer, options: PageOptions): string {
  const { lang, token, told } = options;
  const say: Say = (word) => PAGE_WORDS[word][lang];
  const query = token === undefined ? "" : `&t=${encodeURIComponent(token)}`;
  const other = lang === "zh" ? "en" : "zh";
  const address = `/public/reports/${report.publicNo}`;
  const link = `<a href="${escaped(`${address}?lang=${other}${query}`)}">${say("other")}</a>`;
  return framed(lang, [
    `<header><h1>${say("title")}</h1>${link}</header>`,
    ...(told === undefined ? [] : [`<section class="say">${say(told)}</section>`]),
    standingOf(report, lang, say),
    stagesOf(report, lang),
    ...(token === undefined || told !== undefined
      ? []
      : [questionOf(report, { token, address, lang }, say)]),
  ]);
}

/** Where there is no report to show. */
export function plainPage(lang: PageLanguage, word: Word): string {
  const text = PAGE_WORDS[word][lang];
  return framed(lang, [
    `<h1>${PAGE_WORDS.title[lang]}</h1>`,
    `<section class="say">${text}</section>`,
  ]);
}

function framed(lang: PageLanguage, body: readonly string[]): string {
  return (
    `<!doctype html>\n<html lang="${lang === "zh" ? "zh-CN" : "en"}">\n<head>\n` +
    `<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n` +
    `<meta name="robots" content="noindex">\n<title>${PAGE_WORDS.title[lang]}</title>\n` +
    `<style>${STYLE}</style>\n</head>\n<body>\n<main>\n${body.join("\n")}\n</main>\n</body>\n</html>\n`
  );
}

function standingOf(report: PublicReportAnswer, lang: PageLanguage, say: Say): string {
  const { standing, inTime, publicNo, category, unitName, street, dueBy, joined } = report;
  const lateness = inTime === false ? ["late", "mark late"] : ["inTime", "mark"];
  const [word, mark] = lateness as [Word, string];
  const isTold = inTime !== undefined && (standing === "underWay" || standing === "closed");
  const rows = [
    ["number", publicNo],
    ["category", category?.[lang]],
    ["unit", unitName],
    ["street", street],
    ["dueBy", dueBy && shownHour(dueBy)],
  ] as const;
  return [
    `<section><div class="standing"><b>${STANDING_WORDS[standing][lang]}</b>`,
    isTold ? `<span class="${mark}">${say(word)}</span>` : "",
    "</div>",
    joined ? `<p class="hint">${say("joined")}</p>` : "",
    "<dl>",
    ...rows.map(([name, text]) =>
      text === undefined ? "" : `<dt>${say(name)}</dt><dd>${escaped(text)}</dd>`,
    ),
    "</dl></section>",
  ].join("");
}

function stagesOf({ stages }: PublicReportAnswer, lang: PageLanguage): string {
  const rows = PUBLIC_STAGES.map((stage) => {
    const at = stages.find((each) => each.stage === stage)?.at;
    const time = at === undefined ? "" : `<time datetime="${at}">${shownHour(at)}</time>`;
    const reached = at === undefined ? "" : ' class="reached"';
    return `<li${reached}><span>${STAGE_WORDS[stage][lang]}</span>${time}</li>`;
  });
  return `<section><ol>${rows.join("")}</ol></section>`;
}

function questionOf(
  { question }: PublicReportAnswer,
  { token, address, lang }: { token: string; address: string; lang: PageLanguage },
  say: Say,
): string {
  if (question?.state !== "asked") {
    const word = question?.state === "answered" ? "answered" : "expired";
    return `<section class="say">${say(word)}</section>`;
  }
  const choice = (name: string, value: string, text: string): string =>
    `<label><input type="radio" name="${name}" value="${value}" required> ${text}</label>`;
  const degrees = [5, 4, 3, 2, 1].map((degree) => {
    const said = degree === 5 ? say("satisfied5") : degree === 1 ? say("satisfied1") : "";
    return choice("satisfied", `${degree}`, said === "" ? `${degree}` : `${degree} ${said}`);
  });
  return [
    `<section><h2>${say("ask")}</h2>`,
    `<form method="post" action="${escaped(`${address}/answer?lang=${lang}`)}">`,
    `<input type="hidden" name="t" value="${escaped(token)}">`,
    `<fieldset><legend>${say("solved")}</legend>`,
    `${choice("solved", "yes", say("yes"))}${choice("solved", "no", say("no"))}</fieldset>`,
    `<fieldset><legend>${say("satisfied")}</legend>${degrees.join("")}</fieldset>`,
    `<label>${say("note")}<textarea name="note" maxlength="500"></textarea></label>`,
    `<button>${say("send")}</button></form></section>`,
  ].join("\n");
}

/** `2026-11-27T14:00:00.000+08:00` as `2026-11-27 14:00`. */
const shownHour = (iso: string): string => iso.slice(0, 16).replace("T", " ");
