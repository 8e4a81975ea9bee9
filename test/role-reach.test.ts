/**
 * A role's own part of the tree of units, where a room or a stored thing decides it, at the running
 * platform: what is wanted is of unit `works` and its crew; users of every role ask for it from the
 * same unit, from the one above it and from another. Who is let in follows from the table of roles.
 * Each call is one that its room refuses after it has looked at who asks, or that changes nothing
 * the second time, so that every user meets the same.
 */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Action, scopeOf } from "../console/roles.ts";
import type { Role } from "../model/registry.ts";
import { connect } from "./support/city.ts";
import {
  type Answer,
  type Api,
  signIn,
  startPlatform,
  type TestPlatform,
  until,
} from "./support/platform.ts";
import { CELL_USERS, type CellUser, IN_ROOMS, mayAt } from "./support/role-cells.ts";

interface Shown {
  code?: string;
  message?: string;
  caseNo: string;
  state: string;
  items: Record<string, string | undefined>[];
}

let rig: TestPlatform;
let client: MqttClient;
const apis = new Map<string, Api>();
/** Numbers and ids of what there is, by name. */
const ids = {} as Record<
  | "dispatched"
  | "reported"
  | "helped"
  | "assist"
  | "helper"
  | "issued"
  | "replied"
  | "notice"
  | "task"
  | "alarm",
  string
>;

async function made<T = Shown>(path: string, body: unknown, api = rig.api): Promise<T> {
  const answer = await api.post<T>(`/api/v1/${path}`, body);
  if (answer.status < 300) return answer.body;
  throw new Error(`${path} was refused with ${answer.status}: ${JSON.stringify(answer.body)}`);
}

beforeAll(async () => {
  rig = await startPlatform();
  for (const [unitId, parentId] of [["bureau"], ["works", "bureau"], ["water"], ["lamps"]]) {
    const more = { name: unitId, kind: "department", ...(parentId && { parentId }) };
    await made("units", { unitId, ...more });
    await made("crews", { crewId: `crew-${unitId}`, name: unitId, unitId });
  }
  for (const { username, role, unitId, crewId } of CELL_USERS) {
    const more = role === "crew" ? { crewId } : {};
    const password = `${username}-password`;
    await made("users", { username, password, roles: [role], unitId, ...more });
    apis.set(username, await signIn(rig.ports.http, username, password));
  }
  const asset = (assetId: string, unitId: string, more: object = {}) =>
    made("assets", {
      assetId,
      class: "manhole-cover",
      componentCode: "4115240102000001",
      name: assetId,
      lon: 115.41,
      lat: 31.8,
      maintenanceUnitId: unitId,
      ...more,
    });
  for (const name of ["dispatched", "reported", "other"]) await asset(`cover-${name}`, "works");
  await asset("cover-helped", "lamps");
  await withCases();
  await withOrders();
  await asset("bin", "works", { class: "waste-bin", componentCode: "4115240305000001" });
  await withSensor();
}, 120_000);

afterAll(async () => {
  await client?.endAsync(true);
  await rig.stop();
});

async function withCases(): Promise<void> {
  const report = async (name: string): Promise<string> => {
    const said = { assetId: `cover-${name}`, conditionId: "cover-rattle", source: "hotline" };
    return (await made("cases", said)).caseNo;
  };
  ids.reported = await report("reported");
  ids.dispatched = await report("dispatched");
  ids.helped = await report("helped");
  for (const caseNo of [ids.dispatched, ids.helped]) {
    await made(`cases/${caseNo}/transitions`, { event: "confirm" });
  }
  const ask = async (caseNo: string, unitId: string): Promise<string> =>
    (await made<{ assistId: string }>(`cases/${caseNo}/assists`, { unitId, task: "help" }))
      .assistId;
  ids.assist = await ask(ids.helped, "works");
  ids.helper = await ask(ids.dispatched, "lamps");
}

