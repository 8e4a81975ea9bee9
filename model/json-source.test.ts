import fc from "fast-check";
import { expect, test } from "vitest";
import {
  doTopicsOverlap,
  filterOfSource,
  idInTopic,
  isVendorTopic,
  JsonSourceFields,
} from "./json-source.ts";
import { matchesFilter } from "./topic-filter.ts";

const mapping = { fields: [{ path: "t", measurement: "temperatureC" }] };
const faultOf = (source: object): string => {
  const { error } = JsonSourceFields.safeParse({ mapping, ...source });
  return error === undefined
    ? ""
    : `${error.issues[0]?.path.join(".")}: ${error.issues[0]?.message}`;
};

test.each([
  [{ topic: "acme/{id}/up" }, ""],
  [{ topic: "acme/+/up", device: "dev.id" }, ""],
  [{ device: "id" }, ""],
  [{ device: "id", items: "list" }, ""],
  [{ topic: "acme/{id}", device: "id" }, ""],
  [{ topic: "acme/up" }, "device: nothing names the device"],
  [{}, "device: nothing names the device"],
  [
    { topic: "acme/{id}", device: "id", items: "list" },
    "device: a topic with {id} is one device's",
  ],
  [{ topic: "acme/{id}/{id}" }, "topic: 'acme/{id}/{id}' has {id} twice"],
  [{ topic: "acme/{eui}" }, "topic: 'acme/{eui}' has braces"],
  [{ topic: "acme/x{id}" }, "topic: 'acme/x{id}' has braces"],
  [{ topic: "acme/#", device: "id" }, "topic: 'acme/#' has a #"],
  [{ topic: "acme/a+", device: "id" }, "topic: 'acme/a+' is no MQTT topic filter"],
  [{ topic: "+/up", device: "id" }, "topic: '+/up' begins with no name"],
  [{ topic: "{id}/up" }, "topic: '{id}/up' begins with no name"],
  [{ topic: "/acme/{id}" }, "topic: '/acme/{id}' begins with no name"],
  [{ topic: "$SYS/{id}" }, "topic: '$SYS/{id}' begins with no name"],
  [{ topic: "v1/{id}" }, "topic: 'v1/{id}' begins with 'v1', which is another format's"],
  [{ topic: "intake/{id}" }, "topic: 'intake/{id}' begins with 'intake'"],
  [{ topic: "hj212/{id}" }, "topic: 'hj212/{id}' begins with 'hj212'"],
  [{ topic: "application/{id}" }, "topic: 'application/{id}' begins with 'application'"],
  [{ device: "a..b" }, "device: 'a..b' is no path; write it like object.distance"],
  [{ device: "a", items: "[" }, "items: '[' is no path"],
  [
    { device: "a", mapping: { fields: [{ path: "x", measurement: "a b" }] } },
    "mapping.fields.0.measurement:",
  ],
  [
    { device: "a", mapping: { fields: [{ path: "x.", measurement: "x" }] } },
    "mapping.fields.0.path",
  ],
])("%j: %s", (source, text) => {
  expect(faultOf(source)).toContain(text);
  if (text === "") expect(faultOf(source)).toBe("");
});

test.each([
  ["acme/{id}/up", "acme/17/up", { externalId: "17" }],
  ["acme/+/{id}", "acme/x/17", { externalId: "17" }],
  ["acme/+", "acme/17", { externalId: undefined }],
  ["acme/{id}", "acme/17/up", undefined],
  ["acme/{id}", "acmes/17", undefined],
  ["acme/{id}", "acme/", undefined],
  ["acme/+", "acme/", { externalId: undefined }],
  ["acme/{id}", "acme", undefined],
  ["acme/{id}/", "acme/17/", { externalId: "17" }],
  ["acme/{id}", "acme/17/", undefined],
  ["acme/{id}/up", "acme/17", undefined],
])("%s has of %s: %j", (pattern, topic, found) => {
  expect(idInTopic(pattern, topic)).toEqual(found);
});

test.each([
  ["acme/{id}", "acme/+", true],
  ["acme/{id}/a", "acme/x/+", true],
  ["acme/a", "acme/a", true],
  ["acme/a", "acme/b", false],
  ["acme/{id}", "acme/{id}/up", false],
])("%s and %s overlap: %s", (one, other, wanted) => {
  expect([doTopicsOverlap(one, other), doTopicsOverlap(other, one)]).toEqual([wanted, wanted]);
});

test("topics overlap where one topic is of both, and a source's filter takes what is its own", () => {
  const level = fc.constantFrom("a", "b");
  const pattern = fc
    .array(fc.constantFrom("a", "b", "+", "{id}"), { minLength: 1, maxLength: 3 })
    .filter((levels) => levels.filter((each) => each === "{id}").length < 2)
    .map((levels) => levels.join("/"));
  const topic = fc.array(level, { minLength: 1, maxLength: 3 }).map((levels) => levels.join("/"));
  fc.assert(
    fc.property(pattern, pattern, topic, (one, other, name) => {
      const [isOnes, isOthers] = [one, other].map((each) => idInTopic(each, name) !== undefined);
      if (isOnes && isOthers) expect(doTopicsOverlap(one, other)).toBe(true);
      expect(matchesFilter(filterOfSource(one), name)).toBe(isOnes);
    }),
  );
});

test.each([
  ["v1/manhole-cover/d/telemetry", false],
  ["application/a/device/b/event/up", false],
  ["intake/ctwing/covers", false],
  ["intake/json/city/acme", true],
  ["acme/17/up", true],
])("%s is a vendor's own: %s", (topic, wanted) => {
  expect(isVendorTopic(topic)).toBe(wanted);
});

test("an external id stands in a topic as it is, whatever it looks like", () => {
  for (const id of ["$&", "$1", "$$", "a$`b", "17"]) {
    expect(filterOfSource("acme/{id}/up", id)).toBe(`acme/${id}/up`);
  }
});
