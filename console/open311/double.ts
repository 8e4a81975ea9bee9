/** Open311 as the console's tests have it: one unit, and every report is one case. */
import type { Case } from "../../model/case.ts";
import type { Open311Door } from "./door.ts";

export function open311Double(asked: { what: string; with: unknown }[], sample: Case): Open311Door {
  return {
    jurisdictionId: "411524",
    unitName: (unitId) => (unitId === "works" ? "Works" : undefined),
    async report(said, actor, key) {
      asked.push({ what: "open311.report", with: { said, actor, ...(key && { key }) } });
      return sample;
    },
  };
}
