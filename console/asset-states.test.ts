import { expect, test } from "vitest";
import type { AlarmState } from "../model/alarm.ts";
import { assetsInState } from "./asset-states.ts";
import { createDoubles } from "./doubles.ts";
import { SAMPLE_ALARM, SAMPLE_CASE } from "./samples.ts";

test("assets with an alarm are those of every state in which one stands or waits, over all pages", async () => {
  const { deps } = createDoubles();
  const asked: (AlarmState | undefined)[] = [];
  deps.alarms.list = ({ state, cursor }) => {
    asked.push(state);
    const assetId = `${state}-${cursor ?? "1"}`;
    const items = [{ ...SAMPLE_ALARM, assetId: assetId as typeof SAMPLE_ALARM.assetId }];
    return cursor === undefined && state === "latched" ? { items, next: "2" } : { items };
  };
  expect([...(await assetsInState(deps, "alarm"))].sort()).toEqual([
    ...["acknowledged-1", "latched-1", "latched-2", "returned-1", "unacknowledged-1"],
  ]);
  expect(asked).not.toContain(undefined);
});

test("assets with a case are those of open ones", async () => {
  const { deps } = createDoubles();
  const item = { ...SAMPLE_CASE, assetId: SAMPLE_ALARM.assetId };
  deps.cases.list = async ({ status }) => ({ items: status === "open" ? [SAMPLE_CASE, item] : [] });
  expect([...(await assetsInState(deps, "case"))]).toEqual([item.assetId]);
});
