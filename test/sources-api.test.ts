/**
 * Where cases come from over the API of the whole platform: a file of a hotline in GB18030 and its
 * answers, a video analysis that signs in with its key, reports near an asset, and that nobody's
 * name leaves the place where it is kept.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, signIn, startPlatform, type TestPlatform, until } from "./support/platform.ts";

interface CaseShown {
  caseNo: string;
  state: string;
  source: string;
  joined?: true;
  repeated?: true;
  reportCount?: number;
  similar?: { caseNo: string; distanceM: number }[];
  reports?: { reporter?: object; externalNo?: string }[];
  history: { event: string; actor: string }[];
  code?: string;
}
interface Taken {
  opened: number;
  joined: number;
  repeated: number;
  rejected: { row: number; line: number; code: string; message: string }[];
  orders: { externalNo: string; caseNo: string; fate: string }[];
  ignored: string[];
}
interface Answers {
  items: { externalNo: string; caseNo: string; stateText: string; result?: string }[];
  next: number;
}

let running: TestPlatform;
let api: Api;
let keys: Record<string, string> = {};

beforeAll(async () => {
  running = await startPlatform();
  api = running.api;
  await api.post("/api/v1/units", { unitId: "drains", name: "排水所", kind: "department" });
  for (const [n, lon] of [115.41, 115.42].entries()) {
    await api.post("/api/v1/assets", {
      assetId: `cover-${n + 1}`,
      class: "manhole-cover",
      componentCode: `411524010200000${n + 1}`,
      name: `井盖 ${n + 1}`,
      lon,
      lat: 31.8,
      maintenanceUnitId: "drains",
    });
  }
  for (const [serviceId, publish, subscribe] of [
    ["vision", ["intake/video"], []],
    ["line-12345", ["intake/hotline"], ["hotline/answers"]],
  ]) {
    const made = { serviceId, publish, subscribe };
    const { body } = await api.post<{ key: string }>("/api/v1/services", made);
    keys = { ...keys, [String(serviceId)]: body.key };
  }
  for (const role of ["acceptor", "viewer"]) {
    const user = { username: role, password: "for-tests-only", roles: [role] };
    await api.post("/api/v1/users", user);
  }
});
afterAll(() => running.stop());

async function asService<T>(
  serviceId: string,
  method: string,
  path: string,
  body?: string | Uint8Array,
  type = "application/json",
): Promise<{ status: number; body: T }> {
  const token = Buffer.from(`${serviceId}:${keys[serviceId]}`).toString("base64");
  const response = await fetch(`http://127.0.0.1:${running.ports.http}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Basic ${token}`,
      ...(body !== undefined && { "content-type": type }),
    },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

/** `工单号,内容,经度,纬度,来电人\r\n` and two rows, as a spreadsheet saves it in GB18030. */
const GB18030_FILE = Buffer.from(
  "b9a4b5a5bac52cc4dac8dd2cbeadb6c82cceb3b6c82cc0b4b5e7c8cb0d0a" +
    "47442d312cbeaeb8c7c6c6cbf02c3131352e352c33312e392ccdf5d0a1c3f70d0a" +
    "47442d322cc2b7c3e6cbfacfdd2c3131352e362c2cc0ee0d0a",
  "hex",
);

