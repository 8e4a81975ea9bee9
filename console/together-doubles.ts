/** Stand-ins for working together on a case, for the console's tests. */
import { Assist } from "../model/assist.ts";
import { GridwardenError } from "../model/errors.ts";
import { Ruling } from "../model/ruling.ts";
import { Steward } from "../model/steward.ts";
import type { AssistsDoor, RulingsDoor, StewardsDoor } from "./together-deps.ts";

const NOW = Date.UTC(2026, 10, 22, 0, 30);
const CASE_NO = "4115242026112200001";

export const SAMPLE_ASSIST = Assist.parse({
  assistId: `${CASE_NO}-a1`,
  caseNo: CASE_NO,
  state: "ASKED",
  version: 1,
  unitId: "power",
  crewId: "crew-p",
  task: "cut the power",
  limit: { value: 2, unit: "urgent-hour" },
  calendar: "emergency",
  askedAt: NOW,
  askedBy: "dispatcher",
  deadline: NOW + 7_200_000,
});
export const SAMPLE_RULING = Ruling.parse({
  rulingId: `ruling-${CASE_NO}-3`,
  version: 1,
  unitId: "roads",
  kind: "component",
  scope: { categoryCode: "0101", gridPrefix: "411524001" },
  notUnitIds: ["works"],
  reason: "it lies in the carriageway",
  caseNo: CASE_NO,
  ruledAt: NOW,
  ruledBy: "leader",
});
export const SAMPLE_STEWARD = Steward.parse({
  stewardId: "street-1",
  name: "Wang Wei",
  phone: "0376-1234567",
  scopeKind: "street",
  scope: "411524001",
  username: "wang",
  validFrom: NOW,
});

type Asked = { what: string; with: unknown }[];

export function togetherDoubles(
  asked: Asked,
  sampleCase: Awaited<ReturnType<RulingsDoor["rule"]>>["case"],
): { assists: AssistsDoor; rulings: RulingsDoor } {
  const note = (what: string, given: unknown): void => void asked.push({ what, with: given });
  return {
    assists: {
      list: async (request) => {
        note("assists.list", request);
        return { items: [SAMPLE_ASSIST] };
      },
      ask: async (caseNo, wish, actor, key) => {
        note("assists.ask", { caseNo, wish, actor, ...(key && { key }) });
        return SAMPLE_ASSIST;
      },
      transition: async (assistId, said, actor, key) => {
        if (assistId !== SAMPLE_ASSIST.assistId) {
          throw new GridwardenError("ASSIST_NOT_FOUND", `no assist has the id '${assistId}'`);
        }
        note("assists.transition", { said, actor, ...(key && { key }) });
        return { ...SAMPLE_ASSIST, state: "STARTED", startedAt: NOW };
      },
    },
    rulings: {
      list: async (request) => {
        note("rulings.list", request);
        return { items: [SAMPLE_RULING] };
      },
      rule: async (caseNo, wish, actor, key) => {
        note("rulings.rule", { caseNo, wish, actor, ...(key && { key }) });
        return { case: sampleCase, ruling: SAMPLE_RULING };
      },
      revoke: async (rulingId, said, actor) => {
        note("rulings.revoke", { rulingId, said, actor });
        return { ...SAMPLE_RULING, version: 2, revokedAt: NOW };
      },
    },
  };
}

export function stewardsDouble(asked: Asked): StewardsDoor {
  const note = (what: string, given: unknown): void => void asked.push({ what, with: given });
  return {
    list: (request) => {
      note("stewards.list", request);
      return { items: [SAMPLE_STEWARD] };
    },
    create: async (steward) => {
      note("stewards.create", steward);
      return SAMPLE_STEWARD;
    },
    patch: async (stewardId, patch) => {
      note("stewards.patch", { stewardId, patch });
      return SAMPLE_STEWARD;
    },
    remove: async (stewardId) => note("stewards.remove", stewardId),
  };
}
