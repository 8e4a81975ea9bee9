import { expect, test } from "vitest";
import { deviceIdOf } from "./label-code.ts";

test.each([
  ["https://console.example/#device=mc-000231", "mc-000231"],
  ["https://console.example/#/devices/mc-000231?x=1", "mc-000231"],
  ["https://console.example/#device=mc%3A1", "mc:1"],
  [" mc-000231 ", "mc-000231"],
  ["https://elsewhere.example/", undefined],
  ["https://console.example/#device=%E0%A4%A", undefined],
  ["https://console.example/#device=two%20words", undefined],
  ["two words", undefined],
  ["", undefined],
])("the code %j is of %j", (text, id) => {
  expect(deviceIdOf(text)).toBe(id);
});
