/**
 * Every call of the API by every role from every place, against the console before doubles: who is
 * let in and who is not follows from the table of roles alone. What a role's own part is where a
 * room decides it, is held against the running platform in `role-reach.test.ts`.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDoubles, type Doubles } from "../console/doubles.ts";
import { type Action, ROLE_TABLE, scopeOf } from "../console/roles.ts";
import { SAMPLE_CASE, SAMPLE_FILE } from "../console/samples.ts";
import { buildServer, type Server } from "../console/server.ts";
import { createStreamHub } from "../console/stream-hub.ts";
import { Asset, Crew, User } from "../model/registry.ts";
import {
  AT_THE_DOOR,
  CELL_USERS,
  type CellUser,
  IN_ANSWERS,
  IN_ROOMS,
  LIMITED_ACTIONS,
  mayAt,
  UNDER,
} from "./support/role-cells.ts";
import { readWorkbook } from "./support/workbook.ts";

interface Call {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  action: Action;
}
type Document = { paths: Record<string, Record<string, { "x-action"?: Action }>> };

/** What each parameter of an address is here; any other word for the rest. */
const SAMPLES: Record<string, string> = {
  unitId: "works",
  alarmId: "alarm-1",
  caseNo: SAMPLE_CASE.caseNo,
  fileId: SAMPLE_FILE.fileId,
  assetId: "cover-1",
  crewId: "crew-works",
  ruleId: "manhole-cover.open",
  year: "2027",
};
/** Bodies without which a call would be refused for its shape before it is for its place. */
const BODIES: Partial<Record<Action, object>> = {
  "rosters.write": {},
  "contacts.write": { points: [] },
  "shifts.write": { state: "on" },
  "crews.position": { lon: 115.4, lat: 31.8 },
  "patrol-areas.write": { grids: [] },
  "patrols.own": { startedAt: 1_795_307_400_000 },
};
/** The same of what an address asks. A stream that is let in never ends; one of no asset does. */
const QUERIES: Partial<Record<Action, string>> = {
  "stream.read": "?assetId=none",
  "attendance.read": "?unitId=works&from=2026-11-01T00:00:00Z&to=2026-11-08T00:00:00Z",
};
/** Actions of no call: they decide of a part of an answer, or of a call's subject. */
const OF_NO_CALL = [
  "alarms.shelve-life-safety",
  "commands.send-raw",
  "crews.locate",
  "stewards.phone",
];

let doubles: Doubles;
let server: Server;
let calls: Call[] = [];

beforeAll(async () => {
  doubles = createDoubles();
  peopled(doubles);
  server = await buildServer(doubles.deps, createStreamHub(doubles.deps), {});
  const { paths } = (await server.inject({ method: "GET", url: "/openapi.json" })).json<Document>();
  calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      const action = operation["x-action"];
      const url = path.replace(/\{(\w+)\}/g, (_, name: string) => SAMPLES[name] ?? "some-1");
      return action === undefined
        ? []
        : [{ method: method.toUpperCase() as Call["method"], url, action }];
    }),
  );
});
afterAll(() => server.close());

/** One of each role at each place; a crew, an asset and a case of unit `works`. */
function peopled({ deps, users }: Doubles): void {
  for (const { username, role, unitId, crewId } of CELL_USERS) {
    const more = role === "crew" ? { crewId } : {};
    users.set(username, User.parse({ username, roles: [role], unitId, ...more }));
  }
  const { registry, cases } = deps;
  const crewOf = (unitId: string): Crew =>
    Crew.parse({ crewId: `crew-${unitId}`, name: unitId, unitId });
  registry.units.under = (unitId) => UNDER[unitId] ?? [unitId];
  registry.crews.get = (crewId) => crewOf(crewId.replace("crew-", ""));
  registry.crews.list = () => ({ items: [crewOf("works")] });
  registry.presence.placesOf = async (crewIds, at) =>
    new Map(crewIds.map((crewId) => [crewId, { lon: 115.4, lat: 31.8, at }]));
  const { asset } = registry;
  registry.asset = (assetId) => {
    const found = asset(assetId);
    return found && Asset.parse({ ...found, maintenanceUnitId: "works" });
  };
  deps.performance.load = async () => [
    { state: "calm", per10Min: 1, gathered: 0 },
    { crewId: "crew-works", state: "calm", per10Min: 1, gathered: 0 },
  ];
  const { get } = cases;
  const { unitId, crewId } = crewOf("works");
  cases.get = async (caseNo) => {
    const found = await get(caseNo);
    return found && { ...found, case: { ...found.case, unitId, crewId } };
  };
}

