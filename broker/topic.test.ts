/** Filters, the tree of filters, and who may use which topic: pure, by tables and laws. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Identity } from "../model/identity.ts";
import { CrewId, DeviceId, GatewayId, ServiceId } from "../model/ids.ts";
import { coversFilter, isValidFilter, matchesFilter } from "../model/topic-filter.ts";
import { maySubscribe, publishRight, type TopicLookUps, topicRightsOf } from "./topic-rights.ts";
import { TopicTrie } from "./topic-trie.ts";

const level = fc.constantFrom("a", "b", "", "$x");
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"));
const filter = fc
  .tuple(
    fc.array(fc.constantFrom("a", "b", "", "$x", "+"), { minLength: 0, maxLength: 4 }),
    fc.boolean(),
  )
  .map(([levels, hasHash]) => (hasHash ? [...levels, "#"] : levels).join("/"))
  .filter((text) => text !== "");

describe("filters", () => {
  test.each([
    ["a/b", "a/b", true],
    ["a/+", "a/b", true],
    ["a/+", "a/b/c", false],
    ["a/#", "a", true],
    ["a/#", "a/b/c", true],
    ["+", "a", true],
    ["+/+", "/a", true],
    ["/+", "/a", true],
    ["+", "/a", false],
    ["#", "$SYS/x", false],
    ["+/x", "$SYS/x", false],
    ["$SYS/#", "$SYS/x", true],
    ["a/+/#", "a", false],
  ])("%s matches %s: %s", (text, name, expected) => {
    expect(matchesFilter(text, name)).toBe(expected);
  });

  test("what covers a filter matches every topic that the filter matches", () => {
    fc.assert(
      fc.property(filter, filter, topic, (right, asked, name) => {
        if (coversFilter(right, asked) && matchesFilter(asked, name)) {
          expect(matchesFilter(right, name)).toBe(true);
        }
      }),
    );
  });

  test("the tree finds exactly the filters that match, through any adding and removing", () => {
    fc.assert(
      fc.property(fc.array(filter), fc.array(filter), topic, (kept, removed, name) => {
        const trie = new TopicTrie<string>();
        for (const text of [...kept, ...removed]) trie.add(text, text);
        for (const text of removed) expect(trie.remove(text, text)).toBe(true);
        const expected = kept.filter((text) => matchesFilter(text, name));
        expect(trie.match(name).toSorted()).toEqual(expected.toSorted());
        expect(trie.hasMatch(name)).toBe(expected.length > 0);
        expect(trie.size).toBe(kept.length);
        expect(trie.remove("never/added", "x")).toBe(false);
      }),
    );
  });
});

const device = (slug: string | undefined): Identity => ({
  kind: "device",
  deviceId: DeviceId.parse("d1"),
  class: slug,
  publish: ["hj212/mn1/up"],
  subscribe: ["hj212/mn1/down"],
});
const lamp = device("streetlight");
const plain = device(undefined);
const gateway: Identity = { kind: "gateway", gatewayId: GatewayId.parse("g1") };
const crew: Identity = { kind: "crew", crewId: CrewId.parse("c1") };
const service: Identity = {
  kind: "service",
  serviceId: ServiceId.parse("s1"),
  publish: ["v1/+/+/command", "v1/+/+/telemetry", "hj212/#"],
  subscribe: ["v1/+/+/status", "x/#"],
};
const mayUse = (gatewayId: string, id: string): boolean =>
  gatewayId === "g1" && (id === "d1" || id === "mn1");
/** A source of vendors' JSON on `acme/{id}/up`, and one on `acme/up`. */
const lookUps: TopicLookUps = {
  gatewayMayUse: mayUse,
  sourceTopic(name) {
    const [, externalId] = /^acme(?:\/(\w+))?\/up$/.exec(name) ?? [];
    return name.startsWith("acme") && name.endsWith("/up")
      ? { format: "json", externalId }
      : undefined;
  },
};

