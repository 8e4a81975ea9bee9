/**
 * What shows afterwards who did what: the chain over the history of all cases, the entries for
 * writes of the API, and the name that a client gives a write so that a repeat of it is harmless.
 */
import type { Instant } from "./clock.ts";

/**
 * `changed`: its fields do not give its hash. `unlinked`: it does not hold the hash of the record
 * before it. `missing`: nothing has this number. `repeated`: the number has been there before.
 * `unchained`: a row without a place in the chain. `beyond-end`, `end-differs`: the chain's end
 * as it was noted is another one.
 */
export const CHAIN_FAULT_KINDS = [
  "changed",
  "unlinked",
  "missing",
  "repeated",
  "unchained",
  "beyond-end",
  "end-differs",
] as const;

/** The first record of the history that is not as it was written. */
export interface ChainFault {
  kind: (typeof CHAIN_FAULT_KINDS)[number];
  /** Its number in the chain; absent where it has none. */
  chainSeq?: number;
  caseNo?: string;
  /** Its number in its case. */
  seq?: number;
  message: string;
}

/** A walk along the chain, up to its end, to the first fault, or as far as was asked. */
export interface ChainReport {
  /** Records that were found as they were written. */
  records: number;
  /** Number of the last of them, 0 before the first record of all. */
  lastSeq: number;
  /** Its hash: 64 hexadecimal digits. */
  lastHash: string;
  broken?: ChainFault;
  /** Number of the record to go on with; absent at the end. */
  next?: number;
}

/** A file that the history names and that is not on disk as it came. */
export interface FileFault {
  kind: "file-missing" | "file-changed";
  fileId: string;
  /** As the history has it. */
  sha256: string;
  caseNo: string;
  /** Number of the record that attached it, in its case. */
  seq: number;
  message: string;
}

export interface FilesReport {
  /** Different files that were looked at. */
  checked: number;
  faults: FileFault[];
}

/** One write of the API, before it is known how it ends. */
export interface AuditDraft {
  requestId: string;
  /** The user's name. */
  actor: string;
  roles: readonly string[];
  /** As the table of roles names it. */
  action: string;
  /** Method and pattern: `POST /api/v1/cases/:caseNo/transitions`. */
  route: string;
  /** Id of what it is about, where there is one. */
  subject?: string;
}

export interface AuditEntry extends AuditDraft {
  seq: number;
  at: Instant;
  /** `done`, `repeated` under an idempotency key, or the code of the error. */
  result: string;
}

/** A draft on its way: the first transaction that commits on its behalf keeps the entry. */
export interface PendingAudit extends AuditDraft {
  isKept: boolean;
  result: "done" | "repeated";
}

/** What a client calls one write; the same user with the same key means the same write. */
export interface RequestKey {
  username: string;
  key: string;
  /** Digest of the call and its body: another one under the same key is a mistake. */
  digest: string;
}

/** What `AuditEntry`s are asked for by; `from` inclusive, `to` exclusive. */
export interface AuditFilter {
  from?: Instant | undefined;
  to?: Instant | undefined;
  actor?: string | undefined;
  subject?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}