test("a hotline's service hands in a file in GB18030 and fetches its answers until none is open", async () => {
  const line = "line-12345";
  const sent = await asService<Taken>(
    line,
    "POST",
    "hotline/orders/import?system=12345",
    GB18030_FILE,
    "text/csv",
  );
  expect(sent).toMatchObject({
    status: 200,
    body: {
      opened: 1,
      rejected: [{ row: 2, line: 3, externalNo: "GD-2", code: "REQUEST_INVALID" }],
      orders: [{ externalNo: "GD-1", fate: "opened" }],
    },
  });
  const caseNo = sent.body.orders[0]?.caseNo ?? "";
  const { body: made } = await api.get<CaseShown & { description: string }>(
    `/api/v1/cases/${caseNo}`,
  );
  expect(made).toMatchObject({
    source: "hotline",
    description: "井盖破损",
    history: [{ event: "report", actor: line }],
    reports: [{ externalNo: "GD-1", reporter: { name: "王小明" } }],
  });
  const again = await asService<Taken>(
    line,
    "POST",
    "hotline/orders",
    JSON.stringify({ externalNo: "GD-1", externalSystem: "12345", lon: 115.5, lat: 31.9 }),
  );
  expect(again.body.orders).toMatchObject([
    { externalSystem: "12345", externalNo: "GD-1", caseNo, fate: "repeated" },
  ]);

  const open = () => asService<Answers>(line, "GET", "hotline/answers?open=true");
  expect((await open()).body.items).toMatchObject([{ externalNo: "GD-1", stateText: "待受理" }]);
  const acceptor = await signIn(running.ports.http, "acceptor", "for-tests-only");
  const say = (event: string, more: object = {}, by = api) =>
    by.post<CaseShown>(`/api/v1/cases/${caseNo}/transitions`, { event, ...more });
  for (const event of ["confirm", "start", "feedback", "checkPass", "close"]) {
    const { status } = await say(event, { note: "已更换", reason: "看过" });
    expect([event, status]).toEqual([event, 200]);
  }
  const closed = (await open()).body;
  expect(closed.items).toMatchObject([{ stateText: "已结案", result: "已更换" }]);
  const delivered = await asService(line, "POST", "hotline/answers/GD-1/delivered");
  expect(delivered.status).toBe(200);
  expect((await open()).body.items).toEqual([]);

  const unsolved = await acceptor.post<CaseShown>("/api/v1/hotline/orders/GD-1/unsolved", {
    reason: "又松动了",
  });
  expect(unsolved).toMatchObject({ status: 200, body: { caseNo, state: "CHECKING" } });
  const { body } = await asService<Answers>(line, "GET", `hotline/answers?since=${closed.next}`);
  expect(body.items).toMatchObject([{ externalNo: "GD-1", stateText: "核查中" }]);

  // A second time, before the check is over: it is noted, and whoever closes the case is told.
  const url = "/api/v1/hotline/orders/GD-1/unsolved";
  const still = await acceptor.post<CaseShown>(url, { reason: "还是松的" });
  expect(still).toMatchObject({ status: 200, body: { caseNo, state: "CHECKING" } });
  const { history } = (await api.get<CaseShown>(`/api/v1/cases/${caseNo}`)).body;
  const last = { event: "join", note: "reported again by hotline: 还是松的" };
  expect(history.at(-1)).toMatchObject(last);
  const notices = await api.get<{ items: object[] }>("/api/v1/notices");
  expect(notices.body.items).toContainEqual(
    expect.objectContaining({ kind: "reported-again", caseNo }),
  );
});

test("a video analysis signs in with its key, is taken once, and has no other right", async () => {
  const event = {
    eventId: "e-1",
    camera: "cam-3",
    kind: "road-flooded",
    observedAt: Date.now(),
    lon: 115.7,
    lat: 31.7,
    confidence: 0.8,
  };
  const push = (said: object) =>
    asService<{ fate: string; caseNo: string; reason?: string }>(
      "vision",
      "POST",
      "intake/video",
      JSON.stringify({ ...event, ...said }),
    );
  const first = await push({});
  expect(first).toMatchObject({ status: 200, body: { fate: "opened" } });
  expect((await push({})).body).toEqual({ fate: "repeated", caseNo: first.body.caseNo });
  expect((await push({ eventId: "e-2" })).body).toEqual({
    fate: "joined",
    caseNo: first.body.caseNo,
  });
  expect((await push({ eventId: "e-3", confidence: 0.1 })).body).toEqual({
    fate: "refused",
    reason: "confidence-low",
  });
  const metrics = await fetch(`http://127.0.0.1:${running.ports.http}/metrics`);
  expect(await metrics.text()).toContain('gridwarden_video_events_total{fate="confidence-low"} 1');
  const { body } = await api.get<{ items: { action: string; subject: string }[] }>(
    "/api/v1/audit?actor=vision&limit=10",
  );
  expect(body.items.map(({ action }) => action)).toContain("intake.video");
  expect((await asService("vision", "POST", "hotline/orders", "{}")).status).toBe(403);
  expect((await asService("vision", "GET", "cases")).status).toBe(401);
});

