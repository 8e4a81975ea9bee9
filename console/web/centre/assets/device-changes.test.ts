import { expect, test } from "vitest";
import { changesOf, dateOf, isoOfDate } from "./device-changes.ts";

type Device = Parameters<typeof changesOf>[0];
const DEVICE = { deviceId: "d", assetId: "a", life: "stock", vendor: "Acme", model: "L" } as Device;

test("a patch has what is otherwise than before alone; what was emptied is taken away", () => {
  expect(
    changesOf(DEVICE, { vendor: " Acme ", model: "", firmware: "v2", serialNumber: "" }),
  ).toEqual({ model: null, firmware: "v2" });
});

test("a date is the platform's day, wherever the browser stands", () => {
  expect(isoOfDate("2026-11-28", 480)).toBe("2026-11-27T16:00:00.000Z");
  expect(dateOf("2026-11-28T00:00:00.000+08:00", 480)).toBe("2026-11-28");
  expect([dateOf(undefined, 480), dateOf("", 480), isoOfDate("", 480)]).toEqual(["", "", ""]);
});
