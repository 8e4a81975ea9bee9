/**
 * The chain over the history of all cases: each record holds its number, the hash of the record
 * before it and its own hash, SHA-256 over everything else that it holds. Pure: makes hashes and
 * tells the first record that is not as it was written. What it cannot see by itself is a chain
 * that was written anew as a whole; a hash that was noted elsewhere shows that.
 */
import { createHash } from "node:crypto";
import type { ChainFault } from "../model/audit.ts";
import type { SqlRow } from "../model/database.ts";

/** What the first record holds in place of a hash before it. */
export const CHAIN_BEGIN: ChainLink = { chainSeq: 0, hash: "0".repeat(64) };

/** A place in the chain. */
export interface ChainLink {
  chainSeq: number;
  hash: string;
}

/**
 * Columns of `case_history` under the hash, in this order. A column that comes later goes to the
 * end: one that is null is left out, so the hashes of older records stay as they are.
 */
export const HASHED_COLUMNS = [
  "chain_seq",
  "prev_hash",
  "case_no",
  "seq",
  "event",
  "from_state",
  "to_state",
  "actor",
  "role",
  "unit_id",
  "at",
  "note",
  "reason",
  "outcome",
  "detail",
  "files",
] as const;

/** 64 hexadecimal digits. Names stand beside the values, so no text may move to another field. */
export function hashOf(row: SqlRow): string {
  const named = HASHED_COLUMNS.map((name) => [name, row[name] ?? null]).filter(
    ([, value]) => value !== null,
  );
  return createHash("sha256").update(JSON.stringify(named)).digest("hex");
}

/** A text as the database gives it back; the hash is of that. */
export function asStored(text: string): string {
  return Buffer.from(text).toString().replaceAll("\0", "\ufffd");
}

/** Walks along the chain behind `last`; every row in the order of its number. */
export function chainWalk(last: ChainLink) {
  let at = last;
  return {
    get last(): ChainLink {
      return at;
    },
    /** What is wrong with the next row; nothing when it is the one that belongs there. */
    take(row: SqlRow): ChainFault | undefined {
      const fault = faultOf(row, at);
      if (fault === undefined) at = { chainSeq: Number(row.chain_seq), hash: String(row.hash) };
      return fault;
    },
    /** What is wrong with the end, as it was noted with the last record. */
    end(noted: ChainLink | undefined): ChainFault | undefined {
      if (noted === undefined) {
        if (at.chainSeq === 0) return undefined;
        return { kind: "end-differs", message: "the chain's end is noted nowhere any more" };
      }
      if (noted.chainSeq > at.chainSeq)
        return missing(at.chainSeq + 1, `the end at ${noted.chainSeq}`);
      if (noted.chainSeq === at.chainSeq && noted.hash === at.hash) return undefined;
      return {
        kind: "end-differs",
        chainSeq: at.chainSeq,
        message: `the chain ends with record ${at.chainSeq} and hash ${at.hash}, noted was record ${noted.chainSeq} and hash ${noted.hash}`,
      };
    },
  };
}

function faultOf(row: SqlRow, last: ChainLink): ChainFault | undefined {
  const wanted = last.chainSeq + 1;
  const chainSeq = Number(row.chain_seq);
  const where = { chainSeq, caseNo: String(row.case_no), seq: Number(row.seq) };
  if (chainSeq > wanted) return missing(wanted, `record ${chainSeq}`);
  if (chainSeq < wanted) {
    return { kind: "repeated", ...where, message: `record ${chainSeq} is there a second time` };
  }
  if (row.prev_hash !== last.hash) {
    const message = `record ${chainSeq} holds ${row.prev_hash} as the hash of the record before it, which has ${last.hash}`;
    return { kind: "unlinked", ...where, message };
  }
  const hash = hashOf(row);
  if (row.hash === hash) return undefined;
  const message = `the fields of record ${chainSeq} give the hash ${hash}, it holds ${row.hash}`;
  return { kind: "changed", ...where, message };
}

function missing(chainSeq: number, next: string): ChainFault {
  return { kind: "missing", chainSeq, message: `record ${chainSeq} is missing before ${next}` };
}
