import { expect, test } from "vitest";
import type { Hazard } from "../model/case.ts";
import type { Contacts, HolderKind } from "../model/contact.ts";
import { CrewId, UnitId } from "../model/ids.ts";
import { Asset, Crew, Unit, User } from "../model/registry.ts";
import type { Rule } from "../model/rule.ts";
import type { Uplink } from "../model/uplink.ts";
import { createPositions, createSites, type SiteDeps } from "./case-site.ts";

const NOW = Date.UTC(2026, 10, 27, 16);
const HERE = { lon: 115.41, lat: 31.8 };
let made = 0;
const asset = (assetId: string, slug: string, north: number, more: object = {}): Asset => {
  made += 1;
  return Asset.parse({
    assetId,
    class: slug,
    componentCode: `4115240102${String(made).padStart(6, "0")}`,
    name: assetId,
    lon: HERE.lon,
    lat: HERE.lat + north / 111_195,
    ...more,
  });
};
const ASSETS = [
  asset("well", "manhole-cover", 0, { maintenanceUnitId: "works", ownerUnitId: "water" }),
  asset("lamp", "streetlight", 0, { parentAssetId: "cabinet", ownerUnitId: "works" }),
  asset("lone-lamp", "streetlight", 0),
  asset("cabinet", "lighting-cabinet", 900),
  asset("near-cabinet", "lighting-cabinet", 300),
  asset("pipe", "gas-line", 20),
  asset("valve", "gas-line", 80),
];
const UNITS = ["works", "water"].map((unitId) =>
  Unit.parse({ unitId, name: `the ${unitId}`, kind: "department" }),
);
const CONTACTS: Record<string, string[]> = {
  "unit:works": ["wecom-group-7", "0376-1234567"],
  "user:lead": ["+86 138 0013 8000", "lead@city.example", "0376-1234567"],
};
const GAS: Hazard = {
  measurement: "ch4LelPercent",
  unit: "%LEL",
  value: 3,
  isKnown: true,
  text: { zh: "通风", en: "ventilate" },
};
const O2: Hazard = { ...GAS, measurement: "o2Percent", unit: "%" };
const rule = (measurement: string, direction: "above" | "below", raise: number, more = {}): Rule =>
  ({
    class: "manhole-cover",
    enabled: true,
    condition: { kind: "limit", measurement, direction, raise, clear: raise, inclusive: true },
    ...more,
  }) as unknown as Rule;

const deps: SiteDeps = {
  clock: { now: () => NOW } as SiteDeps["clock"],
  registry: {
    asset: (id) => ASSETS.find(({ assetId }) => assetId === id),
    unit: (id) => UNITS.find(({ unitId }) => unitId === id),
  },
  finder: {
    near: (place, metres, classes) =>
      ASSETS.filter(
        ({ class: slug = "", lat }) =>
          classes.includes(slug) && (lat - place.lat) * 111_195 <= metres,
      ),
    around: () => ASSETS.slice(0, 3).map((each, n) => ({ asset: each, metres: n })),
  },
  hazards: ({ class: slug }) => (slug === "manhole-cover" ? [GAS, O2] : []),
  latest: (assetId) =>
    assetId === "valve"
      ? [{ measurement: "isValveOpen" } as ReturnType<SiteDeps["latest"]>[0]]
      : [],
  rules: () => [
    rule("ch4LelPercent", "above", 20),
    rule("ch4LelPercent", "above", 10),
    rule("ch4LelPercent", "above", 1, { enabled: false }),
    rule("ch4LelPercent", "above", 2, { class: "gas-line" }),
    rule("o2Percent", "below", 18),
    rule("o2Percent", "below", 19.5),
  ],
  people: {
    unit: () => undefined,
    usersOfCrew: () => [],
    usersOfUnit: (unitId) =>
      unitId === "works" ? [User.parse({ username: "lead", roles: ["unit"], unitId })] : [],
    usersWithRole: () => [],
    contactsOf: (kind: HolderKind, id: string): Contacts | undefined => {
      const points = CONTACTS[`${kind}:${id}`];
      return points && { points: points.map((to) => ({ channelId: "sms", to })) };
    },
  },
};
const sites = createSites(deps);
const of = (assetId: string, slug: string) =>
  sites.of({ assetId, class: slug, ...HERE } as Parameters<typeof sites.of>[0]);

test("each gas has the limit of the most careful rule that is on, whichever side is dangerous", () => {
  expect(of("well", "manhole-cover").hazards).toEqual([
    { ...GAS, limit: { value: 10, direction: "above" } },
    { ...O2, limit: { value: 19.5, direction: "below" } },
  ]);
});

test("of a well the nearest line that tells its valve is named, before a nearer one that has none", () => {
  const { cutOffs } = of("well", "manhole-cover");
  expect(
    cutOffs.map(({ kind, asset: { assetId }, distanceM }) => [
      kind,
      assetId,
      Math.round(distanceM),
    ]),
  ).toEqual([["valve", "valve", 80]]);
});

test("a lamp hangs on its own feeder; one that names none on the nearest cabinet; a bin on nothing", () => {
  expect(of("lamp", "streetlight").cutOffs[0]?.asset.assetId).toBe("cabinet");
  expect(of("lone-lamp", "streetlight").cutOffs[0]?.asset.assetId).toBe("near-cabinet");
  expect(of("none", "waste-bin")).toEqual({ hazards: [], cutOffs: [], units: [] });
});

test("the units that answer for the asset come each once, with telephones and nothing else", () => {
  expect(of("well", "manhole-cover").units).toEqual([
    {
      unitId: "works",
      name: "the works",
      is: "maintenance",
      phones: ["0376-1234567", "+86 138 0013 8000"],
    },
    { unitId: "water", name: "the water", is: "owner", phones: [] },
  ]);
});

test("what stands around is cut at what was asked for", () => {
  expect(sites.around(HERE, 2).map(({ asset: { assetId } }) => assetId)).toEqual(["well", "lamp"]);
});

test("a place goes the way of an uplink while the crew is on duty; off duty nothing of it is kept", async () => {
  const crew = Crew.parse({ crewId: "crew-1", name: "Crew 1", unitId: "works" });
  const taken: Uplink[] = [];
  let isOnDuty = true;
  const positions = createPositions({
    clock: deps.clock,
    crew: (crewId) => (crewId === crew.crewId ? crew : undefined),
    isOnDuty: () => isOnDuty,
    accept: (uplink, done) => {
      taken.push(uplink);
      done();
    },
  });
  expect(await positions.say("crew-1", { ...HERE, accuracyM: 8 })).toBe(true);
  expect(taken[0]).toMatchObject({ sender: "crew-1", topic: "v1/crews/crew-1/position" });
  expect(JSON.parse(new TextDecoder().decode(taken[0]?.payload))).toEqual({
    ...HERE,
    accuracyM: 8,
  });
  isOnDuty = false;
  expect(await positions.say("crew-1", HERE)).toBe(false);
  expect(taken).toHaveLength(1);
  await expect(positions.say("crew-2", HERE)).rejects.toMatchObject({ code: "CREW_NOT_FOUND" });
});

test("a place that was not taken to the disk is told to the phone", async () => {
  const positions = createPositions({
    clock: deps.clock,
    crew: () =>
      Crew.parse({ crewId: CrewId.parse("crew-1"), name: "c", unitId: UnitId.parse("works") }),
    isOnDuty: () => true,
    accept: (_uplink, done) => done(new Error("the disk is full")),
  });
  await expect(positions.say("crew-1", HERE)).rejects.toThrow("the disk is full");
});
