import { afterEach, beforeEach, expect, test } from "vitest";
import { COMMAND_NOTES } from "../../../../model/command-notes.ts";
import { knowClasses } from "../catalogue.ts";
import { language } from "../language.ts";
import type { ClassInfo } from "../platform-types.ts";
import { commandText, sayCommand } from "./command-words.ts";

beforeEach(() => {
  language.value = "zh";
});
afterEach(() => {
  language.value = "zh";
  knowClasses([]);
});

test("whatever the platform says of a command has its words", () => {
  expect(Object.keys(sayCommand.words).sort()).toEqual(Object.keys(COMMAND_NOTES).sort());
});

test.each([
  ["the device could not be reached in its time", "有效期内联系不上设备"],
  [
    "sent once; nobody answered, the device may have done it",
    "已下发 1 次，没有应答，设备可能已执行",
  ],
  [
    "sent 3 times and delivered by its carrier; the device did not answer",
    "已下发 3 次，网络已送达，设备没有应答",
  ],
  [
    "replaced by 7f; it had been sent, the device may have done it",
    "已由新的指令 7f 取代；此前已下发，设备可能已执行",
  ],
  ["device 'd-1' is 'retired'; it is told nothing", "设备“d-1”为“报废”，不能下发指令"],
  [
    "nothing is sent to devices of class 'gas-line': valves and pumps are moved by who stands before them, never from here",
    "类别“燃气管段”的设备不能下发指令：阀门和水泵由现场人员操作",
  ],
  [
    "device 'sp-1': metric 'dimPercent' is UInt8 and takes a whole number from 0 to 255; got 300",
    "设备“sp-1”：指标“dimPercent”为 UInt8，应为 0 至 255 的整数，现为 300",
  ],
  ["灯控器过热", "灯控器过热"],
  ["driver too hot; cancelled by li", "driver too hot；由 li 取消"],
])("'%s' is said as '%s', and in English as it is", (text, zh) => {
  knowClasses([
    { slug: "gas-line", title: { zh: "燃气管段", en: "gas-line" } } as unknown as ClassInfo,
  ]);
  expect(commandText(text)).toBe(zh);
  language.value = "en";
  expect(commandText(text)).toBe(text);
});
