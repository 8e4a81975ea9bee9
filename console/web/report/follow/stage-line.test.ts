import { expect, test } from "vitest";
import { PUBLIC_STAGES } from "../../../../model/question.ts";
import { stageLine } from "./stage-line.ts";

const upTo = (count: number) =>
  PUBLIC_STAGES.slice(0, count).map((stage) => ({ stage, at: stage }));
const marks = (count: number, standing: Parameters<typeof stageLine>[0]["standing"]) =>
  stageLine({ stages: upTo(count), standing }).map(({ mark }) => mark);

test.each([
  [1, "done next open open"],
  [2, "done next open open"],
  [3, "done now open open"],
  [4, "done now open open"],
  [5, "done done now open"],
  [6, "done done done now"],
])("with %i of seven stages the line is %s", (count, line) => {
  expect(marks(count, "underWay").join(" ")).toBe(line);
});

test("what has ended goes on nowhere, and each step has the hour of its stage", () => {
  expect(marks(7, "closed")).toEqual(["done", "done", "done", "done"]);
  expect(marks(1, "notAccepted")).toEqual(["done", "open", "open", "open"]);
  expect(stageLine({ stages: upTo(7), standing: "closed" }).map(({ at }) => at)).toEqual([
    "found",
    "reportedBack",
    "verified",
    "closed",
  ]);
});
