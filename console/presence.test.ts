/** What devices and crews told of themselves, as the API shows it, and to whom. */
import { expect, test } from "vitest";
import { Crew, User } from "../model/registry.ts";
import { setUp } from "./called-server.ts";
import type { Doubles } from "./doubles.ts";
import { NOW } from "./samples.ts";

const MINUTE_MS = 60_000;
const STATUS = { state: "online", at: NOW } as const;

test("a device is shown with its status and its last hearing, alone also with its answers", async () => {
  const { call } = await setUp({}, ({ deps }) => {
    deps.registry.presence.statusesOf = async (ids) => new Map(ids.map((id) => [id, STATUS]));
    deps.commands.answersOf = async () => [
      { id: "c2", ok: false, message: "jammed", at: NOW },
      { id: "c1", ok: true, at: NOW - MINUTE_MS },
    ];
    deps.heardAt = () => NOW + MINUTE_MS;
  });
  const shown = {
    deviceId: "dev-1",
    status: { state: "online", at: "2026-11-22T08:30:00.000+08:00" },
    lastHeardAt: "2026-11-22T08:31:00.000+08:00",
  };
  const { body: page } = await call("GET", "/api/v1/devices", { as: "viewer" });
  expect(page.items).toMatchObject([shown]);
  expect(page.items?.[0]).not.toHaveProperty("commandAnswers");
  const { body: alone } = await call("GET", "/api/v1/devices/dev-1", { as: "viewer" });
  expect(alone).toMatchObject({
    ...shown,
    commandAnswers: [
      { id: "c2", ok: false, message: "jammed", at: "2026-11-22T08:30:00.000+08:00" },
      { id: "c1", ok: true, at: "2026-11-22T08:29:00.000+08:00" },
    ],
  });
});

test.each([
  ["online", undefined, "2026-11-22T08:30:00.000+08:00"],
  ["offline", undefined, undefined],
  ["offline", NOW - MINUTE_MS, "2026-11-22T08:29:00.000+08:00"],
] as const)("a device that is %s and was heard at %s was last heard at %s", async (...row) => {
  const [state, heardAt, lastHeardAt] = row;
  const { call } = await setUp({}, ({ deps }) => {
    deps.registry.presence.statusesOf = async () => new Map([["dev-1", { state, at: NOW }]]);
    deps.heardAt = () => heardAt;
  });
  const { body } = await call("GET", "/api/v1/devices/dev-1");
  expect(body.lastHeardAt).toBe(lastHeardAt);
});

const crew = (crewId: string, unitId: string): Crew => Crew.parse({ crewId, name: crewId, unitId });
const CREWS = [crew("crew-1", "works"), crew("crew-2", "contractor"), crew("crew-3", "water")];
const UNDER: Record<string, string[]> = { works: ["works", "contractor"], water: ["water"] };

/** Each of the crews has a place; the contractor is a unit under the works. */
function withCrews({ deps, users }: Doubles): void {
  deps.registry.units.under = (unitId) => UNDER[unitId] ?? [unitId];
  deps.registry.crews.list = () => ({ items: CREWS, next: "4" });
  deps.registry.presence.placesOf = async (crewIds, now) =>
    new Map(crewIds.map((crewId) => [crewId, { lon: 115.4, lat: 31.8, accuracyM: 8, at: now }]));
  const user = (username: string, more: object): void =>
    void users.set(username, User.parse({ username, ...more }));
  user("unit-works", { roles: ["unit"], unitId: "works" });
  user("unit-water", { roles: ["unit", "viewer"], unitId: "water" });
  user("crew-works", { roles: ["crew"], unitId: "works" });
}

const EVERY = ["crew-1", "crew-2", "crew-3"];

test.each([
  ["admin", EVERY],
  ["shift-lead", EVERY],
  ["dispatcher", EVERY],
  ["leader", EVERY],
  ["unit-works", ["crew-1", "crew-2"]],
  ["unit-water", ["crew-3"]],
  // A unit's user of no unit, and a user of the unit in another role.
  ["unit", []],
  ["crew-works", []],
  ["acceptor", []],
  ["crew", []],
  ["inspector", []],
  ["engineer", []],
  ["viewer", []],
])("%s sees where these crews are: %j", async (as, located) => {
  const { call } = await setUp({}, withCrews);
  const { body } = await call("GET", "/api/v1/crews", { as });
  expect(body.items?.map(({ crewId }) => crewId)).toEqual(EVERY);
  expect(body.next).toBe("4");
  const shown = body.items?.filter(({ position }) => position !== undefined) ?? [];
  expect(shown.map(({ crewId }) => crewId)).toEqual(located);
  for (const { position } of shown) {
    expect(position).toEqual({
      lon: 115.4,
      lat: 31.8,
      accuracyM: 8,
      at: "2026-11-22T08:30:00.000+08:00",
    });
  }
});
