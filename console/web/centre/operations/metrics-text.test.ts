import { expect, test } from "vitest";
import { byLabel, ledgerOf, meanOf, readFigures, totalOf } from "./metrics-text.ts";

const figures = readFigures(
  [
    "# HELP gridwarden_ledger_values values by what became of them",
    "# TYPE gridwarden_ledger_values gauge",
    'gridwarden_ledger_values{fate="journaled"} 10',
    'gridwarden_ledger_values{fate="stored"} 6',
    'gridwarden_ledger_values{fate="duplicate"} 2',
    'gridwarden_ledger_values{fate="conflict"} 1',
    'gridwarden_ledger_values{fate="putAside"} 1',
    "gridwarden_ledger_pending_uplinks 3",
    'closed_total{reason="slow",broker="a, b"} 2',
    'closed_total{reason="slow",broker="c"} 5',
    "sync_seconds_sum 1.5",
    "sync_seconds_count 3",
    "idle_seconds_sum 0",
    "idle_seconds_count 0",
    "",
    "not a sample",
  ].join("\n"),
);

test("a value is found by its name, and a name's samples by a label", () => {
  expect(totalOf(figures, "gridwarden_ledger_pending_uplinks")).toBe(3);
  expect(totalOf(figures, "closed_total")).toBe(7);
  expect(byLabel(figures, "closed_total", "reason")).toEqual(new Map([["slow", 7]]));
  expect(byLabel(figures, "closed_total", "broker")).toEqual(
    new Map([
      ["a, b", 2],
      ["c", 5],
    ]),
  );
});

test("what is not there is nothing, not zero", () => {
  expect(totalOf(figures, "closed")).toBeUndefined();
  expect(meanOf(figures, "idle_seconds")).toBeUndefined();
  expect(meanOf(figures, "sync_seconds")).toBe(0.5);
});

test("the ledger balances when every journaled value has a fate", () => {
  expect(ledgerOf(figures)).toMatchObject({ journaled: 10, stored: 6, isBalanced: true });
  const wrong = readFigures('gridwarden_ledger_values{fate="journaled"} 1');
  expect(ledgerOf(wrong)).toMatchObject({ journaled: 1, stored: 0, isBalanced: false });
});
