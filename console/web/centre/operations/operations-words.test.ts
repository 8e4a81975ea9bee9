import { afterEach, beforeEach, expect, test } from "vitest";
import { CHAIN_FAULT_KINDS } from "../../../../model/audit.ts";
import { DEAD_LETTER_REASONS } from "../../../../model/errors.ts";
import { Role } from "../../../../model/registry.ts";
import { language } from "../../shared/language.ts";
import { ROLE_NAMES } from "../../shared/role-words.ts";
import { cureText, sayCure, sayReason } from "./letter-words.ts";
import { brokenText, sayBroken } from "./operations-words.ts";

beforeEach(() => {
  language.value = "zh";
});
afterEach(() => {
  language.value = "zh";
});

test("every reason of a dead letter has its words and its cure, and every role its words", () => {
  expect(Object.keys(sayReason.words).sort()).toEqual(Object.keys(DEAD_LETTER_REASONS).sort());
  expect(Object.keys(sayCure.words).sort()).toEqual(Object.keys(DEAD_LETTER_REASONS).sort());
  expect(cureText("NOT_UTF8")).toBe("请让设备按 UTF-8 编码。");
  expect(cureText("toString")).toBe("");
  expect([...ROLE_NAMES].sort()).toEqual([...Role.options].sort());
});

test("whatever may be wrong with a history has its words, with the record that it is", () => {
  expect(Object.keys(sayBroken.words).sort()).toEqual([...CHAIN_FAULT_KINDS].sort());
  const place = { chainSeq: 7, caseNo: "20261128-0001", seq: 2 };
  expect(brokenText({ kind: "changed", ...place })).toBe(
    "案卷 20261128-0001 的第 2 条记录的内容被改动。",
  );
  expect(brokenText({ kind: "missing", chainSeq: 7 })).toBe("缺少链上第 7 条记录。");
  expect(brokenText({ kind: "end-differs" })).toBe("链尾与登记的不一致，可能少了记录。");
  language.value = "en";
  expect(brokenText({ kind: "repeated", ...place })).toBe(
    "record 2 of case 20261128-0001 is there a second time.",
  );
});
