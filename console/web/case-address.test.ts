import { expect, test } from "vitest";
import { caseInAddress } from "./case-address.ts";

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
