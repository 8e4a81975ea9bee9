/**
 * Device-repair tasks: what alarms make of them inside a transaction, told once or again; and at
 * the running platform, from a reading to the API and back.
 */
import { describe, expect, test } from "vitest";
import type { AlarmHappening } from "../model/alarm.ts";
import { MINUTE_MS } from "../model/clock.ts";
import type { DeviceTask } from "../model/device-task.ts";
import { AlarmId, RuleId, UnitId } from "../model/ids.ts";
import { ADMIN, MONDAY, openCaseDesk, person } from "./support/case-desk.ts";
import { connect, foundCity } from "./support/city.ts";
import { signIn, startPlatform, until } from "./support/platform.ts";

const LATER = MONDAY + MINUTE_MS;

describe("in the alarms' transaction", () => {
  const { desk, raised, tell, reopen } = openCaseDesk();

  function battery(assetId = "cover-1", at = MONDAY, alarmId?: string): AlarmHappening {
    const { alarm } = raised(assetId, undefined, at);
    const ruleId = RuleId.parse("manhole-cover.battery-low");
    const id = AlarmId.parse(alarmId ?? `battery-${assetId}-${at}`);
    return {
      kind: "raised",
      at,
      alarm: { ...alarm, alarmId: id, ruleId, severity: "notice", raisedAt: at },
    };
  }
  const over = (happening: AlarmHappening, at: number): AlarmHappening => ({
    ...happening,
    kind: "returned",
    at,
  });
  const list = (filter: object = {}) => desk.cases.tasks.list(desk.database.reader, filter);
  const tasks = async (filter: object = {}): Promise<DeviceTask[]> => (await list(filter)).items;
  const end = (taskId: string, actor = ADMIN, note?: string) =>
    desk.database.transaction((tx) => desk.cases.tasks.done(tx, { taskId, note }, actor, LATER));

  test("an alarm of a device fault opens a task and no case; one of any other rule opens none", async () => {
    await tell([battery(), raised("cover-2", "cover-open"), raised("cover-2", undefined)]);
    expect(await tasks()).toEqual([
      {
        taskId: `task-battery-cover-1-${MONDAY}`,
        kind: "battery-low",
        deviceId: "cover-1-sensor",
        assetId: "cover-1",
        ruleId: "manhole-cover.battery-low",
        alarmId: `battery-cover-1-${MONDAY}`,
        severity: "notice",
        state: "open",
        openedAt: MONDAY,
        count: 1,
      },
    ]);
    const { items } = await desk.cases.list(desk.database.reader, {});
    expect(items.map(({ assetId }) => assetId)).toEqual(["cover-2"]);
  });

  function chattering(at: number, conditionId?: string, count = 5): AlarmHappening {
    const happening = raised("cover-1", conditionId, at);
    return { ...happening, chatter: { count, overMs: 9 * MINUTE_MS } };
  }

  test("an alarm that chatters opens one task of that kind, whatever its rule, beside its case", async () => {
    await tell([chattering(MONDAY, "cover-open")]);
    const [task] = await tasks();
    expect(task).toMatchObject({ kind: "chatter", state: "open", count: 5, openedAt: MONDAY });
    expect(task?.taskId).toMatch(/^task-chatter-/);
    expect((await desk.cases.list(desk.database.reader, {})).items).toHaveLength(1);
  });

  test("told again chatter changes nothing; more of it joins; over and over it stays open", async () => {
    const [first, second] = [chattering(MONDAY), chattering(LATER, undefined, 6)];
    await tell([first, first, over(first, MONDAY + 1)]);
    await tell([second, second, over(second, LATER + 1)]);
    expect(await tasks()).toMatchObject([{ kind: "chatter", state: "open", count: 6 }]);
  });

  test("a device fault that chatters has two tasks; the end of the alarm ends the fault's own", async () => {
    const fault = { ...battery(), chatter: { count: 5, overMs: MINUTE_MS } };
    await tell([fault, over(fault, LATER)]);
    const found = (await tasks()).map(({ kind, state }) => `${kind} ${state}`);
    expect(found.sort()).toEqual(["battery-low done", "chatter open"]);
  });

  test("once a person has ended it, chatter told again opens none, further chatter another", async () => {
    const first = chattering(MONDAY);
    await tell([first]);
    const [task] = await tasks();
    await end(task?.taskId ?? "", ADMIN, "new seal");
    await tell([first]);
    expect(await tasks({ state: "open" })).toEqual([]);
    await tell([chattering(LATER)]);
    expect(await tasks({ state: "open" })).toMatchObject([{ kind: "chatter", openedAt: LATER }]);
  });

  test("an alarm that was raised for a case stays one, whatever its rule has become", async () => {
    const before = battery();
    await tell([{ ...before, alarm: { ...before.alarm, conditionId: "cover-open" } }]);
    expect(await tasks()).toEqual([]);
    expect((await desk.cases.list(desk.database.reader, {})).items).toHaveLength(1);
  });

  test("the system ends it when the alarm is over, and the next alarm opens another", async () => {
    const first = battery();
    await tell([first, over(first, LATER)]);
    await tell([battery("cover-1", LATER + 1)]);
    const [open, done] = await tasks();
    expect(open).toMatchObject({ state: "open", openedAt: LATER + 1 });
    expect(done).toMatchObject({ state: "done", doneAt: LATER, doneBy: "system" });
  });

  test("a further alarm while it is open joins and counts, and keeps it open", async () => {
    const [first, second] = [battery(), battery("cover-1", LATER)];
    await tell([first, second, over(first, LATER + 1)]);
    expect(await tasks()).toMatchObject([{ state: "open", count: 2, openedAt: MONDAY }]);
    await tell([over(second, LATER + 2)]);
    expect(await tasks()).toMatchObject([{ state: "done", doneAt: LATER + 2 }]);
  });

  test("told again, alarms change nothing", async () => {
    const [first, second, third] = [
      battery(),
      battery("cover-1", LATER),
      battery("cover-1", LATER + 1),
    ];
    const all = [first, over(first, LATER - 1), second, third];
    await tell(all);
    const before = await tasks();
    expect(before).toMatchObject([{ state: "open", count: 2 }, { state: "done" }]);
    await tell(all);
    await reopen();
    await tell([first, second]);
    expect(await tasks()).toEqual(before);
  });

  test("ended by hand it says who and why, again changes nothing, nor does the alarm's own end", async () => {
    const alarm = battery();
    await tell([alarm]);
    const [task] = await tasks();
    const done = await end(task?.taskId ?? "", ADMIN, "new battery");
    expect(done).toMatchObject({ state: "done", doneAt: LATER, doneBy: "a-admin" });
    expect(done.note).toBe("new battery");
    expect(await end(done.taskId, person("engineer"), "me too")).toEqual(done);
    await tell([alarm, over(alarm, LATER + 1)]);
    expect(await tasks()).toEqual([done]);
    await expect(end("task-9")).rejects.toMatchObject({ code: "TASK_NOT_FOUND" });
  });

  test.each([
    ["an engineer", "cover-1", person("engineer"), true],
    ["the unit that maintains it", "cover-1", person("unit", { unitId: "drains" }), true],
    ["a unit above it", "cover-1", person("unit", { unitId: "city" }), true],
    ["another unit", "cover-1", person("unit", { unitId: "centre" }), false],
    ["a unit, where nobody maintains it", "cover-3", person("unit", { unitId: "city" }), false],
    ["a viewer", "cover-1", person("viewer"), false],
  ])("%s may end the task of %s: %s", async (_who, assetId, actor, may) => {
    await tell([battery(assetId)]);
    const [task] = await tasks();
    const unitId = UnitId.optional().parse((actor as { unitId?: string }).unitId);
    const ended = end(task?.taskId ?? "", { ...actor, ...(unitId && { unitId }) });
    if (may) expect(await ended).toMatchObject({ state: "done" });
    else await expect(ended).rejects.toMatchObject({ code: "ROLE_REFUSED" });
  });

  test("the list has filters and pages, the newest first", async () => {
    const alarms = ["cover-1", "cover-2", "cover-3"].map((id, n) => battery(id, MONDAY + n));
    await tell(alarms);
    await tell([over(alarms[0] as AlarmHappening, LATER)]);
    const assetsOf = async (filter: object) =>
      (await tasks(filter)).map(({ assetId }) => String(assetId));
    expect(await assetsOf({})).toEqual(["cover-3", "cover-2", "cover-1"]);
    expect(await assetsOf({ state: "open" })).toEqual(["cover-3", "cover-2"]);
    expect(await assetsOf({ state: "done" })).toEqual(["cover-1"]);
    expect(await assetsOf({ assetId: "cover-2" })).toEqual(["cover-2"]);
    expect(await assetsOf({ deviceId: "cover-3-sensor" })).toEqual(["cover-3"]);
    expect(await assetsOf({ kind: "no-data" })).toEqual([]);
    const page = await list({ limit: 2 });
    expect(page.items).toHaveLength(2);
    expect(await assetsOf({ limit: 2, cursor: page.next })).toEqual(["cover-1"]);
    expect((await list({ limit: 2, cursor: page.next })).next).toBeUndefined();
    await expect(list({ cursor: "x" })).rejects.toMatchObject({ code: "REQUEST_INVALID" });
  });
});

