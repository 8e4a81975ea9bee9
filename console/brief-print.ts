/**
 * The brief (通报) of a period as one HTML page for A4: the area, the units by peer group with their
 * ranks, last places, renewals and boxes to be signed. Nothing is loaded and nothing runs. Records that
 * are not as they were written stand in red above everything else. Pure.
 */
import type { Instant } from "../model/clock.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Brief, PublicationDetails } from "../model/publication.ts";
import {
  groupName,
  htmlPage,
  percent,
  periodLine,
  type Say,
  sayIn,
  tableOf,
  textHead,
  textRow,
  unitTables,
} from "./brief-tables.ts";
import {
  type BriefLanguage,
  INDICATOR_WORDS,
  PUBLICATION_STATE_WORDS,
  RULE_WORDS,
  type ShownIndicator,
} from "./brief-words.ts";
import { escaped } from "./supervision-print.ts";

const AREA_COUNTS = [
  "reported",
  "accepted",
  "filed",
  "dispatched",
  "handled",
  "overdueUnhandled",
  "closed",
  "urgentClosed",
  "urgentOverdueUnclosed",
] as const satisfies ShownIndicator[];
const AREA_RATES = [
  "onTimeHandleRate",
  "closeRate",
  "reworkRate",
] as const satisfies ShownIndicator[];

export function printBrief(
  { publication, brief }: PublicationDetails,
  { lang, zone, now }: { lang: BriefLanguage; zone: TimeZone; now: Instant },
): string {
  const say = sayIn(lang, zone);
  const { kind, publicationId, hash } = publication;
  const isScored = kind !== "day";
  const body = [
    `<h1>${say("title")}</h1>`,
    `<p class="sub">${escaped(periodLine(publication, say))}</p>`,
    ...warningsOf({ publication, brief }, say),
    fieldsOf({ publication, brief }, say),
    `<h2>${say("area")}</h2>`,
    areaOf(brief, isScored, say),
    `<h2>${say(isScored ? "ranks" : "counts")}</h2>`,
    ...unitTables(brief.units, isScored, say),
    ...(kind === "month" || kind === "quarter" ? lastPlacesOf(brief, say) : []),
    ...(isScored ? renewalsOf(brief, say) : []),
    signaturesOf(say),
    `<footer>${escaped(publicationId)} · SHA-256 ${escaped(hash)}<br>` +
      `${say("printedAt")} ${say.time(now)}</footer>`,
  ];
  return htmlPage(lang, `${say("title")} ${publicationId}`, body);
}

function warningsOf({ publication }: PublicationDetails, say: Say): string[] {
  const { verified, fault, state } = publication;
  const unverified = `<p class="alarm">${say("unverified")} ${escaped(fault?.message ?? "")}</p>`;
  return [
    ...(verified ? [] : [unverified]),
    ...(state === "approved" ? [] : [`<p class="draft">${say(state)}</p>`]),
  ];
}

function fieldsOf({ publication }: PublicationDetails, say: Say): string {
  const { publicationId, state, model, computedAt, verified } = publication;
  const pair = (word: Parameters<Say>[0], text: string): string =>
    `<th>${say(word)}</th><td>${escaped(text)}</td>`;
  const rows = [
    pair("edition", publicationId) + pair("state", PUBLICATION_STATE_WORDS[state][say.lang]),
    pair("model", model) + pair("computedAt", say.time(computedAt)),
    pair("approvedBy", publication.approvedBy ?? "") +
      pair("approvedAt", say.time(publication.approvedAt)),
    `<th>${say("verified")}</th><td colspan="3">${say(verified ? "isVerified" : "unverified")}</td>`,
  ];
  return `<table>\n${rows.map((row) => `<tr>${row}</tr>`).join("\n")}\n</table>`;
}

/** Of a day counts alone. */
function areaOf({ area }: Brief, isScored: boolean, say: Say): string {
  const rates = isScored ? AREA_RATES : [];
  const head = [...AREA_COUNTS, ...rates].map(
    (name) => `<th>${INDICATOR_WORDS[name][say.lang]}</th>`,
  );
  const shown = [
    ...AREA_COUNTS.map((name) => String(area[name] ?? 0)),
    ...rates.map((name) => percent(area[name])),
  ];
  const cells = shown.map((text) => `<td class="n">${text}</td>`).join("");
  return tableOf(head.join(""), [`<tr>${cells}</tr>`]);
}

function lastPlacesOf({ lastPlaces }: Brief, say: Say): string[] {
  const head = textHead(["rule", "unit", "group", "periods", "scores"], say);
  const rows = lastPlaces.map(({ ruleId, subjectId, name, peerGroup, periods, scores }) =>
    textRow([
      RULE_WORDS[ruleId]?.[say.lang] ?? ruleId,
      name ?? subjectId,
      groupName(peerGroup, say),
      periods.join(", "),
      scores.map((score) => score.toFixed(2)).join(", "),
    ]),
  );
  return listed("lastPlaces", head, rows, say);
}

function renewalsOf({ renewals, hasMoreRenewals, units }: Brief, say: Say): string[] {
  const names = new Map(units.items.map(({ subjectId, name }) => [subjectId, name]));
  const head = textHead(["asset", "condition", "unit", "count", "firstAt", "lastAt"], say);
  const rows = renewals.map(({ name, assetId, conditionId, title, unitId = "", ...found }) =>
    textRow([
      name === undefined ? assetId : `${name} (${assetId})`,
      title?.[say.lang] ?? conditionId,
      names.get(unitId) ?? unitId,
      String(found.count),
      say.time(found.firstAt),
      say.time(found.lastAt),
    ]),
  );
  const more = hasMoreRenewals ? [`<p>${say("moreRenewals")}</p>`] : [];
  return [...listed("renewals", head, rows, say), ...more];
}

function listed(
  title: "lastPlaces" | "renewals",
  head: string,
  rows: readonly string[],
  say: Say,
): string[] {
  const shown = rows.length === 0 ? `<p>${say("none")}</p>` : tableOf(head, rows);
  return [`<h2>${say(title)}</h2>`, shown];
}

function signaturesOf(say: Say): string {
  const cells = (["signLeader", "signOffice"] as const).map(
    (word) => `<td>${say(word)}<span>${say("signDate")}</span></td>`,
  );
  return `<table class="sign"><tr>${cells.join("")}</tr></table>`;
}
