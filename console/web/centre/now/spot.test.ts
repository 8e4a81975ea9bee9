import { expect, test } from "vitest";
import { spotOf, spotQuery } from "./spot.ts";

test("a place is read as it was written into the address", () => {
  const spot = { lon: 115.4108, lat: 31.8012, name: "North Road, 12" };
  expect(spotOf(new URLSearchParams(spotQuery(spot)))).toEqual(spot);
  expect(spotOf(new URLSearchParams("at=115.4,31.8"))).toMatchObject({ name: "115.4, 31.8" });
});

test.each(["", "at=", "at=115.4", "at=,31.8", "at=181,31", "at=115,91", "at=a,b", "at=1,2,3"])(
  "'%s' says no place",
  (address) => {
    expect(spotOf(new URLSearchParams(address))).toBeUndefined();
  },
);

test("a place that is left takes all of it out of the address", () => {
  expect(spotQuery(undefined)).toEqual({ case: "", asset: "", at: "", name: "" });
});
