/** What an alarm is about, in the language of the page: its condition, its rule, at worst its rule's id. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { knowClasses } from "./catalogue.ts";
import { language } from "./language.ts";
import type { ClassInfo } from "./platform-types.ts";
import { alarmText, knowRule, ruleName } from "./rule-titles.ts";
import { user } from "./session.ts";

const COVER = {
  slug: "manhole-cover",
  conditions: [{ conditionId: "cover-broken", title: { zh: "破损", en: "Cover broken" } }],
} as unknown as ClassInfo;
const H2S = { zh: "硫化氢超限", en: "Hydrogen sulphide high" };

const fetched = vi.fn(async (path: string) =>
  path.endsWith("h2s-1")
    ? Response.json({ ruleId: "manhole-cover.h2s-1", title: H2S })
    : Response.json({ code: "RULE_NOT_FOUND", message: "no" }, { status: 404 }),
);
const signedIn = (actions: Partial<Record<"rules.read", "all">>): void => {
  user.value = { username: "u", roles: [], actions };
};
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const alarm = (rule: string, conditionId?: string) =>
  alarmText({ class: "manhole-cover", conditionId, ruleId: `manhole-cover.${rule}` });

beforeEach(() => {
  language.value = "zh";
  fetched.mockClear();
  vi.stubGlobal("fetch", fetched);
  knowClasses([COVER]);
});
afterEach(() => {
  vi.unstubAllGlobals();
  knowClasses([]);
  user.value = undefined;
  language.value = "zh";
});

test("who may not read rules reads the condition, else the rule's id, and nothing is asked for", async () => {
  signedIn({});
  expect(alarm("h2s-1", "cover-broken")).toBe("破损");
  expect(alarm("h2s-1")).toBe("规则 manhole-cover.h2s-1");
  expect(ruleName("manhole-cover.h2s-1")).toBe("manhole-cover.h2s-1");
  await settled();
  expect(fetched).not.toHaveBeenCalled();
});

test("an alarm that no condition names is told by its rule's title, once the platform has said it", async () => {
  signedIn({ "rules.read": "all" });
  expect(alarm("h2s-1")).toBe("规则 manhole-cover.h2s-1");
  expect(alarm("h2s-1", "no-condition-any-more")).toBe("规则 manhole-cover.h2s-1");
  await settled();
  expect(alarm("h2s-1")).toBe("硫化氢超限");
  expect(alarm("h2s-1", "no-condition-any-more")).toBe("硫化氢超限");
  expect(ruleName("manhole-cover.h2s-1")).toBe("硫化氢超限");
  language.value = "en";
  expect(alarm("h2s-1")).toBe("Hydrogen sulphide high");
  expect(alarm("h2s-1", "cover-broken")).toBe("Cover broken");
  expect(fetched).toHaveBeenCalledTimes(1);
});

test("a rule that is gone goes on under its id; one that was saved here has its new title at once", async () => {
  signedIn({ "rules.read": "all" });
  alarm("gone");
  await settled();
  expect(alarm("gone")).toBe("规则 manhole-cover.gone");
  knowRule({ ruleId: "manhole-cover.own" as never, title: H2S });
  expect(alarm("own")).toBe("硫化氢超限");
  expect(fetched).toHaveBeenCalledTimes(1);
});