test.each([
  ["device", lamp, "v1/streetlight/d1/telemetry", "uplink"],
  ["device", lamp, "v1/streetlight/d1/status", "uplink"],
  ["device", lamp, "v1/streetlight/d1/command/ack", "uplink"],
  ["device", lamp, "v1/streetlight/d1/command", "foreign"],
  ["device", lamp, "v1/streetlight/d1/state", "uplink"],
  ["device", lamp, "v1/streetlight/d1/state/wanted", "foreign"],
  ["device", lamp, "v1/streetlight/d1/else", "aside"],
  ["device", lamp, "v1/streetlight/d10/telemetry", "foreign"],
  ["device", lamp, "v1/waste-bin/d1/telemetry", "foreign"],
  ["device", lamp, "hj212/mn1/up", "uplink"],
  ["device", lamp, "hj212/mn2/up", "foreign"],
  ["device of no class", plain, "v1/streetlight/d1/telemetry", "foreign"],
  ["device of no class", plain, "hj212/mn1/up", "uplink"],
  ["gateway", gateway, "v1/streetlight/d1/telemetry", "uplink"],
  ["gateway", gateway, "v1/streetlight/d2/telemetry", "aside"],
  ["gateway", gateway, "v1/streetlight/d1/command", "aside"],
  ["gateway", gateway, "v1/streetlight/d1/state", "uplink"],
  ["gateway", gateway, "v1/streetlight/d1/state/wanted", "aside"],
  ["gateway", gateway, "v1/crews/d1/position", "aside"],
  ["gateway", gateway, "v1/crews/d1/status", "aside"],
  ["gateway", gateway, "else", "aside"],
  ["gateway", gateway, "hj212/mn1/up", "uplink"],
  ["gateway", gateway, "hj212/mn2/up", "aside"],
  ["gateway", gateway, "hj212/mn1/down", "aside"],
  ["gateway", gateway, "hj212/mn1/up/up", "aside"],
  ["crew", crew, "v1/crews/c1/position", "uplink"],
  ["crew", crew, "v1/crews/c1/cases", "foreign"],
  ["crew", crew, "v1/crews/c2/position", "foreign"],
  ["service", service, "v1/streetlight/d1/command", "message"],
  ["service", service, "v1/streetlight/d1/telemetry", "uplink"],
  ["service", service, "hj212/mn1/up", "uplink"],
  ["service", service, "hj212/mn1/down", "message"],
  ["service", service, "v1/streetlight/d1/status", "foreign"],
  ["service", service, "$SYS/x", "foreign"],
  ["service", { ...service, publish: ["acme/#"] }, "acme/mn1/up", "uplink"],
  ["service", { ...service, publish: ["acme/#"] }, "acme/mn1/down", "message"],
  ["service", service, "acme/mn1/up", "foreign"],
  ["gateway", gateway, "acme/mn1/up", "uplink"],
  ["gateway", gateway, "acme/mn2/up", "aside"],
  ["gateway", gateway, "acme/up", "aside"],
  ["device", lamp, "acme/mn1/up", "foreign"],
  ["device", { ...lamp, publish: ["acme/mn1/up"] }, "acme/mn1/up", "uplink"],
] as const)("a %s publishing (%o) to %s: %s", (_kind, identity, name, expected) => {
  expect(publishRight(topicRightsOf(identity), name, lookUps)).toBe(expected);
});

test.each([
  ["device", lamp, "v1/streetlight/d1/command", true],
  ["device", lamp, "v1/streetlight/d1/state/wanted", true],
  ["device", lamp, "v1/streetlight/d1/#", true],
  ["device", lamp, "hj212/mn1/down", true],
  ["device", lamp, "v1/streetlight/+/command", false],
  ["device", lamp, "v1/streetlight/#", false],
  ["device", lamp, "hj212/+/down", false],
  ["device of no class", plain, "v1/streetlight/d1/command", false],
  ["gateway", gateway, "v1/streetlight/d1/command", true],
  ["gateway", gateway, "v1/streetlight/d1/telemetry", false],
  ["gateway", gateway, "v1/streetlight/d2/command", false],
  ["gateway", gateway, "v1/streetlight/d1/state/wanted", true],
  ["gateway", gateway, "v1/streetlight/d2/state/wanted", false],
  ["gateway", gateway, "v1/streetlight/+/command", false],
  ["gateway", gateway, "v1/#", false],
  ["gateway", gateway, "v1/crews/d1/command", false],
  ["gateway", gateway, "hj212/mn1/down", true],
  ["gateway", gateway, "hj212/mn1/up", false],
  ["gateway", gateway, "hj212/mn2/down", false],
  ["gateway", gateway, "hj212/+/down", false],
  ["gateway", gateway, "hj212/mn1/#", false],
  ["gateway", gateway, "spBv1.0/STATE/city", true],
  ["gateway", gateway, "spBv1.0/STATE/+", true],
  ["gateway", gateway, "spBv1.0/STATE/#", false],
  ["gateway", gateway, "spBv1.0/+/city", false],
  ["crew", crew, "v1/crews/c1/cases", true],
  ["crew", crew, "v1/crews/c2/cases", false],
  ["crew", crew, "v1/crews/+/cases", false],
  ["crew", crew, "#", false],
  ["service", service, "v1/streetlight/+/status", true],
  ["service", service, "v1/+/+/+", false],
  ["service", service, "x", true],
  ["service", service, "$SYS/#", false],
] as const)("a %s subscribing (%o) to %s: %s", (_kind, identity, asked, expected) => {
  expect(maySubscribe(topicRightsOf(identity), asked, mayUse)).toBe(expected);
});

test("nobody but a service with a filter for it may hear of another's topics", () => {
  const own = ["v1/streetlight/d1/", "hj212/mn1/", "v1/crews/c1/"];
  fc.assert(
    fc.property(
      fc.constantFrom(lamp, plain, gateway, crew),
      fc.array(fc.constantFrom("v1", "crews", "streetlight", "d1", "c1", "d2", "+", "#", "cases")),
      (identity, levels) => {
        const asked = levels.join("/");
        if (!isValidFilter(asked) || !maySubscribe(topicRightsOf(identity), asked, mayUse)) return;
        expect(own.some((prefix) => asked.startsWith(prefix)) || asked.startsWith("v1/")).toBe(
          true,
        );
        expect(asked.split("/")[2]).toBe(identity.kind === "crew" ? "c1" : "d1");
      },
    ),
  );
});
