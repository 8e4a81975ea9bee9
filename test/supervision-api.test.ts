/**
 * Supervision orders at the running platform: a leader issues one over two cases, the office and the
 * unit above it see and answer it, others do not, the crew hears of it, a repeat under a key does
 * nothing, time does its ladder, and the printed page and the chain hold.
 */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runAudit } from "../app/audit-command.ts";
import { HOUR_MS } from "../model/clock.ts";
import { behindItsBack, placeOf } from "./support/city-database.ts";
import { type Api, signIn, startPlatform, type TestPlatform, until } from "./support/platform.ts";

/** A Monday at nine; an hour of it is six seconds. */
const CLOCK = "2026-11-23T09:00:00+08:00,600";
const BASE = "/api/v1/supervisions";

interface Shown {
  supervisionNo: string;
  state: string;
  version: number;
  issuedAt: string;
  deadline: string;
  isOverdue: boolean;
  code?: string;
  details?: Record<string, unknown>;
}
interface ShownNotice {
  kind: string;
  unitId?: string;
  supervisionNo?: string;
  doneBy?: string;
}

let rig: TestPlatform;
let people: Record<"leader" | "office" | "bureau" | "stranger" | "lead" | "viewer", Api>;
const caseNos: string[] = [];

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_CLOCK: CLOCK });
  const unit = (unitId: string, more: object = {}) =>
    rig.api.post("/api/v1/units", { unitId, name: `单位 ${unitId}`, kind: "contractor", ...more });
  await unit("bureau", { kind: "department" });
  await unit("works", { parentId: "bureau", calendar: "emergency" });
  await unit("lamps", { parentId: "bureau" });
  await rig.api.post("/api/v1/crews", { crewId: "crew-1", name: "Crew 1", unitId: "works" });
  people = {
    leader: await person("a-leader", "leader"),
    lead: await person("a-lead", "shift-lead"),
    office: await person("works-lead", "unit", "works"),
    bureau: await person("bureau-lead", "unit", "bureau"),
    stranger: await person("lamps-lead", "unit", "lamps"),
    viewer: await person("a-viewer", "viewer"),
  };
  for (const address of ["北路 <b>1</b> 号", "南路 2 号"]) {
    const report = { lon: 115.41, lat: 31.8, address, description: "refuse on the pavement" };
    const made = await rig.api.post<{ caseNo: string }>("/api/v1/cases", report);
    caseNos.push(made.body.caseNo);
  }
});

afterAll(() => rig.stop());

async function person(username: string, role: string, unitId?: string): Promise<Api> {
  const password = `${username}-password`;
  const more = unitId === undefined ? {} : { unitId };
  await rig.api.post("/api/v1/users", { username, password, roles: [role], ...more });
  return signIn(rig.ports.http, username, password);
}

const draft = (more: object = {}) => ({
  title: "占道垃圾专项整治",
  text: "立即清理，并举一反三。",
  level: "urgent",
  orderingLeader: "王市长",
  accountableLeader: "李局长",
  responsiblePerson: "张工 <script>alert(1)</script>",
  unitId: "works",
  caseNos,
  workingDays: 20,
  ...more,
});

const noticesOf = async (api: Api): Promise<ShownNotice[]> => {
  const { body } = await api.get<{ items: ShownNotice[] }>("/api/v1/notices?limit=1000");
  return body.items.filter(({ supervisionNo }) => supervisionNo !== undefined);
};

async function issueUnder(key: string, body: object): Promise<Shown> {
  const login = { username: "a-leader", password: "a-leader-password" };
  const base = `http://127.0.0.1:${rig.ports.http}`;
  const json = { "content-type": "application/json" };
  const signed = await fetch(`${base}/api/v1/login`, {
    method: "POST",
    headers: json,
    body: JSON.stringify(login),
  });
  const { token } = (await signed.json()) as { token: string };
  const made = await fetch(`${base}${BASE}`, {
    method: "POST",
    headers: { ...json, authorization: `Bearer ${token}`, "idempotency-key": key },
    body: JSON.stringify(body),
  });
  return (await made.json()) as Shown;
}

