/**
 * A report's way in one go: reported, then joined to the case that it is a duplicate of, or confirmed,
 * which files and dispatches it, as far as role and case allow; and the call written down at its case.
 * Sent again after a fault, what was done is not done twice: each step has its own key.
 */
import { get, part, post } from "../../shared/api.ts";
import type {
  CaseDetail,
  CaseItem,
  ReportBody,
  ReportedItem,
} from "../../shared/platform-types.ts";

export interface Filed {
  caseNo: string;
  state: CaseItem["state"];
  isJoined: boolean;
  publicNo?: string | undefined;
  /** Why it did not go on; the case is filed all the same. */
  fault?: unknown;
}

export interface Way {
  /** The case that it is a duplicate of. */
  into?: string | undefined;
  /** What is written down at the case; nothing where the person may not. */
  call?: { name?: string; phone?: string; text: string } | undefined;
  keyOf(step: string): string;
}

const keyed = (key: string) => ({ headers: { "idempotency-key": key } });

/** @throws Refused, Unreachable where nothing was filed */
export async function fileReport(body: ReportBody, way: Way): Promise<Filed> {
  const made = await post<ReportedItem>("/api/v1/cases", body, keyed(way.keyOf("report")));
  const filed: Filed = {
    ...{ caseNo: made.caseNo, state: made.state, isJoined: made.joined === true },
    publicNo: made.publicNo,
  };
  const after = filed.isJoined ? filed : await goOn(filed, way).catch(without(filed));
  const { call } = way;
  if (call === undefined) return after;
  const address = `/api/v1/cases/${part(after.caseNo)}/calls`;
  const written = post(address, call, keyed(way.keyOf("call"))).then(() => after);
  return await written.catch(without(after));
}

/** As it stands, with the first reason why it did not go on. */
const without =
  (filed: Filed) =>
  (fault: unknown): Filed => ({ ...filed, fault: filed.fault ?? fault });

async function goOn(filed: Filed, { into, keyOf }: Way): Promise<Filed> {
  const address = `/api/v1/cases/${part(filed.caseNo)}`;
  if (into !== undefined) {
    const kept = await post<CaseItem>(`${address}/join`, { into }, keyed(keyOf("join")));
    return { ...filed, caseNo: kept.caseNo, state: kept.state, isJoined: true };
  }
  const { takes, version, state } = await get<CaseDetail>(address);
  const mayConfirm = takes.some(({ event, isYours }) => event === "confirm" && isYours);
  if (!mayConfirm) return { ...filed, state };
  const said = { event: "confirm", version };
  const after = await post<CaseItem>(`${address}/transitions`, said, keyed(keyOf("confirm")));
  return { ...filed, state: after.state };
}
