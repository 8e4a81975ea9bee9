/** What is wrong with a field that the platform does not take. */
import type { FieldFaultKind } from "../../../../model/field-fault.ts";
import type { Bilingual } from "../language.ts";
import { speaker } from "../words.ts";

const KINDS: Record<FieldFaultKind, Bilingual> = {
  missing: { zh: "未填写", en: "is missing" },
  "wrong-type": { zh: "类型不对，应为{wanted}", en: "is of a wrong type, wanted {wanted}" },
  "wrong-form": { zh: "格式不对", en: "has a wrong form" },
  "not-one-of": { zh: "只能是 {wanted} 之一", en: "is not one of {wanted}" },
  "too-short": { zh: "太短，至少 {limit} 个字符", en: "is shorter than {limit} characters" },
  "too-long": { zh: "太长，最多 {limit} 个字符", en: "is longer than {limit} characters" },
  "too-small": { zh: "太小，下限是 {limit}", en: "is below {limit}" },
  "too-large": { zh: "太大，上限是 {limit}", en: "is above {limit}" },
  "too-few": { zh: "太少，至少 {limit} 项", en: "has fewer than {limit} items" },
  "too-many": { zh: "太多，最多 {limit} 项", en: "has more than {limit} items" },
  unknown: { zh: "平台没有这个字段，请删去或改正名称", en: "is not known; leave it out" },
  other: { zh: "不符合要求", en: "is not as wanted" },
};

export const sayKind = speaker(KINDS);

/** The types of JSON, as a person calls them. */
export const sayType = speaker({
  string: { zh: "文字", en: "text" },
  number: { zh: "数字", en: "a number" },
  int: { zh: "整数", en: "a whole number" },
  boolean: { zh: "是或否", en: "yes or no" },
  array: { zh: "列表", en: "a list" },
  object: { zh: "一组字段", en: "a group of fields" },
});

export const sayField = speaker({
  field: { zh: "字段“{field}”{fault}。", en: "Field “{field}” {fault}." },
  whole: { zh: "内容{fault}。", en: "What was sent {fault}." },
  alone: { zh: "{fault}。", en: "This {fault}." },
});
