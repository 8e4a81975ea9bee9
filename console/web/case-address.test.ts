import { expect, test } from "vitest";
import { caseInAddress, deviceInAddress } from "./case-address.ts";

test.each([
  ["#case=4115242026112700001", "4115242026112700001"],
  ["#case=4115242026112700001&from=board", "4115242026112700001"],
  ["", undefined],
  ["#", undefined],
  ["#case=", undefined],
  ["#case=../users", undefined],
  ["#other=4115242026112700001", undefined],
])("the address '%s' asks for the case %s", (hash, caseNo) => {
  expect(caseInAddress(hash)).toBe(caseNo);
});

test.each([
  ["#device=mc-000231", "mc-000231"],
  ["#device=A.b_c%3Ad-1", "A.b_c:d-1"],
  ["#device=", undefined],
  ["#device=../users", undefined],
  ["#case=4115242026112700001", undefined],
])("the address '%s' asks for the device %s", (hash, deviceId) => {
  expect(deviceInAddress(hash)).toBe(deviceId);
});
