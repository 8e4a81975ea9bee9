/** A refusal is read in the language of the page, by its reason, its fields or its code. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CASE_REASONS, type CaseReason } from "../../../../model/case-reasons.ts";
import { ERRORS } from "../../../../model/errors.ts";
import { language } from "../language.ts";
import type { Say } from "../words.ts";
import { sayErrorCode } from "./code-words.ts";
import { sayReason } from "./reason-words.ts";
import { refusalSaid } from "./said.ts";

beforeEach(() => {
  language.value = "zh";
});
afterEach(() => {
  language.value = "zh";
});

const message = "case '1' is REPORTED and does not take 'close'; it takes confirm";
const ofState = {
  code: "CASE_TRANSITION_REFUSED",
  message,
  details: { reason: "state", values: { state: "REPORTED", event: "close" }, allowed: [] },
};
const invalid = (...issues: unknown[]) => ({
  code: "REQUEST_INVALID",
  message: "field 'lon': got 200, wanted number to be <=180",
  details: { issues },
});
const lon = { field: "lon", kind: "too-large", limit: 180 };

test("a refusal that has a reason is read whole in both languages", () => {
  expect(refusalSaid(ofState)).toEqual({ text: "案卷现在是“待确认”，不能办“结案”。" });
  language.value = "en";
  expect(refusalSaid(ofState)).toEqual({
    text: "The case is “reported” now and does not take “close”.",
  });
});

test("roles are named one by one, a time in the platform's zone", () => {
  const role = { event: "approveExtension", roles: "shift-lead, leader" };
  const said = (reason: string, values: object) =>
    refusalSaid({ code: "ROLE_REFUSED", message, details: { reason, values } }).text;
  expect(said("role", role)).toBe("“同意延期”由值班长、领导办理，您现在不能办。");
  expect(said("arrived", { at: "2026-11-22T04:00:00.000Z" })).toMatch(/于 2026-11-22 \d\d:00 到场/);
});

test("a refusal without a reason is said by its code, in Chinese with the platform's sentence", () => {
  const refusal = { code: "COMMAND_REFUSED", message: "lamp 'l-1' is dimmed by its own plan" };
  expect(refusalSaid(refusal)).toEqual({
    text: "不能向设备发送这条指令。",
    original: refusal.message,
  });
  language.value = "en";
  expect(refusalSaid(refusal)).toEqual({ text: refusal.message });
});

test.each([
  [
    "COMMAND_REFUSED",
    "device 'l-1' is 'stock'; it is told nothing",
    "设备“l-1”为“在库”，不能下发指令",
  ],
  [
    "COMMAND_QUEUE_FULL",
    "device 'l-1' has 50 commands that have not ended; wait for them, or cancel some",
    "设备“l-1”未完成的指令已达 50 条，请等前面的指令完成或取消一些",
  ],
])("what the platform says of a command is said whole: %s", (code, text, zh) => {
  expect(refusalSaid({ code, message: text })).toEqual({ text: zh });
  language.value = "en";
  expect(refusalSaid({ code, message: text })).toEqual({ text });
});

test.each([
  [{ code: "NEW_CODE", message: "a newer platform" }, "平台未接受。", "a newer platform"],
  [
    { ...ofState, details: { reason: "a-newer-reason" } },
    "案卷当前不能办这一步，请刷新后再看。",
    message,
  ],
  [
    { code: "UNKNOWN", message: "HTTP 502" },
    "平台没有正常应答（HTTP 502），请稍后重试。",
    undefined,
  ],
])("what a page does not know yet is said all the same: %j", (refusal, text, original) => {
  expect(refusalSaid(refusal)).toEqual(original === undefined ? { text } : { text, original });
});

test("fields are told by their path, and beside a field of the form without it", () => {
  const name = { field: "name", kind: "missing" };
  expect(refusalSaid(invalid(lon, name))).toEqual({
    text: "字段“lon”太大，上限是 180。字段“name”未填写。",
  });
  expect(refusalSaid(invalid(lon, name), "lon")).toEqual({ text: "太大，上限是 180。" });
  expect(refusalSaid(invalid({ field: "", kind: "wrong-type", wanted: "object" }))).toEqual({
    text: "内容类型不对，应为一组字段。",
  });
  const odd = { field: "id", kind: "wrong-form" };
  expect(refusalSaid(invalid(odd)).original).toContain("wanted");
  // A field that is not among them, and what is no fault of a field, is said by the code.
  for (const refusal of [
    invalid({ field: 7, kind: "missing" }),
    invalid({ field: "x", kind: "?" }),
  ])
    expect(refusalSaid(refusal).text).toBe("填写的内容不符合要求，请按提示修改。");
  language.value = "en";
  expect(refusalSaid(invalid(lon)).text).toContain("field 'lon'");
  expect(refusalSaid(invalid(lon), "lon")).toEqual({ text: "This is above 180." });
});

test("every code has its words, and every reason those that its values fill", () => {
  expect(Object.keys(sayErrorCode.words).sort()).toEqual(Object.keys(ERRORS).sort());
  const holes = (say: Say<string>) =>
    Object.fromEntries(
      Object.entries(say.words).map(([word, { zh }]) => [
        word,
        [...zh.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort(),
      ]),
    );
  expect(holes(sayReason)).toEqual(
    Object.fromEntries(
      Object.entries(CASE_REASONS).map(([reason, values]) => [reason, [...values].sort()]),
    ),
  );
  expect(Object.values(holes(sayErrorCode)).flat()).toEqual([]);
});

test("the page of reasons has every reason with its values and its sentence", () => {
  const page = fileURLToPath(new URL("../../../../docs/case-reasons.md", import.meta.url));
  const rows = readFileSync(page, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const row = (reason: CaseReason): string => {
    const values = CASE_REASONS[reason].map((value) => `\`${value}\``).join(", ");
    return `| \`${reason}\` | ${values || "–"} | ${sayReason.words[reason].en} |`;
  };
  expect(rows).toEqual((Object.keys(CASE_REASONS) as CaseReason[]).map(row));
});
