import { expect, test } from "vitest";
import { componentCodeOf, deviceIdOf } from "./label-code.ts";

const DEVICE = "https://console.example/#device=mc-000231";
const PLATE = "https://city.example/report/#code=4115240102000001";

test.each([
  [DEVICE, "mc-000231"],
  ["https://console.example/#/devices/mc-000231?x=1", "mc-000231"],
  ["https://console.example/#device=mc%3A1", "mc:1"],
  [" mc-000231 ", "mc-000231"],
  ["https://elsewhere.example/", undefined],
  [PLATE, undefined],
  ["https://console.example/#device=%E0%A4%A", undefined],
  ["https://console.example/#device=two%20words", undefined],
  ["two words", undefined],
  ["", undefined],
])("the code %j is of the device %j", (text, id) => {
  expect(deviceIdOf(text)).toBe(id);
});

test.each([
  [PLATE, "4115240102000001"],
  [`${PLATE}01&from=plate`, "411524010200000101"],
  [" 4115240102000001 ", "4115240102000001"],
  ["411524010200000", undefined],
  ["4115240102000001999", undefined],
  ["https://city.example/report/#no=4115240102000001", undefined],
  [DEVICE, undefined],
  ["", undefined],
])("the code %j is of the component %j", (text, code) => {
  expect(componentCodeOf(text)).toBe(code);
});
