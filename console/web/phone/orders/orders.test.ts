import { expect, test } from "vitest";
import type { CaseItem } from "../../shared/platform-types.ts";
import { added, type Entry, type Outbox, refused } from "../outbox/outbox-machine.ts";
import { sortOrders } from "./order-sort.ts";
import { predicted } from "./predict.ts";

const HERE = { lon: 115.41, lat: 31.8 };
const item = (caseNo: string, more: object = {}): CaseItem =>
  ({
    caseNo,
    state: "DISPATCHED",
    version: 4,
    crewId: "crew-1",
    lifeSafety: false,
    limit: { value: 1, unit: "working-day" },
    openedAt: "2026-11-27T08:00:00+08:00",
    ...HERE,
    ...more,
  }) as CaseItem;
const north = (metres: number) => ({ lat: HERE.lat + metres / 111_195 });

test("dangers to life stand above what is urgent, that above the nearest, and the nearest above what is due", () => {
  const items = [
    item("due", { ...north(900), deadline: "2026-11-27T09:00:00+08:00" }),
    item("near", { ...north(150), deadline: "2026-11-29T09:00:00+08:00" }),
    item("urgent", { ...north(5_000), limit: { value: 2, unit: "urgent-hour" } }),
    item("danger", { ...north(9_000), lifeSafety: true }),
  ];
  const order = (here?: typeof HERE) => sortOrders(items, here).map(({ caseNo }) => caseNo);
  expect(order(HERE)).toEqual(["danger", "urgent", "near", "due"]);
  expect(order()).toEqual(["danger", "urgent", "due", "near"]);
});

test("of two that are as near the one that is due first stands first", () => {
  const items = [
    item("later", { ...north(10), deadline: "2026-11-29T09:00:00+08:00" }),
    item("sooner", { ...north(60), deadline: "2026-11-27T09:00:00+08:00" }),
  ];
  expect(sortOrders(items, HERE)[0]?.caseNo).toBe("sooner");
});

const AT = Date.parse("2026-11-27T02:00:00Z");
const said = (event: string, more: object = {}): Omit<Entry, "status"> => ({
  id: event,
  chain: "1",
  act: { kind: "transition", caseNo: "1", event, said: more, seen: { state: "DISPATCHED" } },
  photos: [],
  at: AT,
});
const boxOf = (...events: Omit<Entry, "status">[]): Outbox => events.reduce(added, [] as Outbox);

test.each([
  ["acceptOrder", {}, { state: "DISPATCHED", acceptedAt: "2026-11-27T02:00:00.000Z" }],
  ["start", {}, { state: "HANDLING" }],
  ["arrive", {}, { arrivedAt: "2026-11-27T02:00:00.000Z" }],
  ["feedback", { outcome: "madeSafe" }, { state: "FEEDBACK", outcome: "madeSafe" }],
  ["feedback", { outcome: "notOurs" }, { state: "RETURN_REVIEW" }],
  ["return", {}, { state: "RETURN_REVIEW" }],
  ["verifyResult", {}, { state: "REPORTED" }],
  ["checkPass", {}, { state: "PENDING_CLOSE" }],
  ["rework", {}, { state: "HANDLING" }],
  ["settle", {}, { state: "CLOSED" }],
])("after %s with %j the case stands so", (event, more, stands) => {
  expect(predicted(item("1"), boxOf(said(event, more)))).toMatchObject({ ...stands, unsent: 1 });
});

test("an order that was declined is no longer the crew's; one without anything unsent is as it is", () => {
  expect(predicted(item("1"), boxOf(said("declineOrder"))).crewId).toBeUndefined();
  expect(predicted(item("2"), boxOf(said("start")))).toEqual(item("2"));
});

test("what stands behind a refused step is not taken for done", () => {
  const box = boxOf(said("start"), said("feedback"));
  const stuck = refused(box, "start", { status: 409, code: "X", message: "" });
  expect(predicted(item("1"), box).state).toBe("FEEDBACK");
  expect(predicted(item("1"), stuck)).toMatchObject({
    state: "DISPATCHED",
    unsent: 2,
    hasRefused: true,
  });
});
