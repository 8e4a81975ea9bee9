/**
 * A supervision order as one HTML page for A4: its fields, the cases it covers, replies, history and
 * boxes to be signed. Nothing is loaded and nothing runs; every text that somebody wrote is escaped,
 * and the page's own policy allows its one style and nothing else. Pure.
 */

import type { Instant } from "../model/clock.ts";
import type { TimeZone } from "../model/local-time.ts";
import { NOTICE_TEXT, NoticeKind } from "../model/notice.ts";
import type { SupervisionDetails, SupervisionHistoryEntry } from "../model/supervision.ts";
import { stylePolicy } from "./print-policy.ts";
import { isOverdue } from "./show-supervision.ts";
import {
  CASE_STATE_WORDS,
  EVENT_WORDS,
  LEVEL_WORDS,
  PRINT_WORDS,
  type PrintLanguage,
  STATE_WORDS,
} from "./supervision-words.ts";

const STYLE = `
@page { size: A4; margin: 16mm 14mm; }
body { font: 10.5pt/1.5 "SimSun", "Songti SC", "Noto Serif CJK SC", "WenQuanYi Zen Hei", serif;
  color: #000; background: #fff; max-width: 182mm; margin: 8mm auto; }
h1 { font-size: 20pt; text-align: center; letter-spacing: .2em; margin: 0 0 4mm; }
h2 { font-size: 12pt; margin: 5mm 0 1.5mm; break-after: avoid; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { box-sizing: border-box; border: .3mm solid #000; padding: 1.2mm 1.6mm; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: bold; background: #f0f0f0; print-color-adjust: exact; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.fields th { width: 30mm; }
.text { white-space: pre-wrap; }
.space { min-height: 24mm; }
.rows { font-size: 9pt; }
.order { width: 9mm; }
.no { width: 41mm; }
.fault { width: 24mm; }
.when { width: 34mm; }
.short { width: 20mm; }
.sign { margin-top: 5mm; break-inside: avoid; }
.sign td { height: 24mm; width: 25%; position: relative; }
.sign span { position: absolute; right: 2mm; bottom: 1mm; }
.late { font-weight: bold; }
footer { margin-top: 3mm; font-size: 9pt; text-align: right; }
`;

/** Of the answer that carries the page. */
export const PRINT_POLICY = stylePolicy(STYLE);

interface PrintOptions {
  lang: PrintLanguage;
  zone: TimeZone;
  now: Instant;
}

interface Say {
  (word: keyof typeof PRINT_WORDS): string;
  time(at: Instant | undefined): string;
  lang: PrintLanguage;
}

export function printSupervision(found: SupervisionDetails, options: PrintOptions): string {
  const { lang, zone, now } = options;
  const say: Say = Object.assign((word: keyof typeof PRINT_WORDS) => PRINT_WORDS[word][lang], {
    time: (at: Instant | undefined) =>
      at === undefined ? "" : zone.iso(at).slice(0, 16).replace("T", " "),
    lang,
  });
  const { supervisionNo } = found.supervision;
  const body = [
    `<h1>${say("title")}</h1>`,
    fieldsOf(found, say, isOverdue(found.supervision, now)),
    casesOf(found, say),
    repliesOf(found, say),
    historyOf(found, say),
    signaturesOf(say),
    `<footer>${escaped(supervisionNo)} · ${say("printedAt")} ${say.time(now)}</footer>`,
  ];
  const title = `${PRINT_WORDS.title[lang]} ${escaped(supervisionNo)}`;
  return (
    `<!doctype html>\n<html lang="${lang === "zh" ? "zh-CN" : "en"}">\n<head>\n` +
    `<meta charset="utf-8">\n<title>${title}</title>\n<style>${STYLE}</style>\n</head>\n` +
    `<body>\n${body.join("\n")}\n</body>\n</html>\n`
  );
}

