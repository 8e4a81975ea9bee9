import { afterEach, expect, test, vi } from "vitest";
import type { ReportBody } from "../../shared/platform-types.ts";
import { fileReport } from "./filing.ts";

const BODY = { kind: "event", lon: 115.41, lat: 31.8 } as ReportBody;
const keyOf = (step: string): string => `key-${step}`;

interface Call {
  method: string;
  path: string;
  key: string | undefined;
  body: unknown;
}

/** A platform that answers by what is asked; what it has not is refused. */
function platform(answers: Record<string, unknown>): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal("Blob", Blob);
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    calls.push({ method: init.method ?? "", path, key: headers["idempotency-key"], body });
    const found = answers[`${init.method} ${path}`];
    const refusal = { code: "CASE_TRANSITION_REFUSED", message: "no unit has this grid" };
    return new Response(JSON.stringify(found ?? refusal), { status: found ? 200 : 409 });
  });
  return calls;
}
afterEach(() => vi.unstubAllGlobals());

const MADE = { caseNo: "1", state: "REPORTED", publicNo: "GW-1" };
const takes = (isYours: boolean) => ({
  ...{ state: "REPORTED", version: 3, takes: [{ event: "confirm", roles: [], isYours }] },
});

test("a report is confirmed and the call written down, each step under its own key", async () => {
  const calls = platform({
    "POST /api/v1/cases": MADE,
    "GET /api/v1/cases/1": takes(true),
    "POST /api/v1/cases/1/transitions": { state: "DISPATCHED" },
    "POST /api/v1/cases/1/calls": {},
  });
  const filed = await fileReport(BODY, { keyOf, call: { text: "smoke" } });
  expect(filed).toEqual({ caseNo: "1", state: "DISPATCHED", isJoined: false, publicNo: "GW-1" });
  expect(calls.map(({ key }) => key)).toEqual(["key-report", undefined, "key-confirm", "key-call"]);
  expect(calls[2]?.body).toEqual({ event: "confirm", version: 3 });
});

test("whoever may not confirm leaves it reported, and writes no call that he may not", async () => {
  const calls = platform({ "POST /api/v1/cases": MADE, "GET /api/v1/cases/1": takes(false) });
  expect(await fileReport(BODY, { keyOf })).toMatchObject({ state: "REPORTED", isJoined: false });
  expect(calls).toHaveLength(2);
});

test("a duplicate is joined, and the call is written down at the case that it joined", async () => {
  const calls = platform({
    "POST /api/v1/cases": MADE,
    "POST /api/v1/cases/1/join": { caseNo: "9", state: "HANDLING" },
    "POST /api/v1/cases/9/calls": {},
  });
  const filed = await fileReport(BODY, { keyOf, into: "9", call: { text: "smoke" } });
  expect(filed).toMatchObject({ caseNo: "9", state: "HANDLING", isJoined: true });
  expect(calls[1]?.body).toEqual({ into: "9" });
});

test("what the platform has joined by itself is not confirmed", async () => {
  const calls = platform({ "POST /api/v1/cases": { ...MADE, state: "HANDLING", joined: true } });
  expect(await fileReport(BODY, { keyOf })).toMatchObject({ state: "HANDLING", isJoined: true });
  expect(calls).toHaveLength(1);
});

test("where it does not go on the case is named all the same; where nothing is filed it throws", async () => {
  platform({ "POST /api/v1/cases": MADE, "GET /api/v1/cases/1": takes(true) });
  const filed = await fileReport(BODY, { keyOf });
  expect(filed).toMatchObject({ caseNo: "1", fault: { code: "CASE_TRANSITION_REFUSED" } });
  const calls = platform({ "POST /api/v1/cases": MADE, "POST /api/v1/cases/1/calls": {} });
  const told = await fileReport(BODY, { keyOf, into: "9", call: { text: "smoke" } });
  expect(told).toMatchObject({ caseNo: "1", isJoined: false, fault: { status: 409 } });
  expect(calls.at(-1)).toMatchObject({ path: "/api/v1/cases/1/calls", body: { text: "smoke" } });
  platform({});
  await expect(fileReport(BODY, { keyOf })).rejects.toMatchObject({ status: 409 });
});
