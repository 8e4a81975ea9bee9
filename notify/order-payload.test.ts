import { expect, test } from "vitest";
import { AssistId } from "../model/assist.ts";
import { Case, type Order } from "../model/case.ts";
import { CaseNo, CrewId } from "../model/ids.ts";
import { timeZone } from "../model/local-time.ts";
import { crewOfTopic, orderIdOf, orderPayload, orderTopic } from "./order-payload.ts";

const NOW = Date.parse("2026-11-23T09:00+08:00");
const caseNo = CaseNo.parse("4115242026112300001");
const order: Order = {
  orderId: `${caseNo}-4-dispatched`,
  kind: "dispatched",
  crewId: CrewId.parse("crew-1"),
  caseNo,
  case: Case.parse({
    caseNo,
    kind: "component",
    categoryCode: "0102",
    conditionId: "cover-open",
    state: "DISPATCHED",
    version: 4,
    source: "sensor",
    lifeSafety: true,
    lon: 114.7,
    lat: 32.1,
    limit: { value: 2, unit: "urgent-hour" },
    openedAt: NOW,
    reworkCount: 0,
  }),
  hazards: [
    {
      measurement: "h2sPpm",
      unit: "ppm",
      value: 12,
      observedAt: NOW,
      ageMs: 0,
      isKnown: true,
      text: { zh: "硫化氢", en: "hydrogen sulphide" },
    },
    { measurement: "coPpm", unit: "ppm", isKnown: false, text: { zh: "", en: "" } },
  ],
  createdAt: NOW,
};

test("an order is id, kind, case and hazards, with times that people can read", () => {
  const payload = orderPayload(order, ({ state }) => ({ state }), timeZone("Asia/Shanghai"));
  expect(JSON.parse(payload)).toEqual({
    id: "4115242026112300001-4-dispatched",
    kind: "dispatched",
    case: { state: "DISPATCHED" },
    hazards: [
      {
        measurement: "h2sPpm",
        unit: "ppm",
        value: 12,
        observedAt: "2026-11-23T09:00:00.000+08:00",
        ageMs: 0,
        isKnown: true,
        text: { zh: "硫化氢", en: "hydrogen sulphide" },
      },
      { measurement: "coPpm", unit: "ppm", isKnown: false, text: { zh: "", en: "" } },
    ],
  });
  expect(orderIdOf(Buffer.from(payload))).toBe(order.orderId);
});

test.each(["", "{", "[]", "null", "{}", '{"id":7}', "\u0000"])(
  "what is no order of ours has no id: %j",
  (payload) => {
    expect(orderIdOf(Buffer.from(payload))).toBeUndefined();
  },
);

test("only a crew's own topic is a crew's", () => {
  expect(crewOfTopic(orderTopic("crew-1"))).toBe("crew-1");
  expect(crewOfTopic("v1/crews/crew-1/position")).toBeUndefined();
  expect(crewOfTopic("v1/crews/a/b/cases")).toBeUndefined();
  expect(crewOfTopic("x/v1/crews/a/cases")).toBeUndefined();
});

test("an order to an assisting crew carries its sub-task with the time that it is due", () => {
  const assistId = AssistId.parse(`${caseNo}-a1`);
  const assist = { assistId, task: "cut the power", deadline: NOW };
  const view = ({ state }: Case) => ({ state });
  const payload = orderPayload({ ...order, assist }, view, timeZone("Asia/Shanghai"));
  expect(JSON.parse(payload)).toMatchObject({
    case: { state: "DISPATCHED" },
    assist: { assistId, task: "cut the power", deadline: "2026-11-23T09:00:00.000+08:00" },
  });
});

test("an order of a drill says so, in a field and in words", () => {
  const drill = { ...order, case: { ...order.case, isDrill: true } };
  const payload = orderPayload(drill, () => ({}), timeZone("Asia/Shanghai"));
  expect(JSON.parse(payload)).toMatchObject({
    isDrill: true,
    text: expect.stringContaining("【演练 DRILL】"),
  });
});