/** Texts of people never become markup, in an element or in a quoted attribute. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function fieldsOf(found: SupervisionDetails, say: Say, isLate: boolean): string {
  const { supervision: order, unitName } = found;
  const late = isLate ? ` <span class="late">${say("overdue")}</span>` : "";
  const provisional = order.deadlineProvisional === true ? `（${say("provisional")}）` : "";
  const unit = unitName === undefined ? order.unitId : `${unitName} (${order.unitId})`;
  const pair = (word: keyof typeof PRINT_WORDS, html: string): string =>
    `<th>${say(word)}</th><td>${html}</td>`;
  const rows = [
    pair("number", escaped(order.supervisionNo)) +
      pair("level", LEVEL_WORDS[order.level][say.lang]),
    pair("orderingLeader", escaped(order.orderingLeader)) +
      pair("issuedAt", say.time(order.issuedAt)),
    pair("issuedBy", escaped(order.issuedBy)) +
      pair("deadline", say.time(order.deadline) + provisional + late),
    pair("unit", escaped(unit)) + pair("accountableLeader", escaped(order.accountableLeader)),
    pair("responsiblePerson", escaped(order.responsiblePerson)) +
      pair("extensions", `${order.extensionCount}`),
    `<th>${say("state")}</th><td colspan="3">${STATE_WORDS[order.state][say.lang]}</td>`,
    `<th>${say("subject")}</th><td colspan="3">${escaped(order.title)}</td>`,
    `<th>${say("text")}</th><td colspan="3"><div class="text space">${escaped(order.text)}</div></td>`,
  ];
  return `<table class="fields">\n${rows.map((row) => `<tr>${row}</tr>`).join("\n")}\n</table>`;
}

function casesOf({ cases }: SupervisionDetails, say: Say): string {
  const rows = cases.map((theCase, index) => {
    const cells = [
      `${index + 1}`,
      escaped(theCase.caseNo),
      escaped(theCase.title?.[say.lang] ?? ""),
      escaped(theCase.address ?? ""),
      CASE_STATE_WORDS[theCase.stateAtIssue][say.lang],
      CASE_STATE_WORDS[theCase.state][say.lang],
      say.time(theCase.deadline),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  const head =
    `<th class="order"></th><th class="no">${say("caseNo")}</th><th class="fault">${say("fault")}</th>` +
    `<th>${say("place")}</th><th class="short">${say("stateAtIssue")}</th>` +
    `<th class="short">${say("stateNow")}</th><th class="when">${say("caseDeadline")}</th>`;
  const title = say("cases").replace("{n}", `${cases.length}`);
  return (
    `<h2>${title}</h2>\n<table class="rows">\n<thead><tr>${head}</tr></thead>\n` +
    `<tbody>\n${rows.join("\n")}\n</tbody>\n</table>`
  );
}

function repliesOf({ history }: SupervisionDetails, say: Say): string {
  const replies = history.filter(({ event }) => event === "reply");
  const rows = replies.map((reply) => {
    const files = reply.files === undefined ? "" : `\n${say("files")}: ${reply.files.join(", ")}`;
    return (
      `<tr><td class="when">${say.time(reply.at)}<br>${escaped(reply.actor)}</td>` +
      `<td><div class="text">${escaped((reply.note ?? "") + files)}</div></td></tr>`
    );
  });
  const none = `<tr><td><div class="space">${say("noReply")}</div></td></tr>`;
  const shown = rows.length === 0 ? none : rows.join("\n");
  return `<h2>${say("replies")}</h2>\n<table>\n${shown}\n</table>`;
}

function historyOf({ history }: SupervisionDetails, say: Say): string {
  const rows = history.map((entry) => {
    const cells = [
      say.time(entry.at),
      escaped(EVENT_WORDS[entry.event]?.[say.lang] ?? entry.event),
      escaped(entry.actor),
      escaped(wordsOf(entry, say)),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  const head =
    `<th class="when">${say("time")}</th><th class="short">${say("event")}</th>` +
    `<th class="when">${say("actor")}</th><th>${say("opinion")}</th>`;
  return (
    `<h2>${say("history")}</h2>\n<table class="rows">\n<thead><tr>${head}</tr></thead>\n` +
    `<tbody>\n${rows.join("\n")}\n</tbody>\n</table>`
  );
}

/** What was said, the deadline that was set, and of a reminder what it told. */
function wordsOf(entry: SupervisionHistoryEntry, say: Say): string {
  const { note, reason, outcome, deadline, event } = entry;
  const kind = NoticeKind.safeParse(outcome);
  return [
    event === "reply" ? undefined : note,
    reason,
    kind.success ? NOTICE_TEXT[kind.data][say.lang] : outcome,
    deadline === undefined ? undefined : `${say("deadline")}: ${say.time(deadline)}`,
  ]
    .filter((text) => text !== undefined)
    .join("; ");
}

function signaturesOf(say: Say): string {
  const boxes = ["signOrdering", "signOffice", "signAccountable", "signPerson"] as const;
  const cells = boxes.map((word) => `<td>${say(word)}<span>${say("signDate")}</span></td>`);
  return `<table class="sign"><tr>${cells.join("")}</tr></table>`;
}
