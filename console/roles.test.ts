import { expect, test } from "vitest";
import { Role } from "../model/registry.ts";
import { createDoubles } from "./doubles.ts";
import { type Action, mayDo, mayKnowReporters, mayShelveLifeSafety, ROLE_TABLE } from "./roles.ts";
import { buildServer } from "./server.ts";
import { createStreamHub } from "./stream-hub.ts";

/** Columns as Role.options; x may, . may not. Written by hand, not derived from the table. */
const ROLES = [
  "admin",
  "acceptor",
  "shift-lead",
  "dispatcher",
  "unit",
  "crew",
  "inspector",
  "leader",
  "engineer",
  "viewer",
] as const;
const CELLS: Record<Action, string> = {
  "registry.read": "x x x x x x x x x x",
  "registry.write": "x . . . . . . . . .",
  "rosters.write": "x . x x x . . . . .",
  "load.read": "x . x x x . . x . .",
  "senders.read": "x . . . . . . . x .",
  "users.read": "x . x . . . . . . .",
  "users.write": "x . . . . . . . . .",
  "readings.read": "x x x x x x x x x x",
  "rules.read": "x x x x x x x x x x",
  "rules.write": "x . . . . . . . x .",
  "rules.backtest": "x . . . . . . . x .",
  "alarms.read": "x x x x x x x x x x",
  "alarms.acknowledge": "x x x x x . . . x .",
  "alarms.shelve": "x . x x . . . . x .",
  "cases.read": "x x x x x x x x x x",
  "cases.report": "x x . . . . x . . .",
  "cases.join": "x x . . . . . . . .",
  "hotline.write": "x x . . . . . . . .",
  "hotline.read": "x x x x . . . x . .",
  "intake.video": "x . . . . . . . . .",
  "cases.transition": "x x x x x x x x . .",
  "cases.urge": "x x x x x x x x x x",
  "assists.ask": "x . x x x . . . . .",
  "assists.transition": "x . x x x x . . . .",
  "rulings.write": "x . x . . . . x . .",
  "files.read": "x x x x x x x x x x",
  "files.write": "x x x x x x x x . .",
  "filing-tables.read": "x x x x x x x x x x",
  "filing-tables.write": "x . . . . . . . . .",
  "tasks.read": "x x x x x x x x x x",
  "tasks.done": "x . . . x . . . x .",
  "supervisions.read": "x x x x x . . x . .",
  "supervisions.issue": "x . x . . . . x . .",
  "supervisions.transition": "x . x . x . . x . .",
  "notices.read": "x x x x x x x x x x",
  "notices.acknowledge": "x x x x x x x x x x",
  "dead-letters.read": "x . . . . . . . x .",
  "audit.read": "x . . . . . . . . .",
  "calendars.read": "x x x x x x x x x x",
  "calendars.write": "x . . . . . . . . .",
  "stream.read": "x x x x x x x x x x",
};

