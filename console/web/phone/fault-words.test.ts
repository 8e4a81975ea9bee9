import { afterEach, beforeEach, expect, test } from "vitest";
import { language } from "../shared/language.ts";
import { browserText, sayPhotoFault, sayStoreFault } from "./fault-words.ts";

beforeEach(() => {
  language.value = "zh";
});
afterEach(() => {
  language.value = "zh";
});

const named = (name: string): DOMException => new DOMException("as the browser says it", name);

test("what a browser says of its storage or of a photo is said by its name", () => {
  expect(browserText(sayStoreFault, named("QuotaExceededError"))).toBe("存储空间已满");
  expect(browserText(sayPhotoFault, named("InvalidStateError"))).toBe("不是照片，或已损坏");
  language.value = "en";
  expect(browserText(sayPhotoFault, named("EncodingError"))).toBe("it is no photo, or damaged");
});

test("what has no such name is told as it is", () => {
  expect(browserText(sayStoreFault, named("DataError"))).toBe("as the browser says it");
  expect(browserText(sayStoreFault, new Error("nobody's store is open"))).toBe(
    "nobody's store is open",
  );
  expect(browserText(sayPhotoFault, "odd")).toBe("odd");
});