test("at the running platform a weak battery is a task of the API, which a restart keeps", async () => {
  const rig = await startPlatform();
  const city = await foundCity(rig.api);
  const key = await city.addDevice("waste-bin", "bin-1");
  const client = await connect(rig.ports.mqtt ?? 0, "bin-1", key);
  const topic = "v1/waste-bin/bin-1/telemetry";
  await client.publishAsync(topic, '{"values":{"batteryPercent":9}}', { qos: 1 });
  const open = async (api = rig.api) =>
    (await api.get<{ items: DeviceTask[] }>("/api/v1/tasks?state=open")).body.items;
  const [task] = await until(async () => {
    const found = await open();
    return found.length > 0 && found;
  }, "the task");
  expect(task).toMatchObject({ kind: "battery-low", deviceId: "bin-1", assetId: "asset-of-bin-1" });
  expect((await rig.api.get<{ items: unknown[] }>("/api/v1/cases")).body.items).toEqual([]);
  await client.endAsync(true);
  await rig.stop("keep");

  const again = await startPlatform({}, rig.directory);
  try {
    expect(await open(again.api)).toEqual([task]);
    for (const role of ["unit", "viewer"]) {
      const more = { username: `a-${role}`, password: `${role}-password`, roles: [role] };
      await again.api.post("/api/v1/users", {
        ...more,
        ...(role === "unit" && { unitId: "works" }),
      });
    }
    const viewer = await signIn(again.ports.http, "a-viewer", "viewer-password");
    const path = `/api/v1/tasks/${task?.taskId}/done`;
    expect(await viewer.post(path, {})).toMatchObject({ status: 403 });
    const unit = await signIn(again.ports.http, "a-unit", "unit-password");
    expect(await unit.post(path, { note: "changed" })).toMatchObject({
      status: 200,
      body: { state: "done", doneBy: "a-unit", note: "changed" },
    });
    expect(await open(again.api)).toEqual([]);
  } finally {
    await again.stop();
  }
});
