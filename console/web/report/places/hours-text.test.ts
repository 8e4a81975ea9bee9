import { afterEach, expect, test } from "vitest";
import { language } from "../../shared/language.ts";
import { hoursText } from "./hours-text.ts";

afterEach(() => {
  language.value = "zh";
});

test.each([
  ["24/7", "全天", "day and night"],
  ["06:00-22:00", "06:00–22:00", "06:00–22:00"],
  [
    "Mo-Fr 08:00-12:00,14:00-18:00; Sa,Su off",
    "周一至周五 08:00–12:00、14:00–18:00；周六、周日 关闭",
    "Mon to Fri 08:00–12:00, 14:00–18:00; Sat, Sun closed",
  ],
  ["when the keeper is there", "when the keeper is there", "when the keeper is there"],
  ["", "", ""],
])("'%s' is said as '%s' and '%s'", (hours, zh, en) => {
  language.value = "zh";
  expect(hoursText(hours)).toBe(zh);
  language.value = "en";
  expect(hoursText(hours)).toBe(en);
});
