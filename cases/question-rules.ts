/**
 * Who is asked after a close, and by which way: people's reports by the channel that they came by,
 * each person once. And how an answer stands in the history, from which evaluation counts it. Pure.
 */
import type { CaseSource } from "../model/case.ts";
import { type QuestionAnswer, type QuestionWay, SATISFIED_FROM } from "../model/question.ts";

/** A report as far as it says who can be asked. */
export interface AskableReport {
  firstCaseNo: string;
  seq: number;
  source: (typeof CaseSource.options)[number];
  externalSystem?: string | undefined;
  externalNo?: string | undefined;
  phone?: string | undefined;
  email?: string | undefined;
  /** He has a link of his own, and nothing need be sent to him. */
  hasLink?: boolean | undefined;
}

/** Officials and cameras are not asked. */
const PUBLIC_SOURCES: readonly string[] = ["citizen", "hotline"];
/** A hotline that covers digits does not want the number called. */
const WHOLE_NUMBER = /^\+?[\d() -]{5,32}$/;

export function askedOf<Report extends AskableReport>(
  reports: readonly Report[],
): { report: Report; way: QuestionWay }[] {
  const people = new Set<string>();
  return reports.flatMap((report) => {
    const found = wayOf(report);
    if (found === undefined || people.has(found.person)) return [];
    people.add(found.person);
    return [{ report, way: found.way }];
  });
}

function wayOf(report: AskableReport): { way: QuestionWay; person: string } | undefined {
  const { source, externalSystem, externalNo, phone = "", email } = report;
  if (!PUBLIC_SOURCES.includes(source)) return undefined;
  if (externalSystem !== undefined && externalNo !== undefined && source === "hotline") {
    return { way: "hotline", person: `${externalSystem} ${externalNo}` };
  }
  if (WHOLE_NUMBER.test(phone)) return { way: "sms", person: phone.replace(/\D/g, "") };
  if (email !== undefined) return { way: "page", person: email.toLowerCase() };
  const { hasLink, firstCaseNo, seq } = report;
  return hasLink === true ? { way: "page", person: `${firstCaseNo} ${seq}` } : undefined;
}

/** `solved-5`: the outcome of the record, with how satisfied he is. */
export const outcomeOf = ({ solved, satisfied }: QuestionAnswer): string =>
  `${solved === "yes" ? "solved" : "unsolved"}-${satisfied}`;

/** What evaluation reads of that; nothing of what is none. */
export function readOutcome(
  outcome: unknown,
): { isSolved: boolean; isSatisfied: boolean } | undefined {
  const [, solved, satisfied] = /^(solved|unsolved)-([1-5])$/.exec(String(outcome)) ?? [];
  if (solved === undefined) return undefined;
  return { isSolved: solved === "solved", isSatisfied: Number(satisfied) >= SATISFIED_FROM };
}