async function asked({ method, url }: Omit<Call, "action">, { username }: CellUser, body?: object) {
  const headers = { authorization: `Bearer ${username}` };
  const payload = body === undefined ? {} : { payload: body };
  return await server.inject({ method, url, headers, ...payload });
}

test("each call but the open ones names its action, and each action has a call or is none's", () => {
  expect(calls).toHaveLength(211);
  const named = new Set<string>(calls.map(({ action }) => action));
  expect([...named, ...OF_NO_CALL].sort()).toEqual(Object.keys(ROLE_TABLE).sort());
});

test("each action that is somewhere limited is held by one of the three ways", () => {
  expect([...AT_THE_DOOR, ...IN_ANSWERS, ...IN_ROOMS].sort()).toEqual([...LIMITED_ACTIONS].sort());
});

test("every call is open to the roles of the table, from the places of the table", async () => {
  const wrong: string[] = [];
  let cells = 0;
  for (const call of calls) {
    const url = call.url + (QUERIES[call.action] ?? "");
    const body = BODIES[call.action];
    for (const user of CELL_USERS) {
      const { statusCode } = await asked({ ...call, url }, user, body);
      const isLetIn = AT_THE_DOOR.includes(call.action)
        ? mayAt(user, call.action)
        : scopeOf([user.role], call.action) !== undefined;
      cells += 1;
      if ((statusCode !== 403) !== isLetIn) {
        wrong.push(`${call.method} ${call.url} by ${user.username}: ${statusCode}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(cells).toBe(211 * 10 * 3);
}, 120_000);

type Body = Record<string, never> & {
  items: Record<string, unknown>[];
  load: { crewId?: string }[];
  stewards: { phone?: string }[];
  reports?: unknown;
};

/** What an answer shows of unit `works`, by the action that decides of it. */
const SHOWN: [Action, url: string, isShown: (body: Body) => boolean][] = [
  ["crews.locate", "/api/v1/crews", ({ items }) => items[0]?.position !== undefined],
  ["load.read", "/api/v1/alarms/performance", ({ load }) => load.length === 2],
  [
    "stewards.phone",
    `/api/v1/cases/${SAMPLE_CASE.caseNo}`,
    ({ stewards }) => stewards[0]?.phone !== undefined,
  ],
  [
    "cases.reporters",
    `/api/v1/cases/${SAMPLE_CASE.caseNo}`,
    ({ reports }) => reports !== undefined,
  ],
];

test.each(SHOWN)("%s decides of what %s shows", async (action, url, isShown) => {
  for (const user of CELL_USERS) {
    const answer = await asked({ method: "GET", url }, user);
    expect(answer.statusCode).toBe(200);
    expect([user.username, isShown(answer.json())]).toEqual([user.username, mayAt(user, action)]);
  }
});

test("patrols.read decides of whose areas are listed, and whose coverage is told", async () => {
  const url = "/api/v1/patrol-areas";
  for (const user of CELL_USERS.filter(({ role }) => scopeOf([role], "patrols.read"))) {
    const list = await asked({ method: "GET", url }, user);
    const coverage = await asked({ method: "GET", url: `${url}/hu/coverage` }, user);
    const isShown = list.json<Body>().items.length > 0;
    const isMine = mayAt(user, "patrols.read");
    expect([user.username, isShown]).toEqual([user.username, isMine]);
    expect([user.username, coverage.statusCode]).toEqual([user.username, isMine ? 200 : 404]);
  }
});

test("load.read decides of whose load is asked for", async () => {
  const url = "/api/v1/units/load";
  for (const user of CELL_USERS.filter(({ role }) => scopeOf([role], "load.read"))) {
    await asked({ method: "GET", url }, user);
    const request = doubles.asked.at(-1)?.with as { unitIds?: string[] } | undefined;
    const isWithin = request?.unitIds?.includes("works") !== false;
    expect([user.username, isWithin]).toEqual([user.username, mayAt(user, "load.read")]);
  }
});

test("evaluation.read decides of whose figures are shown", async () => {
  const url = "/api/v1/evaluation?period=2026-11&subject=";
  for (const user of CELL_USERS.filter(({ role }) => scopeOf([role], "evaluation.read"))) {
    for (const subject of ["unit", "crew"]) {
      const answer = await asked({ method: "GET", url: url + subject }, user);
      const isShown = answer.json<Body>().items.length > 0;
      expect([user.username, isShown]).toEqual([user.username, mayAt(user, "evaluation.read")]);
    }
    const street = await asked({ method: "GET", url: `${url}street` }, user);
    expect(street.json<Body>().items.length > 0).toBe(user.role !== "unit");
  }
});

test("evaluation.read decides of whose cases are named behind a figure", async () => {
  const url = "/api/v1/evaluation/cases?period=2026-11&indicator=";
  const about = ["closed&subject=unit&subjectId=works", "closed&subject=crew&subjectId=crew-works"];
  for (const user of CELL_USERS.filter(({ role }) => scopeOf([role], "evaluation.read"))) {
    for (const figure of about) {
      const { statusCode } = await asked({ method: "GET", url: url + figure }, user);
      const isShown = mayAt(user, "evaluation.read");
      expect([user.username, statusCode]).toEqual([user.username, isShown ? 200 : 403]);
    }
    const area = { method: "GET", url: `${url}closed&subject=area&subjectId=411524` } as const;
    expect((await asked(area, user)).statusCode).toBe(user.role === "unit" ? 403 : 200);
  }
});

test("evaluation.read decides of whose figures a workbook has", async () => {
  const url = "/api/v1/evaluation/export?period=2026-11&subject=unit&lang=en";
  for (const user of CELL_USERS.filter(({ role }) => scopeOf([role], "evaluation.read"))) {
    const { rawPayload } = await asked({ method: "GET", url }, user);
    const rows = readWorkbook(rawPayload).get("Ranks of units") ?? [];
    const isShown = rows.some((row) => row.includes("works"));
    expect([user.username, isShown]).toEqual([user.username, mayAt(user, "evaluation.read")]);
  }
});

test("evaluation.read decides of whose renewals are shown", async () => {
  const url = "/api/v1/evaluation/renewals";
  for (const user of CELL_USERS.filter(({ role }) => scopeOf([role], "evaluation.read"))) {
    const answer = await asked({ method: "GET", url }, user);
    const isShown = answer.json<Body>().items.length > 0;
    expect([user.username, isShown]).toEqual([user.username, mayAt(user, "evaluation.read")]);
  }
});

test("evaluation.read decides of whose last places are shown", async () => {
  const url = "/api/v1/evaluation/last-places?period=2026-11";
  for (const user of CELL_USERS.filter(({ role }) => scopeOf([role], "evaluation.read"))) {
    const answer = await asked({ method: "GET", url }, user);
    const isShown = answer.json<Body>().items.length > 0;
    expect([user.username, isShown]).toEqual([user.username, mayAt(user, "evaluation.read")]);
  }
});

test("in the list of stewards, which is of no case, the number is shown to whom every one is", async () => {
  for (const user of CELL_USERS) {
    const answer = await asked({ method: "GET", url: "/api/v1/stewards" }, user);
    const isShown = answer.json<Body>().items[0]?.phone !== undefined;
    expect([user.username, isShown]).toEqual([
      user.username,
      scopeOf([user.role], "stewards.phone") === "all",
    ]);
  }
});

test("alarms.shelve-life-safety decides of what protects lives", async () => {
  const body = { until: Date.UTC(2026, 10, 23), reason: "calibration" };
  const url = "/api/v1/alarms/alarm-1/shelve";
  for (const user of CELL_USERS.filter(({ role }) => scopeOf([role], "alarms.shelve"))) {
    await asked({ method: "POST", url }, user, body);
    expect([user.username, doubles.asked.at(-1)?.with]).toMatchObject([
      user.username,
      { mayShelveLifeSafety: mayAt(user, "alarms.shelve-life-safety") },
    ]);
  }
});
