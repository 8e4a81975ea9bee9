/**
 * What is wrong with one field of a call, for whoever says it in another language than the message: an
 * answer REQUEST_INVALID has them in `details.issues`.
 */
export const FIELD_FAULT_KINDS = [
  "missing",
  "wrong-type",
  "wrong-form",
  "not-one-of",
  "too-short",
  "too-long",
  "too-small",
  "too-large",
  "too-few",
  "too-many",
  "unknown",
  "other",
] as const;
export type FieldFaultKind = (typeof FIELD_FAULT_KINDS)[number];

export interface FieldFault {
  /** Its path with dots; "" is the whole. */
  field: string;
  kind: FieldFaultKind;
  /** Of a size or a number: the bound that it passes. */
  limit?: number;
  /** Of a choice what there is; of a type its name. */
  wanted?: string;
}