async function withOrders(): Promise<void> {
  const order = async (): Promise<string> => {
    const { supervisionNo } = await made<{ supervisionNo: string }>("supervisions", {
      title: "covers",
      text: "repair and report",
      level: "urgent",
      orderingLeader: "Wang",
      accountableLeader: "Li",
      responsiblePerson: "Zhang",
      unitId: "works",
      caseNos: [ids.dispatched],
      workingDays: 20,
    });
    return supervisionNo;
  };
  ids.issued = await order();
  ids.replied = await order();
  await made(`supervisions/${ids.replied}/transitions`, { event: "reply", note: "repaired" });
  const { body } = await rig.api.get<Shown>("/api/v1/notices");
  const notice = body.items.find(({ supervisionNo }) => supervisionNo === ids.issued);
  ids.notice = notice?.noticeId ?? "none";
}

/** A bin whose battery is low: an alarm that is no case, and a task. */
async function withSensor(): Promise<void> {
  const { key } = await made<{ key: string }>("devices", { deviceId: "bin-1", assetId: "bin" });
  client = await connect(rig.ports.mqtt ?? 0, "bin-1", key);
  const values = '{"values":{"batteryPercent":9}}';
  await client.publishAsync("v1/waste-bin/bin-1/telemetry", values, { qos: 1 });
  const task = await until(
    async () => (await rig.api.get<Shown>("/api/v1/tasks?state=open")).body.items[0],
    "the task",
  );
  ids.task = task.taskId ?? "none";
  ids.alarm = task.alarmId ?? "none";
  await made(`alarms/${ids.alarm}/acknowledge`, {});
  await made(`tasks/${ids.task}/done`, {});
}

type Ask = (api: Api, user: CellUser) => Promise<boolean>;

const isLetIn = ({ status }: Answer<unknown>): boolean => status !== 403;
const post =
  (path: () => string, body: (role: Role) => object): Ask =>
  async (api, { role }) =>
    isLetIn(await api.post(`/api/v1/${path()}`, body(role)));
const get =
  (path: () => string): Ask =>
  async (api) =>
    isLetIn(await api.get(`/api/v1/${path()}`));
/** Whoever may list at all is shown this one, or not. */
const listed =
  (path: string, has: (item: Record<string, string | undefined>) => boolean): Ask =>
  async (api) => {
    const { status, body } = await api.get<Shown>(`/api/v1/${path}`);
    return status === 200 && body.items.some(has);
  };

/** An event that is the role's, said without what it wants, and of which case. */
const EVENTS: Partial<Record<Role, [case_: "dispatched" | "reported", event: string]>> = {
  acceptor: ["reported", "reject"],
  inspector: ["reported", "settle"],
  "shift-lead": ["dispatched", "consult"],
  dispatcher: ["dispatched", "consult"],
  leader: ["dispatched", "consult"],
};
const eventOf = (role: Role) => EVENTS[role] ?? (["dispatched", "return"] as const);
const isLead = (role: Role): boolean => role === "dispatcher" || role === "shift-lead";
const orderEventOf = (role: Role) =>
  role === "shift-lead"
    ? (["replied", "sendBack"] as const)
    : (["issued", role === "leader" ? "cancel" : "reply"] as const);