test("an order's story, from issue to acceptance", async () => {
  const issued = await issueUnder("k-1", draft());
  expect(issued).toMatchObject({ supervisionNo: "DB41152420260001", state: "ISSUED" });
  // 20 working days of 8 hours, day and night.
  expect(Date.parse(issued.deadline) - Date.parse(issued.issuedAt)).toBe(160 * HOUR_MS);
  expect(await issueUnder("k-1", draft())).toMatchObject({ supervisionNo: issued.supervisionNo });
  const listed = await people.lead.get<{ items: Shown[] }>(BASE);
  expect(listed.body.items).toHaveLength(1);
  const one = `${BASE}/${issued.supervisionNo}`;
  for (const caseNo of caseNos) {
    const found = await rig.api.get<{ supervised?: boolean; history: { event: string }[] }>(
      `/api/v1/cases/${caseNo}`,
    );
    expect(found.body.supervised).toBe(true);
    expect(found.body.history.map(({ event }) => event)).toContain("supervise");
  }
  for (const api of [people.office, people.bureau]) {
    expect((await api.get(one)).status).toBe(200);
    expect(await noticesOf(api)).toMatchObject([{ kind: "supervision-issued", unitId: "works" }]);
  }
  const say = (api: Api, event: string, more: object = {}) =>
    api.post<Shown>(`${one}/transitions`, { event, ...more });
  expect((await people.stranger.get<Shown>(one)).body.code).toBe("ROLE_REFUSED");
  expect((await people.stranger.get(`${one}/print`)).status).toBe(403);
  expect(await say(people.stranger, "reply", { note: "ours?" })).toMatchObject({ status: 403 });
  expect((await people.stranger.get<{ items: Shown[] }>(BASE)).body.items).toEqual([]);
  expect((await people.viewer.get(BASE)).status).toBe(403);
  expect((await say(people.office, "acknowledge")).body.state).toBe("ACKNOWLEDGED");
  const stale = await say(people.bureau, "reply", { note: "清理完毕", version: 1 });
  expect(stale).toMatchObject({ status: 409, body: { code: "SUPERVISION_VERSION_CONFLICT" } });
  const empty = await say(people.bureau, "reply");
  expect(empty.body).toMatchObject({
    code: "SUPERVISION_TRANSITION_REFUSED",
    details: { allowed: ["reply", "extend", "cancel"] },
  });
  const reply = { note: "清理完毕 <img src=x>", version: 2 };
  const unknown = await say(people.bureau, "reply", { ...reply, files: ["photo-1"] });
  expect(unknown.body).toMatchObject({ code: "FILE_NOT_FOUND" });
  expect((await say(people.bureau, "reply", reply)).body.state).toBe("REPLIED");
  expect((await say(people.office, "accept")).body).toMatchObject({ code: "ROLE_REFUSED" });
  expect((await say(people.leader, "sendBack", { reason: "缺少照片" })).body.state).toBe(
    "SENT_BACK",
  );
  expect((await say(people.office, "reply", { note: "已补照片" })).body.state).toBe("REPLIED");
  expect((await say(people.lead, "accept")).body).toMatchObject({
    ...{ state: "ACCEPTED", version: 6 },
    openCaseNos: [...caseNos].sort(),
  });
  expect((await noticesOf(rig.api)).every(({ doneBy }) => doneBy === "system")).toBe(true);

  const page = await people.office.get<string>(`${one}/print`);
  expect(page.status).toBe(200);
  expect(page.body).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page.body).toContain("北路 &lt;b&gt;1&lt;/b&gt; 号");
  expect(page.body).not.toMatch(/<script|<img|<b>/);
  const summary = await people.leader.get(`${BASE}/summary`);
  expect(summary.body).toMatchObject({ issued: 1, answered: 1, accepted: 1, shareAnswered: 1 });
  const audit = await rig.api.get<{ items: { action: string; result: string }[] }>(
    `/api/v1/audit?subject=${issued.supervisionNo}`,
  );
  const results = audit.body.items.map(({ action, result }) => `${action} ${result}`);
  expect(results).toContain("supervisions.issue done");
  expect(results).toContain("supervisions.issue repeated");
  expect(results).toContain("supervisions.transition SUPERVISION_VERSION_CONFLICT");
});

test("time tells the office, the unit above, the shift lead and the leader, and a late reply ends it", async () => {
  const { body: now } = await rig.api.get<{ now: string }>("/healthz");
  const deadline = new Date(Date.parse(now.now) + HOUR_MS).toISOString();
  const { workingDays: _days, ...rest } = draft();
  const made = await people.lead.post<Shown>(BASE, { ...rest, deadline });
  const { supervisionNo } = made.body;
  const kinds = async () =>
    (await noticesOf(rig.api))
      .filter((notice) => notice.supervisionNo === supervisionNo)
      .map(({ kind, unitId }) => `${kind} ${unitId}`)
      .sort();
  const wanted = [
    "supervision-80 works",
    "supervision-issued works",
    "supervision-overdue bureau",
    "supervision-overdue works",
    "supervision-overdue-lead works",
  ];
  await until(async () => (await kinds()).length === wanted.length, "the ladder");
  expect(await kinds()).toEqual(wanted);
  const overdue = await people.bureau.get<{ items: Shown[] }>(`${BASE}?overdue=true`);
  expect(overdue.body.items).toMatchObject([{ supervisionNo, isOverdue: true }]);
  const summary = await people.leader.get(`${BASE}/summary`);
  expect(summary.body).toMatchObject({ issued: 2, answered: 1, overdueOpen: 1 });
  await people.office.post(`${BASE}/${supervisionNo}/transitions`, { event: "reply", note: "ok" });
  expect((await people.leader.get(`${BASE}/summary`)).body).toMatchObject({
    answered: 2,
    answeredInTime: 1,
    overdueOpen: 0,
    shareAnswered: 1,
  });
});

test("the command walks over orders and cases alike, and names an order as one", async () => {
  const found = await rig.api.get("/api/v1/audit/verify");
  expect(found.body).toMatchObject({ isUnbroken: true });
  expect(await runAudit(["verify", "--json"], () => placeOf(rig.directory))).toBe(0);
  await behindItsBack(rig.directory, (tx) =>
    tx.run("update case_history set note = 'done' where event = 'reply'"),
  );
  const said: string[] = [];
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
  expect(await runAudit(["verify"], () => placeOf(rig.directory))).toBe(1);
  stdout.mockRestore();
  expect(said.join("")).toContain("(supervision order DB41152420260001, its record 3)");
});
