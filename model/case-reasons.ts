/**
 * Why a case, its assist or its supervision order does not take an event, as a name that pages translate: with the values that its sentence
 * is filled by. An answer of the API has them in `details.reason` and `details.values`.
 */
export const CASE_REASONS = {
  state: ["state", "event"],
  role: ["event", "roles"],
  "needs-note": [],
  "needs-reason": [],
  "not-nothing-found": [],
  "needs-photo": [],
  "alarms-again": [],
  "order-accepted": ["crewId"],
  "no-crew": [],
  "no-other-crew": ["unitId"],
  "outcome-unknown": ["outcome"],
  "repair-half": ["caseNo"],
  "extension-pending": [],
  "extensions-spent": ["count"],
  "no-extension-pending": [],
  "second-extension": [],
  "after-deadline": [],
  "suspension-pending": [],
  "suspended-once": [],
  "no-suspension-pending": [],
  "until-missing": [],
  "until-outside": ["days"],
  arrived: ["at"],
  "life-safety-on-the-spot": [],
  "alarm-stands": [],
  "needs-photo-pair": ["before", "after"],
  "proof-missing": [],
  "not-repaired": [],
  "disputed-once": [],
  "disputed-late": ["days"],
  "join-unnamed": [],
  "join-itself": [],
  "join-drill": [],
  "join-ended": ["caseNo", "state"],
  "join-evidence": [],
  "join-life-safety": ["caseNo"],
  "assists-open": ["units"],
  "ruled-theirs": ["rulingId"],
  "crew-would-lose": ["unitId", "crewId"],
  "assist-state": [],
  "assist-role": [],
  "assist-not-now": ["state"],
  "assists-spent": ["count"],
  "assist-stands-in": [],
  "order-state": [],
  "order-role": [],
  "order-extensions-spent": ["count"],
  "order-deadline-missing": [],
  "order-deadline-early": [],
} as const satisfies Record<string, readonly string[]>;

export type CaseReason = keyof typeof CASE_REASONS;

/** What the sentence of a reason is filled by. */
export type ReasonValues<Reason extends CaseReason = CaseReason> = Readonly<
  Record<(typeof CASE_REASONS)[Reason][number], string | number>
>;

/** As a refusal carries it. */
export interface Because {
  reason: CaseReason;
  values: Readonly<Record<string, string | number>>;
}

export const because = <Reason extends CaseReason>(
  reason: Reason,
  values: ReasonValues<Reason>,
): Because => ({ reason, values });
