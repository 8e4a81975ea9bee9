/** Happenings as points: what is written, once, also after a server was away, on a real database. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentDevices } from "../app/happening-counts.ts";
import { createHappenings, type HappeningDeps } from "../app/happenings.ts";
import { allMigrations } from "../app/migrations.ts";
import { createDatabase, type DatabaseDoor } from "../database/database.ts";
import { pointLine } from "../ingest/store/influx/influx-store.ts";
import type { AlarmHappening } from "../model/alarm.ts";
import { classBySlug } from "../model/asset-classes/all.ts";
import { MINUTE_MS, manualClock } from "../model/clock.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { Asset, DeviceEntry } from "../model/registry.ts";
import { type ChannelServer, startChannelServer } from "./support/channel-server.ts";
import { until } from "./support/platform.ts";

const NOW = Date.parse("2026-11-27T08:00:00+08:00");
let directory: string;
let database: DatabaseDoor;
let server: ChannelServer;
let isAway = false;
let isHanging = false;
/** What the server takes no body with. */
let poison: string | undefined;
/** Bodies that the server has taken. */
let taken: string[] = [];

beforeEach(async () => {
  [isAway, isHanging, poison, taken] = [false, false, undefined, []];
  directory = mkdtempSync(join(tmpdir(), "gridwarden-happenings-"));
  const common = { log: silentLog, metrics: memoryMetrics() };
  database = createDatabase(common, { file: join(directory, "db.sqlite") });
  await database.open(allMigrations);
  server = await startChannelServer(({ body }) => {
    if (isHanging) return "never";
    if (isAway) return { status: 503 };
    if (poison !== undefined && body.includes(poison)) {
      return {
        status: 400,
        body: '{"error":"partial write: points beyond retention policy dropped=1"}',
      };
    }
    taken.push(body);
    return { status: 204, body: "" };
  });
});
afterEach(async () => {
  await database.close();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

const clock = manualClock(NOW);

function start(more: Partial<HappeningDeps> = {}) {
  return createHappenings(
    {
      ...{ database, clock, log: silentLog },
      registry: { asset: () => undefined, devices: () => [], devicesOf: () => [] },
      ...{
        assetPages: () => [],
        latest: () => [],
        usualSkewMs: () => 0,
        classBySlug,
        zone: timeZone("Asia/Shanghai"),
      },
      isLatestKnown: () => true,
      titles: { rule: () => ({ zh: "水位高" }), condition: () => undefined },
      silentDevices: async () => new Set<string>(),
      figures: () => ({ journaled: 3 }),
      ...more,
    },
    { url: server.url, bucket: "city", version: 1 },
  );
}

const happening = (kind: AlarmHappening["kind"], at: number): AlarmHappening =>
  ({
    ...{ kind, at },
    alarm: {
      ...{ alarmId: "a-1", ruleId: "level", assetId: "well-1", class: "manhole-cover" },
      ...{ severity: "major", evidence: { value: 1.5 } },
    },
  }) as unknown as AlarmHappening;

const linesOf = (name: string): string[] =>
  taken.flatMap((body) => body.split("\n")).filter((line) => line.startsWith(name));

test("a point is escaped, and tells apart what happened in one millisecond", () => {
  const line = pointLine({
    name: "alarm",
    tags: { street: "", rule: "a b,c=d", class: "lamp" },
    fields: { title: 'say "x"\\\nand more', value: 1.5, gone: undefined },
    at: 1_700_000_000_000,
    seq: 1_000_042,
  });
  expect(line).toBe(
    'alarm,class=lamp,rule=a\\ b\\,c\\=d title="say \\"x\\"\\\\ and more",value=1.5 1700000000000000042',
  );
});

test("what an alarm did while the server was away is written when it is back, once and in order", async () => {
  isAway = true;
  const happenings = start();
  happenings.start();
  const steps = [happening("raised", NOW), happening("cleared", NOW + 5)];
  for (const step of steps) await database.transaction((tx) => happenings.save(tx, [step]));
  clock.set(NOW + 2_000);
  await until(() => server.asked.some(({ body }) => body.startsWith("alarm")), "a try");
  isAway = false;
  for (let second = 3; second < 8; second += 1) {
    clock.set(NOW + second * 1_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  await until(
    async () => (await database.reader.all("select * from happening_lines")).length === 0,
    "the alarm",
  );
  await happenings.stop();
  expect(linesOf("alarm")).toEqual([
    expect.stringMatching(
      /^alarm,asset=well-1,class=manhole-cover,event=raised,rule=level,severity=major alarm="a-1",title="水位高",value=1.5 1795737600000\d{6}$/,
    ),
    expect.stringContaining("event=cleared"),
  ]);
  expect(await database.reader.all("select * from happening_lines")).toEqual([]);
});

test("a line that the server refuses is left out alone, and nothing behind it waits", async () => {
  poison = "event=cleared";
  const happenings = start();
  const steps = [
    happening("raised", NOW),
    happening("cleared", NOW + 5),
    happening("raised", NOW + 9),
  ];
  await database.transaction((tx) => happenings.save(tx, steps));
  happenings.start();
  clock.set(clock.now() + 2_000);
  // Stopped before an answer it would write them again at the next start.
  await until(
    async () => (await database.reader.all("select * from happening_lines")).length === 0,
    "all to be written or left out",
  );
  await happenings.stop();
  expect(linesOf("alarm")).toHaveLength(2);
  expect(linesOf("alarm").every((line) => line.includes("event=raised"))).toBe(true);
});

async function putStep(caseNo: string, chainSeq: number, body: object): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.run(
      `insert into cases (case_no, version, state, is_open, condition_id, opened_at, body)
       values (?, 1, 'HANDLING', 1, 'x', 0, ?)`,
      [caseNo, JSON.stringify(body)],
    );
    await tx.run(
      `insert into case_history (case_no, seq, event, to_state, actor, role, at, chain_seq)
       values (?, 1, 'dispatch', 'DISPATCHED', 'x', 'x', ?, ?)`,
      [caseNo, NOW, chainSeq],
    );
  });
}

const STEP = { unitId: "works", class: "lamp", lifeSafety: false, source: "sensor", openedAt: NOW };

test.each([
  ["is not noted", 0],
  ["is written and not kept as written", 1],
])(
  "a case's step that %s at once stands there once, though the case has changed",
  async (_, failing) => {
    await putStep("1", 1, STEP);
    let transactions = 0;
    const flaky: HappeningDeps["database"] = {
      reader: database.reader,
      async transaction(work) {
        transactions += 1;
        if (transactions === failing + 1) throw new Error("the database is away");
        return await database.transaction(work);
      },
    };
    const happenings = start({ database: flaky });
    happenings.start();
    clock.set(clock.now() + 1_000);
    await until(() => transactions === failing + 1, "the fault");
    await database.transaction((tx) =>
      tx.run("update cases set body = ?", [
        JSON.stringify({ ...STEP, unitId: "parks", class: "tree" }),
      ]),
    );
    await until(() => {
      clock.set(clock.now() + 1_000);
      return transactions >= 3 && linesOf("case_event").length === 1 + failing;
    }, "the step");
    await happenings.stop();
    expect(new Set(linesOf("case_event")).size).toBe(1);
    const [cursor] = await database.reader.all("select chain_seq from happening_cursor");
    expect(cursor).toEqual({ chain_seq: 1 });
  },
);

test("a server that never answers holds no stop up", async () => {
  isHanging = true;
  const happenings = start();
  await database.transaction((tx) => happenings.save(tx, [happening("raised", NOW)]));
  happenings.start();
  clock.set(clock.now() + 2_000);
  await until(() => server.asked.length > 0, "a try");
  const stopped = happenings.stop().then(() => "stopped");
  const waited = new Promise((resolve) => setTimeout(resolve, 5_000, "hanging"));
  expect(await Promise.race([stopped, waited])).toBe("stopped");
  expect(await database.reader.all("select * from happening_lines")).toHaveLength(1);
});

test("a count that is gone while the server is away is told as 0 when it is back", async () => {
  await putAlarm("1", {});
  const happenings = start();
  happenings.start();
  await until(() => linesOf("standing").length > 0, "the first count");
  isAway = true;
  await database.transaction((tx) => tx.run("update alarms set state = 'normal'"));
  const asked = server.asked.length;
  clock.set(clock.now() + 2 * MINUTE_MS);
  await until(() => server.asked.length > asked, "a try");
  await new Promise((resolve) => setTimeout(resolve, 100));
  isAway = false;
  await until(() => {
    clock.set(clock.now() + MINUTE_MS);
    return linesOf("standing").some((line) => line.includes("alarms=0"));
  }, "the 0");
  await happenings.stop();
});

test("a count that is gone is told as 0 once, and then no more", async () => {
  const putCase = (no: string, more: object) =>
    database.transaction((tx) =>
      tx.run(
        `insert into cases (case_no, version, state, is_open, condition_id, opened_at, body)
         values (?, 1, 'HANDLING', 1, 'x', 0, ?)`,
        [no, JSON.stringify({ unitId: "works", class: "lamp", lifeSafety: false, ...more })],
      ),
    );
  await putCase("1", { deadline: NOW - 1 });
  await putCase("2", { deadline: NOW + 90 * MINUTE_MS, lifeSafety: true });
  await putCase("3", { isDrill: true });
  const happenings = start();
  happenings.start();
  await until(() => linesOf("work").length === 1, "the first count");
  await database.transaction((tx) => tx.run("update cases set is_open = 0"));
  for (const minute of [1, 2]) {
    clock.set(clock.now() + minute * MINUTE_MS);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await happenings.stop();
  const without = (name: string) => linesOf(name).map((line) => line.replace(/ \d+$/, ""));
  expect(without("totals").slice(0, 2)).toEqual([
    "totals open=2,overdue=1,due_soon=1,life_safety=1,alarms=0,raised=0",
    "totals open=0,overdue=0,due_soon=0,life_safety=0,alarms=0,raised=0",
  ]);
  const counted = without("work");
  expect(counted).toEqual([
    "work,class=lamp,state=HANDLING,unit=works open=2,overdue=1,due_soon=1,life_safety=1",
    "work,class=lamp,state=HANDLING,unit=works open=0,overdue=0,due_soon=0,life_safety=0",
  ]);
});

const putAlarm = (id: string, more: { state?: string; raisedAt?: number; severity?: string }) => {
  const { state = "unacknowledged", raisedAt = NOW, severity = "major" } = more;
  return database.transaction((tx) =>
    tx.run(
      `insert into alarms (alarm_id, rule_id, rule_version, asset_id, device_id, class, severity,
         life_safety, state, raised_at) values (?, 'waste-bin.full', 1, 'bin-1', ?, 'waste-bin', ?, 0, ?, ?)`,
      [id, `device-${id}`, severity, state, raisedAt],
    ),
  );
};

test("alarms are counted as they stand, and once as raised, though they are over", async () => {
  await putAlarm("1", { raisedAt: clock.now() - 5 * MINUTE_MS });
  await putAlarm("2", { raisedAt: clock.now() + 20_000, state: "normal" });
  const happenings = start();
  happenings.start();
  await until(() => linesOf("standing").length === 1, "the first count");
  await until(() => {
    clock.set(clock.now() + MINUTE_MS);
    return linesOf("standing").length > 3;
  }, "further counts");
  await happenings.stop();
  const counts = linesOf("standing").map((line) => line.replace(/ \d+$/, ""));
  expect(counts.filter((line) => line.endsWith("raised=1"))).toHaveLength(1);
  expect(new Set(counts)).toEqual(
    new Set([
      "standing,class=waste-bin,severity=major alarms=1,raised=0",
      "standing,class=waste-bin,severity=major alarms=1,raised=1",
    ]),
  );
});

test("the city is counted when its newest values are known, by class and street, and what needs hands has a place on the map", async () => {
  await putAlarm("1", {});
  for (const [version, labels, trues] of [
    [1, 20, 1],
    [2, 4, 3],
  ]) {
    await database.transaction((tx) =>
      tx.run("insert into rule_trust values ('waste-bin.full', ?, ?, ?, 0)", [
        ...[version ?? 0, labels ?? 0, trues ?? 0],
      ]),
    );
  }
  const common = { class: "waste-bin", gridCell: "41152400100101", lon: 115.4, lat: 31.8 };
  const bins = ["bin-1", "bin-2"].map((assetId) => ({ ...common, assetId })) as Asset[];
  const [bin] = bins;
  let isLatestKnown = false;
  const happenings = start({
    isLatestKnown: () => isLatestKnown,
    assetPages: () => [bins],
    registry: {
      asset: (assetId) => (assetId === "bin-1" ? bin : undefined),
      devices: () => [],
      devicesOf: (assetId) => (assetId === "bin-1" ? [{} as DeviceEntry] : []),
    },
  });
  happenings.start();
  clock.set(clock.now() + 1_000);
  await new Promise((resolve) => setTimeout(resolve, 100));
  clock.set(clock.now() + 6 * MINUTE_MS);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(linesOf("assets")).toEqual([]);
  isLatestKnown = true;
  await until(() => {
    clock.set(clock.now() + 1_000);
    return linesOf("rule_precision").length === 1;
  }, "the last of it");
  await happenings.stop();
  const [counted = ""] = linesOf("assets");
  expect(counted).toMatch(
    /^assets,class=waste-bin,street=411524001 assets=2,fitted=1,alarmed=1,rule_/,
  );
  expect(counted).toContain("rule_full=1,");
  expect(counted).toContain("rule_not-emptied=0,");
  expect(linesOf("rule_precision")[0]).toMatch(
    /^rule_precision,rule=waste-bin.full labels=4,precision=0.75 /,
  );
  expect(linesOf("place")[0]).toMatch(
    /^place,class=waste-bin,street=411524001 lon=115.4,lat=31.8,severity=3,alarms=1,cases=0,life_safety=0,asset="bin-1",caseNo="" /,
  );
});

test("a device is silent while an alarm of silence stands", async () => {
  const put = (id: string, ruleId: string, state: string) =>
    database.transaction((tx) =>
      tx.run(
        `insert into alarms (alarm_id, rule_id, rule_version, asset_id, device_id, class, severity,
           life_safety, state, raised_at) values (?, ?, 1, 'a', ?, 'lamp', 'minor', 0, ?, ?)`,
        [id, ruleId, `device-${id}`, state, Number(id)],
      ),
    );
  await put("1", "lamp-silent", "unacknowledged");
  await put("2", "lamp-silent", "normal");
  await put("3", "lamp-hot", "unacknowledged");
  const rules = [{ ruleId: "lamp-silent", family: "silent" }, { ruleId: "lamp-hot" }];
  const found = await silentDevices(database.reader, rules as never);
  expect([...found]).toEqual(["device-1"]);
});