const PROBES: [Action, what: string, ask: Ask][] = [
  [
    "cases.transition",
    "an event of the role",
    async (api, { role }) => {
      const [name, event] = eventOf(role);
      const path = `/api/v1/cases/${ids[name]}/transitions`;
      const answer = await api.post<Shown>(path, { event, note: "seen" });
      // A case that takes the event would be another one for whoever comes next.
      if (answer.status < 300) throw new Error(`'${event}' was taken by ${role}`);
      return isLetIn(answer);
    },
  ],
  [
    "assists.ask",
    "an assist of the unit itself",
    post(
      () => `cases/${ids.dispatched}/assists`,
      () => ({ unitId: "works", task: "help" }),
    ),
  ],
  [
    "assists.transition",
    "an event of the assist",
    post(
      () => `assists/${ids.assist}/transitions`,
      (role) => ({ event: isLead(role) ? "cancel" : "done" }),
    ),
  ],
  [
    "tasks.done",
    "the task, done again",
    post(
      () => `tasks/${ids.task}/done`,
      () => ({}),
    ),
  ],
  [
    "alarms.acknowledge",
    "the alarm, seen again",
    post(
      () => `alarms/${ids.alarm}/acknowledge`,
      () => ({}),
    ),
  ],
  [
    "supervisions.read",
    "in the list",
    listed("supervisions", ({ supervisionNo }) => supervisionNo === ids.issued),
  ],
  ["supervisions.read", "the order", get(() => `supervisions/${ids.issued}`)],
  ["supervisions.read", "its page", get(() => `supervisions/${ids.issued}/print`)],
  [
    "supervisions.read",
    "in the count",
    async (api) => {
      const { status, body } = await api.get<{ issued: number }>("/api/v1/supervisions/summary");
      return status === 200 && body.issued === 2;
    },
  ],
  [
    "supervisions.transition",
    "an event of the role",
    async (api, { role }) => {
      const [name, event] = orderEventOf(role);
      return isLetIn(await api.post(`/api/v1/supervisions/${ids[name]}/transitions`, { event }));
    },
  ],
  ["rosters.read", "the roster", get(() => "units/works/roster")],
  ["load.read", "in the load", listed("units/load", ({ unitId }) => unitId === "works")],
];

test.each(PROBES)("%s, %s: by every role from every place", async (action, _what, ask) => {
  for (const user of CELL_USERS) {
    const seen = await ask(apis.get(user.username) ?? rig.api, user);
    expect([user.username, seen]).toEqual([user.username, mayAt(user, action)]);
  }
});

test("an assist for its case is the asking unit's to cancel, and no crew's", async () => {
  for (const user of CELL_USERS.filter(({ role }) => role !== "crew")) {
    const path = `/api/v1/assists/${ids.helper}/transitions`;
    const answer = await apis.get(user.username)?.post<Shown>(path, { event: "cancel" });
    const isAllowed = mayAt(user, "assists.transition");
    expect([user.username, answer?.status]).toEqual([user.username, isAllowed ? 409 : 403]);
  }
});

/** Of all roles whose notices are their own it is `unit` alone that this one is told to. */
const NOTICE_ASKS: [Action, Ask][] = [
  ["notices.read", listed("notices", ({ noticeId }) => noticeId === ids.notice)],
  [
    "notices.acknowledge",
    async (api) =>
      (await api.post(`/api/v1/notices/${ids.notice}/acknowledge`, undefined)).status === 200,
  ],
];

test.each(NOTICE_ASKS)("%s: a notice to a unit", async (action, ask) => {
  for (const user of CELL_USERS) {
    const isTold = scopeOf([user.role], action) === "all" || user.role === "unit";
    const seen = await ask(apis.get(user.username) ?? rig.api, user);
    expect([user.username, seen]).toEqual([user.username, isTold && mayAt(user, action)]);
  }
});

test("cases.urge: of a place whose steward one is, where the table does not say all", async () => {
  for (const { username, place } of CELL_USERS) {
    const scope = place === "own" ? "cover-dispatched" : "cover-other";
    const steward = { stewardId: username, name: username, scopeKind: "park", scope, username };
    await made("stewards", steward);
  }
  for (const user of CELL_USERS) {
    const path = `/api/v1/cases/${ids.dispatched}/urge`;
    const answer = await apis.get(user.username)?.post<Shown>(path, { note: "soon" });
    const isAllowed = scopeOf([user.role], "cases.urge") === "all" || user.place === "own";
    expect([user.username, answer?.status]).toEqual([user.username, isAllowed ? 200 : 403]);
  }
});

test("every action that a room limits is asked for here", () => {
  const asked = new Set<Action>(PROBES.map(([action]) => action));
  for (const [action] of NOTICE_ASKS) asked.add(action);
  asked.add("cases.urge");
  expect(IN_ROOMS.filter((action) => !asked.has(action))).toEqual([]);
  expect((PROBES.length + NOTICE_ASKS.length + 1) * CELL_USERS.length).toBe(450);
});
