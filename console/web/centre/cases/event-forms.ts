/**
 * What a person is asked for each event of a case, and what is sent of it. Pure. What the machine of
 * the cases demands is marked as needed, so that a form says it before the platform does.
 */
export type TextField = "note" | "reason" | "outcome" | "until" | "unitId" | "crewId" | "into";
type FileField = "before" | "after" | "files";
export type FieldName = TextField | FileField;

export interface EventForm {
  event: string;
  fields: readonly FieldName[];
  needs: readonly FieldName[];
  /** It moves the case on as usual, */
  isNext?: true;
  /** or ends it against that: their buttons say so by their look. */
  isGrave?: true;
}

const form = (
  event: string,
  fields: readonly FieldName[],
  needs: readonly FieldName[] = [],
): EventForm => ({ event, fields, needs });
const next = (
  event: string,
  fields: readonly FieldName[],
  needs: readonly FieldName[] = [],
): EventForm => ({ ...form(event, fields, needs), isNext: true });
const grave = (event: string, fields: readonly FieldName[], needs: readonly FieldName[]) => ({
  ...form(event, fields, needs),
  isGrave: true as const,
});

/** In the order in which they are offered: what moves the case on first, what ends it last. */
export const EVENT_FORMS: readonly EventForm[] = [
  next("confirm", ["unitId", "crewId", "note"]),
  next("accept", ["note"]),
  form("sendVerify", ["note"]),
  next("verifyResult", ["note", "files"], ["note"]),
  next("file", ["note"]),
  next("dispatch", ["unitId", "crewId", "note"]),
  next("acceptOrder", ["note"]),
  next("start", ["note"]),
  form("arrive", ["note", "before"]),
  next("feedback", ["outcome", "note", "after", "before"], ["note"]),
  next("sendCheck", ["note"]),
  next("checkPass", ["reason", "note", "after"]),
  next("close", ["note"]),
  form("settle", ["note", "before", "after"], ["note", "before", "after"]),
  form("acceptReturn", ["unitId", "note"]),
  form("refuseReturn", ["reason"], ["reason"]),
  form("approveExtension", ["note"]),
  form("refuseExtension", ["reason"], ["reason"]),
  form("approveSuspend", ["until", "note"]),
  form("refuseSuspend", ["reason"], ["reason"]),
  form("resume", ["note"]),
  form("rework", ["reason", "files"], ["reason"]),
  form("redispatch", ["crewId", "note"]),
  form("declineOrder", ["reason"], ["reason"]),
  form("return", ["reason", "outcome", "files"], ["reason"]),
  form("requestExtension", ["reason", "files"], ["reason"]),
  form("requestSuspend", ["until", "reason", "files"], ["until", "reason"]),
  form("urge", ["note"]),
  form("supervise", ["note"], ["note"]),
  form("consult", ["reason"], ["reason"]),
  form("rule", ["unitId", "reason"], ["unitId", "reason"]),
  form("join", ["into"], ["into"]),
  form("reopen", ["reason"], ["reason"]),
  grave("reject", ["reason"], ["reason"]),
  grave("refuse", ["reason"], ["reason"]),
  grave("void", ["reason", "files"], ["reason"]),
  grave("forceClose", ["reason"], ["reason"]),
];

/** An event that is new to the page is asked for by all that an event may bear. */
export function formOf(event: string): EventForm {
  return (
    EVENT_FORMS.find((each) => each.event === event) ?? form(event, ["note", "reason", "files"])
  );
}

export interface SentFile {
  fileId: string;
  name: string;
  field: FieldName;
}
/** What was typed and sent so far. */
export interface Draft {
  texts: Partial<Record<TextField, string>>;
  files: readonly SentFile[];
  /** How many files are still on their way. */
  sending: number;
}
export const EMPTY_DRAFT: Draft = { texts: {}, files: [], sending: 0 };

const textOf = ({ texts }: Draft, field: FieldName): string =>
  (texts[field as TextField] ?? "").trim();

export function isFilled(draft: Draft, field: FieldName): boolean {
  const isFile = field === "before" || field === "after" || field === "files";
  return isFile ? draft.files.some((file) => file.field === field) : textOf(draft, field) !== "";
}

export function missingOf(given: EventForm, draft: Draft): FieldName[] {
  return given.needs.filter((field) => !isFilled(draft, field));
}

/** Whether it may be said: with all that it needs, and no photo left behind. */
export const isReady = (given: EventForm, draft: Draft): boolean =>
  draft.sending === 0 && missingOf(given, draft).length === 0;

export interface EventCall {
  path: string;
  body: Record<string, unknown>;
}

/** `until` stays as it was typed: the caller knows the platform's zone. */
export function callOf(
  { caseNo, version, state }: { caseNo: string; version: number; state: string },
  given: EventForm,
  draft: Draft,
  untilIso: (typed: string) => string,
): EventCall {
  const base = `/api/v1/cases/${caseNo}`;
  if (given.event === "join") {
    return { path: `${base}/join`, body: { into: textOf(draft, "into"), version } };
  }
  const body: Record<string, unknown> = { version };
  for (const field of given.fields) {
    const text = textOf(draft, field);
    if (text !== "") body[field] = field === "until" ? untilIso(text) : text;
  }
  // A steward urges by this call alone, so everybody does.
  if (given.event === "urge") return { path: `${base}/urge`, body };
  // What the crew did not find is voided under that outcome.
  if (given.event === "void" && state === "FEEDBACK") body.outcome = "nothingFound";
  if (draft.files.length > 0) body.files = draft.files.map(({ fileId }) => fileId);
  return { path: `${base}/transitions`, body: { event: given.event, ...body } };
}
