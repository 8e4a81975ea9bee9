/** The laws of the chain: whatever is changed, taken out, put in or swapped is found at its place. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChainFault } from "../model/audit.ts";
import type { SqlRow, SqlValue } from "../model/database.ts";
import { asStored, CHAIN_BEGIN, type ChainLink, chainWalk, hashOf } from "./history-chain.ts";

const text = fc.string({ unit: "binary", maxLength: 12 }).map(asStored);
const optional = fc.option(text);
const FIELDS = {
  case_no: text,
  seq: fc.integer({ min: 1, max: 9 }),
  event: text,
  from_state: optional,
  to_state: text,
  actor: text,
  role: text,
  unit_id: optional,
  at: fc.integer({ min: 0, max: 2 ** 45 }),
  note: optional,
  reason: optional,
  outcome: optional,
  files: optional,
  detail: optional,
};
const unlinked = fc.record(FIELDS);

function chained(rows: readonly SqlRow[]): SqlRow[] {
  let { chainSeq, hash } = CHAIN_BEGIN;
  return rows.map((row) => {
    chainSeq += 1;
    const linked = { ...row, chain_seq: chainSeq, prev_hash: hash };
    hash = hashOf(linked);
    return { ...linked, hash };
  });
}

const chain = (minLength: number) =>
  fc.array(unlinked, { minLength, maxLength: 12 }).map((rows) => chained(rows));
/** A chain and two different places in it, the earlier one first. */
const chainWithTwo = chain(2).chain((rows) =>
  fc
    .uniqueArray(fc.nat(rows.length - 1), { minLength: 2, maxLength: 2 })
    .map((found) => ({ rows, places: found.sort((a, b) => a - b) as [number, number] })),
);

const endOf = (rows: readonly SqlRow[]): ChainLink => {
  const last = rows.at(-1);
  return last === undefined
    ? CHAIN_BEGIN
    : { chainSeq: Number(last.chain_seq), hash: String(last.hash) };
};

/** As the database gives rows: in the order of their numbers. */
function firstFault(rows: readonly SqlRow[], noted: ChainLink | undefined): ChainFault | undefined {
  const walk = chainWalk(CHAIN_BEGIN);
  const inOrder = [...rows].sort((a, b) => Number(a.chain_seq) - Number(b.chain_seq));
  for (const row of inOrder) {
    const fault = walk.take(row);
    if (fault !== undefined) return fault;
  }
  return walk.end(noted);
}

const another = (value: SqlValue | undefined): SqlValue =>
  typeof value === "number" ? value + 1 : value === null ? "" : `${value}.`;

describe("a chain of records", () => {
  test("as it was written has no fault", () => {
    fc.assert(
      fc.property(chain(0), (rows) => {
        expect(firstFault(rows, endOf(rows))).toBeUndefined();
      }),
    );
  });

  test("any changed field of any record is found at that record", () => {
    const names = [...Object.keys(FIELDS), "prev_hash", "hash"];
    fc.assert(
      fc.property(chain(1), fc.nat(), fc.constantFrom(...names), (rows, n, name) => {
        const at = n % rows.length;
        const broken = rows.map((row, index) =>
          index === at ? { ...row, [name]: another(row[name]) } : row,
        );
        const kind = name === "prev_hash" ? "unlinked" : "changed";
        expect(firstFault(broken, endOf(rows))).toMatchObject({ kind, chainSeq: at + 1 });
      }),
    );
  });

  test("a text that moves to another field is found", () => {
    const [row] = chained([{ case_no: "1", seq: 1, event: "x", note: "a", reason: null }]);
    const moved = { ...row, note: null, reason: "a" };
    expect(firstFault([moved], endOf([row ?? {}]))).toMatchObject({ kind: "changed", chainSeq: 1 });
  });

  test("a removed record is found where it stood, the last one too", () => {
    fc.assert(
      fc.property(chain(1), fc.nat(), (rows, n) => {
        const at = n % rows.length;
        const broken = rows.filter((_, index) => index !== at);
        expect(firstFault(broken, endOf(rows))).toMatchObject({
          kind: "missing",
          chainSeq: at + 1,
        });
      }),
    );
  });

  test("a removed record is found, though those behind it are numbered anew", () => {
    fc.assert(
      fc.property(chain(2), fc.nat(), (rows, n) => {
        const at = n % (rows.length - 1);
        const broken = rows
          .filter((_, index) => index !== at)
          .map((row, index) => ({ ...row, chain_seq: index + 1 }));
        expect(firstFault(broken, endOf(rows))).toMatchObject({ chainSeq: at + 1 });
      }),
    );
  });

  test("two swapped records are found at the first of them", () => {
    fc.assert(
      fc.property(chainWithTwo, ({ rows, places: [first, second] }) => {
        const broken = rows.map((row, index) => {
          const other = index === first ? second : index === second ? first : index;
          return { ...row, chain_seq: other + 1 };
        });
        expect(firstFault(broken, endOf(rows))).toMatchObject({ chainSeq: first + 1 });
      }),
    );
  });

  test("an inserted record, right in itself, is found at the one behind it", () => {
    fc.assert(
      fc.property(chain(1), fc.nat(), unlinked, (rows, n, added) => {
        const at = n % rows.length;
        const before = rows.slice(0, at);
        const [own = {}] = chained([...before, added]).slice(-1);
        const behind = rows.slice(at).map((row, index) => ({ ...row, chain_seq: at + index + 2 }));
        expect(firstFault([...before, own, ...behind], endOf(rows))).toMatchObject({
          kind: "unlinked",
          chainSeq: at + 2,
        });
      }),
    );
  });

  test("a number that is there twice is found", () => {
    fc.assert(
      fc.property(chain(1), fc.nat(), (rows, n) => {
        const at = n % rows.length;
        const twice = [...rows.slice(0, at + 1), rows[at] ?? {}, ...rows.slice(at + 1)];
        expect(firstFault(twice, endOf(rows))).toMatchObject({
          kind: "repeated",
          chainSeq: at + 1,
        });
      }),
    );
  });

  test("a last record that was written anew with its hash differs from the noted end", () => {
    fc.assert(
      fc.property(chain(1), (rows) => {
        const last = rows.at(-1) ?? {};
        const forged = { ...last, actor: another(last.actor) };
        const broken = [...rows.slice(0, -1), { ...forged, hash: hashOf(forged) }];
        expect(firstFault(broken, endOf(rows))).toMatchObject({
          kind: "end-differs",
          chainSeq: rows.length,
        });
      }),
    );
  });

  test("an end that is noted nowhere is a fault as soon as there are records", () => {
    expect(firstFault([], undefined)).toBeUndefined();
    const rows = chained([{ case_no: "1", seq: 1, event: "report" }]);
    expect(firstFault(rows, undefined)).toMatchObject({ kind: "end-differs" });
  });
});

test("the hash of a record stays what it is over all versions of the code", () => {
  const [row] = chained([
    { case_no: "4115242026112300001", seq: 1, event: "report", to_state: "REPORTED", at: 5 },
  ]);
  expect(row?.hash).toBe("abcf6304aabdaf0e3436d881e4d31c201849c23adc6d8f6fab8d04a1f39d7f18");
});
