/**
 * What the platform itself writes into the history of a case. A history is kept as text and chained, so
 * a page that speaks another language knows a note again by its template here. Pure.
 */
import { filled, type TextPart, templateReader, type Values } from "./template.ts";

export const HISTORY_NOTES = {
  alarm: "alarm '{alarmId}' of rule '{ruleId}'",
  "alarm-after-case":
    "alarm '{alarmId}' of rule '{ruleId}', still bad after the fault of case '{caseNo}'",
  "alarm-of-asset": "alarm '{alarmId}' of rule '{ruleId}' on asset '{assetId}'",
  "alarm-of-device": "alarm '{alarmId}' of rule '{ruleId}' on device '{deviceId}'",
  "alarm-after-feedback": "{alarm} came after feedback",
  "alarm-too": "{alarm} says so, too",
  "alarm-after-close": "alarm '{alarmId}' of rule '{ruleId}' within {days} days after the close",
  "alarm-life-safety": "alarm '{alarmId}' is life safety",
  "next-unit": "life safety does not wait for its owner: to the next unit in order",
  "review-unanswered": "nobody answered the review in time",
  "suspension-over": "the suspension has reached its end",
  "not-accepted": "crew '{crewId}' has not accepted it in time",
  "question-asked": "question '{questionId}' by {way}",
  "question-answered": "question '{questionId}' answered by {by}",
  "repair-of": "repair of what case '{caseNo}' made safe",
  "goes-with": "goes with case '{caseNo}'",
  "placed-at": "placed at '{place}', which its address names",
  "crew-keeps": "nobody else can go: crew '{crewId}' keeps it until another has it",
  supervision: "supervision order {supervisionNo}: {said}",
  "not-solved": "not solved, says the reporter of case '{caseNo}': {said}",
  "no-crew": "unit '{unitId}' has no crew that takes it; it stands at the unit",
  "no-other-crew": "unit '{unitId}' has no other crew that takes it; it stands at the unit",
  "none-on-duty": "no crew of unit '{unitId}' that takes it is on duty; it stands at the unit",
  "none-on-duty-until":
    "no crew of unit '{unitId}' that takes it is on duty until {at}; it stands at the unit",
  "on-call": "nobody of unit '{unitId}' who takes it is on duty; crew '{crewId}' is on call",
  "lacks-skills": "no crew with all the skills is to be had; crew '{crewId}' lacks {skills}",
  "crew-gets": "crew '{crewId}' gets the order",
  "assist-asked": "unit '{unitId}' is asked to assist as '{assistId}': {said}",
  assist: "assist '{assistId}' of unit '{unitId}'",
  "assist-said": "assist '{assistId}' of unit '{unitId}': {said}",
  "is-duplicate": "case '{caseNo}' is a duplicate",
  "is-duplicate-said": "case '{caseNo}' is a duplicate: {said}",
  "duplicate-of": "duplicate of case '{caseNo}'",
  "reported-again": "reported again by {source}",
  "reported-again-said": "reported again by {source}: {said}",
  "by-channel": "said by {person} over a channel",
  "recount-same": "counted again by the holidays of {year}, version {version}: the deadline stays",
  recount:
    "counted again by the holidays of {year}, version {version}: the deadline is {after}, it was {before}",
} as const;

export type HistoryNote = keyof typeof HISTORY_NOTES;

/** The note's text, its holes filled. */
export const historyNote = <Note extends HistoryNote>(
  note: Note,
  values: Values<(typeof HISTORY_NOTES)[Note]>,
): string => filled<string>(HISTORY_NOTES[note], values);

/** A part of a note: one of the platform's, or what a person has said. */
export type NotePart = TextPart<HistoryNote>;

/** What a note is made of, in its order. Whatever no template knows is a person's. */
export const readHistoryNote = templateReader<HistoryNote>(HISTORY_NOTES);
