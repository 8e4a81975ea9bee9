/** A case of a fault that many share: who is below it, one order, and who gets a case of its own. */
import { expect, test } from "vitest";
import type { AlarmHappening } from "../model/alarm.ts";
import { MINUTE_MS } from "../model/clock.ts";
import { GatewayId } from "../model/ids.ts";
import { MONDAY, openCaseDesk } from "./support/case-desk.ts";

const { desk, get, raised, tell } = openCaseDesk();

/** An asset's own alarm, of those below it. */
function shared(members: readonly AlarmHappening[]): AlarmHappening {
  const happening = raised("cover-1", "cover-rattle");
  const { deviceId: _none, ...alarm } = happening.alarm;
  return { ...happening, alarm, members: members.map((each) => each.alarm) };
}

const below = (assetId: string): AlarmHappening => raised(assetId, "cover-open");

test("is one case with one order, which says how many share it", async () => {
  const members = [below("cover-2"), below("cover-3")];
  const happening = { ...shared(members) };
  happening.alarm = { ...happening.alarm, conditionId: "cover-open" };
  const effects = await tell([happening]);
  expect(effects.changed).toHaveLength(1);
  expect(effects.orders).toMatchObject([{ kind: "dispatched", case: { memberCount: 2 } }]);
  const found = await get(effects.orders[0]?.caseNo ?? "");
  expect(found.evidence).toHaveLength(1);
  expect(found.evidence[0]).not.toHaveProperty("deviceId");
  expect(found.members).toMatchObject([
    { assetId: "cover-2", deviceId: "cover-2-sensor", joinedAt: MONDAY },
    { assetId: "cover-3" },
  ]);
});

test("whoever comes later joins it: no further order, no other version, each once", async () => {
  const first = shared([below("cover-2")]);
  const [opened] = (await tell([first])).changed;
  const later = [below("cover-3").alarm, below("cover-2").alarm];
  const joined: AlarmHappening = {
    ...first,
    kind: "joined",
    at: MONDAY + MINUTE_MS,
    members: later,
  };
  const effects = await tell([joined, joined]);
  expect(effects.orders).toEqual([]);
  expect(effects.changed).toMatchObject([{ memberCount: 2, version: opened?.version }]);
  const { members } = await get(opened?.caseNo ?? "");
  expect(members.map(({ assetId }) => assetId)).toEqual(["cover-2", "cover-2", "cover-3"]);
});

test("what is still bad afterwards gets a case of its own, which says where it comes from", async () => {
  const lamp = below("cover-2");
  const [common] = (await tell([shared([lamp])])).changed;
  const [own] = (await tell([lamp])).changed;
  expect(own).toMatchObject({ assetId: "cover-2", state: "DISPATCHED" });
  expect((await get(own?.caseNo ?? "")).history[0]?.note).toContain(
    `still bad after the fault of case '${common?.caseNo}'`,
  );
  expect((await get(common?.caseNo ?? "")).members).toMatchObject([{ splitCaseNo: own?.caseNo }]);
});

test("what is still bad and joins a case that is open already says so, too", async () => {
  const lamp = below("cover-2");
  const [common] = (await tell([shared([lamp])])).changed;
  const [open] = (await tell([below("cover-2")])).changed;
  await tell([lamp]);
  const { members } = await get(common?.caseNo ?? "");
  expect(members).toMatchObject([{ assetId: "cover-2", splitCaseNo: open?.caseNo }]);
});

test("a gateway's alarm is a task and no case, and so are those that join it", async () => {
  const silent = raised("cover-1", undefined);
  const { deviceId: _device, assetId: _asset, ...alarm } = silent.alarm;
  const ruleId = "manhole-cover.no-data" as typeof alarm.ruleId;
  const gateway = { ...alarm, ruleId, gatewayId: GatewayId.parse("gw-1"), class: "gateway" };
  const members = [raised("cover-2", undefined).alarm];
  await tell([{ ...silent, alarm: gateway, members }]);
  await tell([{ ...silent, kind: "joined", alarm: gateway, members }]);
  const { items } = await desk.cases.tasks.list(desk.database.reader, {});
  expect(items).toMatchObject([{ gatewayId: "gw-1", state: "open", count: 1 }]);
  expect(items[0]).not.toHaveProperty("assetId");
  expect((await desk.cases.list(desk.database.reader, {})).items).toEqual([]);
  await tell([{ ...silent, kind: "returned", at: MONDAY + MINUTE_MS, alarm: gateway }]);
  const after = await desk.cases.tasks.list(desk.database.reader, { state: "done" });
  expect(after.items).toMatchObject([{ doneBy: "system" }]);
});
