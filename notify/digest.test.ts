import { expect, test } from "vitest";
import { digestPayload, type GatheredOrder } from "./digest.ts";

let seq = 0;
function order(
  caseNo: string,
  kind: string,
  more: object = {},
  hazards: object[] = [],
): GatheredOrder {
  seq += 1;
  const theCase = { caseNo, class: "streetlight", lon: 115.4, lat: 31.8, version: 3, ...more };
  return {
    seq,
    caseNo,
    kind,
    payload: JSON.stringify({ id: `o-${seq}`, kind, case: theCase, hazards }),
  };
}
const at = (hour: number) => ({ deadline: `2026-11-23T${hour}:00:00.000+08:00` });
const digest = (orders: GatheredOrder[]) => {
  const payload = digestPayload("digest-1", orders);
  return payload === undefined ? undefined : JSON.parse(payload);
};
const numbers = (orders: GatheredOrder[]): string[] | undefined =>
  digest(orders)?.cases.map((each: { caseNo: string }) => each.caseNo);

test("each case once, the one that is due first at the top, with what a crew needs of it", () => {
  const gas = { measurement: "ch4LelPercent", isKnown: false };
  const found = digest([
    order("c-1", "dispatched", at(15)),
    order("c-2", "dispatched", { class: "manhole-cover", address: "North Road 12", ...at(11) }, [
      gas,
    ]),
    order("c-3", "dispatched", { class: undefined }),
    order("c-1", "urged", at(15)),
  ]);
  expect(found).toEqual({
    id: "digest-1",
    kind: "digest",
    case: expect.objectContaining({ caseNo: "c-2", version: 3 }),
    hazards: [gas],
    text: {
      zh: "案卷集中，3 件合并通知，请看案卷列表。",
      en: "Many cases at once: 3 in one message; see the case list.",
    },
    count: 3,
    byClass: { streetlight: 1, "manhole-cover": 1, other: 1 },
    cases: [
      {
        caseNo: "c-2",
        kinds: ["dispatched"],
        class: "manhole-cover",
        lon: 115.4,
        lat: 31.8,
        address: "North Road 12",
        deadline: "2026-11-23T11:00:00.000+08:00",
        hazards: [gas],
      },
      expect.objectContaining({ caseNo: "c-1", kinds: ["dispatched", "urged"] }),
      { caseNo: "c-3", kinds: ["dispatched"], lon: 115.4, lat: 31.8 },
    ],
    more: 0,
  });
});

test.each([
  ["came and was withdrawn", ["dispatched", "withdrawn"], undefined],
  ["came and was closed", ["dispatched", "urged", "closed"], undefined],
  ["was known and is withdrawn", ["withdrawn"], ["c-1"]],
  ["was known and is closed", ["urged", "closed"], ["c-1"]],
  ["was withdrawn and came again", ["withdrawn", "dispatched"], ["c-1"]],
  ["was known, came again and went", ["withdrawn", "dispatched", "withdrawn"], ["c-1"]],
  ["came, went and came", ["dispatched", "withdrawn", "dispatched"], ["c-1"]],
])("a case that %s", (_title, kinds, told) => {
  expect(numbers(kinds.map((kind) => order("c-1", kind)))).toEqual(told);
});

test("what is over goes last, whatever its deadline", () => {
  expect(
    numbers([
      order("c-1", "closed", at(9)),
      order("c-2", "dispatched"),
      order("c-3", "rework", at(12)),
    ]),
  ).toEqual(["c-3", "c-2", "c-1"]);
});

test("it names thirty cases and counts the others, however many there are", () => {
  const found = digest(Array.from({ length: 400 }, (_none, n) => order(`c-${n}`, "dispatched")));
  expect(found.cases).toHaveLength(30);
  expect(found).toMatchObject({ count: 400, more: 370, byClass: { streetlight: 400 } });
  expect(found.text).toEqual({
    zh: "案卷集中，400 件合并通知，请看案卷列表。另有 370 件未列出。",
    en: "Many cases at once: 400 in one message; see the case list. And 370 more.",
  });
});
