/**
 * The ranks as everybody may read them, once a leader has approved them: which periods are published,
 * and of one period the units with rank, score, grade and rates. No crew, no person, no case. Pure.
 */
import type { TimeZone } from "../model/local-time.ts";
import type { Publication, PublicationDetails } from "../model/publication.ts";
import { htmlPage, periodLine, type Say, sayIn, unitTables } from "./brief-tables.ts";
import { type BriefLanguage, KIND_WORDS } from "./brief-words.ts";
import { escaped } from "./supervision-print.ts";

const PATH = "/public/ranks";

interface PageOptions {
  lang: BriefLanguage;
  zone: TimeZone;
}

/** The newest first. */
export function ranksList(published: readonly Publication[], { lang, zone }: PageOptions): string {
  const say = sayIn(lang, zone);
  const links = published.map(({ period, kind }) => {
    const address = `${PATH}/${encodeURIComponent(period)}?lang=${lang}`;
    return `<li><a href="${address}">${escaped(period)}</a> ${KIND_WORDS[kind][lang]}</li>`;
  });
  const list =
    links.length === 0
      ? `<p>${say("nothingPublished")}</p>`
      : `<h2>${say("published")}</h2>\n<ul>\n${links.join("\n")}\n</ul>`;
  return htmlPage(lang, say("publicTitle"), [
    otherLanguage(PATH, say),
    `<h1>${say("publicTitle")}</h1>`,
    list,
  ]);
}

/** Of an approved publication; who calls this has made sure of it. */
export function ranksPage(
  { publication, brief }: PublicationDetails,
  { lang, zone }: PageOptions,
): string {
  const say = sayIn(lang, zone);
  const { period, kind, approvedAt } = publication;
  const address = `${PATH}/${encodeURIComponent(period)}`;
  return htmlPage(lang, `${say("publicTitle")} ${period}`, [
    otherLanguage(address, say),
    `<h1>${say("publicTitle")}</h1>`,
    `<p class="sub">${escaped(periodLine(publication, say))}</p>`,
    ...unitTables(brief.units, kind !== "day", say),
    `<p><a href="${PATH}?lang=${lang}">${say("allPeriods")}</a></p>`,
    `<footer>${say("approvedAt")} ${say.time(approvedAt)}</footer>`,
  ]);
}

const otherLanguage = (address: string, say: Say): string =>
  `<p class="right"><a href="${address}?lang=${say.lang === "zh" ? "en" : "zh"}">` +
  `${say("otherLanguage")}</a></p>`;
