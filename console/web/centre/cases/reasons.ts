/** Which reasons are often given of which event; whatever else is typed is as good. */
export const REASONS = {
  reject: ["duplicate", "falseReport", "otherCity"],
  refuse: ["duplicate", "falseReport", "otherCity"],
  void: ["falseReport", "duplicate"],
  return: ["notOurDuty", "roadClosed"],
  refuseReturn: ["noProof"],
  requestExtension: ["parts", "season"],
  refuseExtension: ["noProof"],
  requestSuspend: ["season", "parts"],
  refuseSuspend: ["noProof"],
  rework: ["notDone", "stillAlarms"],
  checkPass: ["seen"],
  reopen: ["notDone"],
  declineOrder: ["busy", "roadClosed"],
  forceClose: ["season"],
  consult: ["notOurDuty"],
} as const;

export type ReasonWord = (typeof REASONS)[keyof typeof REASONS][number];

export function reasonsOf(event: string): readonly ReasonWord[] {
  return Object.hasOwn(REASONS, event) ? REASONS[event as keyof typeof REASONS] : [];
}
