import { afterEach, expect, test, vi } from "vitest";
import { language, restoreLanguage, switchLanguage } from "./language.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  language.value = "zh";
});

test("a browser that keeps nothing shows its own language, and the other one when it is asked for", () => {
  vi.stubGlobal("document", { documentElement: {} });
  vi.stubGlobal("navigator", { language: "en-GB" });
  const refuse = (): never => {
    throw new DOMException("no", "SecurityError");
  };
  vi.stubGlobal("localStorage", { getItem: refuse, setItem: refuse });
  restoreLanguage();
  expect(language.value).toBe("en");
  switchLanguage();
  expect(language.value).toBe("zh");
});