test("a report near the only cover joins its case, a general one is offered it and joined by hand", async () => {
  const report = (said: object, key = "") =>
    fetch(`http://127.0.0.1:${running.ports.http}/api/v1/cases`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        ...(key !== "" && { "idempotency-key": key }),
      },
      body: JSON.stringify(said),
    }).then(async (response) => (await response.json()) as CaseShown);
  const login = await fetch(`http://127.0.0.1:${running.ports.http}/api/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "acceptor", password: "for-tests-only" }),
  });
  const { token } = (await login.json()) as { token: string };
  const first = await report({ assetId: "cover-1", conditionId: "cover-broken" });
  // 40 m east of it.
  const near = await report({ lon: 115.41042, lat: 31.8, conditionId: "cover-broken" });
  expect(near).toMatchObject({ caseNo: first.caseNo, joined: true, reportCount: 2 });
  const far = await report({ lon: 115.4115, lat: 31.8, conditionId: "cover-broken" });
  expect(far.joined).toBeUndefined();

  const reporter = { name: "王小明", phone: "13800138000" };
  const said = { lon: 115.41042, lat: 31.8, description: "a smell", reporter };
  const general = await report(said, "k-1");
  expect(general.similar?.[0]).toMatchObject({ caseNo: first.caseNo });
  expect(await report(said, "k-1")).toEqual(general);
  const acceptor = await signIn(running.ports.http, "acceptor", "for-tests-only");
  const joined = await acceptor.post<CaseShown>(`/api/v1/cases/${general.caseNo}/join`, {
    into: first.caseNo,
  });
  expect(joined).toMatchObject({ status: 200, body: { caseNo: first.caseNo, reportCount: 3 } });
  const { body: gone } = await acceptor.get<CaseShown>(`/api/v1/cases/${general.caseNo}`);
  expect(gone).toMatchObject({ state: "VOIDED", mergedInto: first.caseNo });

  const viewer = await signIn(running.ports.http, "viewer", "for-tests-only");
  const seen = await Promise.all([
    viewer.get(`/api/v1/cases/${first.caseNo}`),
    viewer.get("/api/v1/cases?limit=1000"),
    api.get("/api/v1/audit?limit=1000"),
    api.get("/api/v1/hotline/answers"),
  ]);
  expect(JSON.stringify(seen)).not.toMatch(/王小明|13800138000/);
  const { body: told } = await acceptor.get<CaseShown>(`/api/v1/cases/${first.caseNo}`);
  expect(told.reports).toContainEqual(expect.objectContaining({ reporter }));
});

test("an order past the hotline's deadline stands on the acceptor's list until it is answered", async () => {
  const order = {
    externalNo: "GD-9",
    externalSystem: "12319",
    lon: 115.9,
    lat: 31.9,
    answerBy: Date.now() - 60_000,
  };
  const { body } = await api.post<Taken>("/api/v1/hotline/orders", order);
  const caseNo = body.orders[0]?.caseNo;
  const notices = async () => {
    const { body: page } = await api.get<{ items: { kind: string; caseNo: string }[] }>(
      "/api/v1/notices?standing=true&limit=1000",
    );
    return page.items.filter((each) => each.kind === "answer-overdue" && each.caseNo === caseNo);
  };
  await until(async () => (await notices()).length === 1, "the notice");
  const said = { event: "reject", reason: "不属于城管职责" };
  await api.post(`/api/v1/cases/${caseNo}/transitions`, said);
  await api.post("/api/v1/hotline/answers/GD-9/delivered", {});
  expect(await notices()).toEqual([]);
});
