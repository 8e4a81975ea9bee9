import { expect, test } from "vitest";
import { PlaceId } from "../model/place.ts";
import { createPlaceNames } from "./place-names.ts";

function namesWith(rows: Record<string, string[]>) {
  const names = createPlaceNames();
  for (const [placeId, [name = "", ...aliases]] of Object.entries(rows)) {
    names.put({ placeId: PlaceId.parse(placeId), name, aliases });
  }
  return names;
}

const names = namesWith({
  road: ["建设路"],
  "road-3": ["建设路3号"],
  cross: ["中山路", "老街"],
  lamp: ["LD-12"],
  "twin-1": ["光明小区"],
  "twin-2": ["光明小区"],
});

test.each([
  ["建设路 88 号", ["road"]],
  // Wide digits, and the road within the longer name is not meant.
  ["城关镇建设路 ３ 号门前", ["road-3"]],
  ["建设路与中山路交叉口", ["road", "cross"]],
  ["老街东头", ["cross"]],
  ["灯杆 ld-12 旁", ["lamp"]],
  ["灯杆 LD-123 旁", []],
  ["OLD-12", []],
  ["光明小区", ["twin-1", "twin-2"]],
  ["建设", []],
  ["", []],
])("'%s' names %j", (address, placeIds) => {
  expect(names.inAddress(address)).toEqual(placeIds);
});

test("what is renamed or removed is found no more under its former name", () => {
  const few = namesWith({ a: ["东门", "城门"], b: ["东门"] });
  few.put({ placeId: PlaceId.parse("a"), name: "西门" });
  expect(few.inAddress("东门到西门")).toEqual(["b", "a"]);
  few.remove("b");
  few.remove("b");
  expect([few.inAddress("东门"), few.inAddress("城门"), few.inAddress("西门")]).toEqual([
    [],
    [],
    ["a"],
  ]);
});
