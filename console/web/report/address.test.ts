import { expect, test } from "vitest";
import { hrefOf, type Where, whereOf } from "./address.ts";

test.each<[string, Where]>([
  ["", { kind: "form" }],
  ["#code=4115240102000001", { kind: "form", code: "4115240102000001" }],
  ["#no=7CHV011R2HS", { kind: "follow", publicNo: "7CHV011R2HS" }],
  ["#no=7CHV011R2HS&t=a_b-c", { kind: "follow", publicNo: "7CHV011R2HS", link: "a_b-c" }],
  ["#no=", { kind: "follow" }],
  ["#places=", { kind: "places" }],
  ["#places=toilets", { kind: "places", layer: "toilets" }],
])("the address %s opens %o, and back", (hash, where) => {
  expect(whereOf(hash)).toEqual(where);
  expect(whereOf(hrefOf(where))).toEqual(where);
});

test("what nobody gave out opens the form", () => {
  for (const hash of ["#%", "#/cases/1", "#code=", "#t=x"]) {
    expect(whereOf(hash)).toEqual({ kind: "form" });
  }
});