const CALLS: Record<Action, [method: "GET" | "POST" | "PUT", url: string]> = {
  "registry.read": ["GET", "/api/v1/assets"],
  "registry.write": ["POST", "/api/v1/units"],
  "rosters.write": ["PUT", "/api/v1/units/works/roster"],
  "load.read": ["GET", "/api/v1/units/load"],
  "senders.read": ["GET", "/api/v1/services"],
  "users.read": ["GET", "/api/v1/users"],
  "users.write": ["POST", "/api/v1/users"],
  "readings.read": ["GET", "/api/v1/readings/latest?assetId=cover-1"],
  "rules.read": ["GET", "/api/v1/rules"],
  "rules.write": ["PUT", "/api/v1/rules/manhole-cover.open"],
  "rules.backtest": ["POST", "/api/v1/rules/manhole-cover.open/backtest"],
  "alarms.read": ["GET", "/api/v1/alarms"],
  "alarms.acknowledge": ["POST", "/api/v1/alarms/alarm-1/acknowledge"],
  "alarms.shelve": ["POST", "/api/v1/alarms/alarm-1/unshelve"],
  "cases.read": ["GET", "/api/v1/cases"],
  "cases.report": ["POST", "/api/v1/cases"],
  "cases.join": ["POST", "/api/v1/cases/4115242026112200001/join"],
  "hotline.write": ["POST", "/api/v1/hotline/orders"],
  "hotline.read": ["GET", "/api/v1/hotline/answers"],
  "intake.video": ["POST", "/api/v1/intake/video"],
  "cases.transition": ["POST", "/api/v1/cases/4115242026112200001/transitions"],
  "cases.urge": ["POST", "/api/v1/cases/4115242026112200001/urge"],
  "assists.ask": ["POST", "/api/v1/cases/4115242026112200001/assists"],
  "assists.transition": ["POST", "/api/v1/assists/4115242026112200001-a1/transitions"],
  "rulings.write": ["POST", "/api/v1/cases/4115242026112200001/ruling"],
  "files.read": ["GET", "/api/v1/files/00000000000000000000000000000001"],
  "files.write": ["POST", "/api/v1/files"],
  "filing-tables.read": ["GET", "/api/v1/filing-conditions"],
  "filing-tables.write": ["PUT", "/api/v1/filing-conditions?dryRun=true"],
  "tasks.read": ["GET", "/api/v1/tasks"],
  "tasks.done": ["POST", "/api/v1/tasks/task-1/done"],
  "supervisions.read": ["GET", "/api/v1/supervisions"],
  "supervisions.issue": ["POST", "/api/v1/supervisions"],
  "supervisions.transition": ["POST", "/api/v1/supervisions/DB41152420260001/transitions"],
  "notices.read": ["GET", "/api/v1/notices"],
  "notices.acknowledge": ["POST", "/api/v1/notices/4115242026112200001-4-no-crew/acknowledge"],
  "dead-letters.read": ["GET", "/api/v1/dead-letters"],
  "audit.read": ["GET", "/api/v1/audit"],
  "calendars.read": ["GET", "/api/v1/calendars"],
  "calendars.write": ["PUT", "/api/v1/holidays/2027"],
  "stream.read": ["GET", "/api/v1/stream?assetId=none"],
};

test("the table of the tests names every role and every action", () => {
  expect([...ROLES]).toEqual(Role.options);
  expect(Object.keys(CELLS).sort()).toEqual(Object.keys(ROLE_TABLE).sort());
});

test.each(Object.entries(CELLS))("%s: %s", (action, cells) => {
  const may = ROLES.map((role) => (mayDo([role], action as Action) ? "x" : ".")).join(" ");
  expect(may).toBe(cells);
});

test.each(Object.entries(CELLS))(
  "over HTTP, %s is open to the same roles",
  async (action, cells) => {
    const doubles = createDoubles();
    const server = await buildServer(doubles.deps, createStreamHub(doubles.deps), {});
    const [method, url] = CALLS[action as Action];
    const seen: string[] = [];
    for (const role of ROLES) {
      const headers = { authorization: `Bearer ${role}` };
      const { statusCode } = await server.inject({ method, url, headers });
      seen.push(statusCode === 403 ? "." : "x");
    }
    await server.close();
    expect(seen.join(" ")).toBe(cells);
  },
);

test("somebody with two roles may do what either may", () => {
  expect(mayDo(["viewer", "engineer"], "dead-letters.read")).toBe(true);
});

test("life safety is shelved by admin and shift lead alone", () => {
  const may = ROLES.filter((role) => mayShelveLifeSafety([role]));
  expect(may).toEqual(["admin", "shift-lead"]);
});

test("who reported is known to acceptor, shift lead, inspector and admin alone", () => {
  const may = ROLES.filter((role) => mayKnowReporters([role]));
  expect(may).toEqual(["admin", "acceptor", "shift-lead", "inspector"]);
});
