import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keep, kept } from "./kept.ts";

let stored: Map<string, string>;

beforeEach(() => {
  stored = new Map();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, text: string) => stored.set(key, text),
    removeItem: (key: string) => stored.delete(key),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test("what one person types nobody else gets, nor another form, and what is sent is gone", () => {
  keep("case.1", "li", { note: "by the gate" });
  expect(kept("case.1", "li")).toEqual({ note: "by the gate" });
  expect(kept("case.1", "zhao")).toEqual({});
  expect(kept("case.2", "li")).toEqual({});
  keep("case.1", "li", undefined);
  expect(kept("case.1", "li")).toEqual({});
  expect(stored.size).toBe(0);
});

test("where nothing more can be kept typing goes on, and nothing older comes back", () => {
  keep("case.1", "li", { note: "by" });
  vi.spyOn(sessionStorage, "setItem").mockImplementation(() => {
    throw new DOMException("no room", "QuotaExceededError");
  });
  keep("case.1", "li", { note: "by the gate" });
  expect(kept("case.1", "li")).toEqual({});
});

test.each(["", "{", "null", "7", '"text"'])("what cannot be read, as '%s', is nothing", (text) => {
  stored.set("gridwarden-case.1.li", text);
  expect(kept("case.1", "li")).toEqual({});
});
