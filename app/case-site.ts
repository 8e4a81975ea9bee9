/**
 * What is known of a case's place before anybody goes in: the gas values of its asset with the limit of
 * the most careful rule, the valve or the feeder that shuts it off, and the units that answer for the
 * asset with the telephones that stand in the register. All of it from memory.
 */
import type { ConsoleDeps } from "../console/console.ts";
import type { Case, Hazard, LatestReading } from "../model/case.ts";
import type { Clock, Instant } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { distanceM } from "../model/geography.ts";
import { LIMITS } from "../model/limits.ts";
import type { Asset, Crew, Unit } from "../model/registry.ts";
import type { Rule } from "../model/rule.ts";
import type { AcceptUplink } from "../model/uplink.ts";
import type { AssetFinder } from "./asset-finder.ts";
import { type PeopleView, peopleCalled } from "./people-called.ts";

type SitesDoor = ConsoleDeps["sites"];
type Site = ReturnType<SitesDoor["of"]>;
type SiteHazard = Site["hazards"][number];

const LAMP = "streetlight";
const CABINET = "lighting-cabinet";
const GAS_LINE = "gas-line";
const VALVE = "isValveOpen";
/** A telephone as people write one; groups of messengers and addresses are none. */
const PHONE = /^\+?\d[\d ()-]{3,18}\d$/;
const PHONES_MAX = 4;

export interface SiteDeps {
  clock: Clock;
  registry: {
    asset(assetId: string): Asset | undefined;
    unit(unitId: string): Unit | undefined;
  };
  finder: Pick<AssetFinder, "near" | "around">;
  hazards(theCase: Case, now: Instant): Hazard[];
  latest(assetId: string): readonly LatestReading[];
  rules(): readonly Rule[];
  people: PeopleView;
}

export function createSites(deps: SiteDeps): SitesDoor {
  const { clock, registry, finder } = deps;

  function withLimit(hazard: Hazard, slug: string | undefined): SiteHazard {
    const limit = limitOf(deps.rules(), slug, hazard.measurement);
    return limit === undefined ? hazard : { ...hazard, limit };
  }

  function cutOffsOf(theCase: Case, asset: Asset | undefined): Site["cutOffs"] {
    const far = (found: Asset) => ({ asset: found, distanceM: distanceM(theCase, found) });
    const nearest = (found: readonly Asset[]) =>
      found.map(far).sort((a, b) => a.distanceM - b.distanceM)[0];
    if (theCase.class === LAMP) {
      const parent =
        asset?.parentAssetId === undefined ? undefined : registry.asset(asset.parentAssetId);
      const feeder =
        parent === undefined
          ? nearest(finder.near(theCase, LIMITS.cutOffDistanceMMax, [CABINET]))
          : far(parent);
      return feeder === undefined ? [] : [{ kind: "feeder", ...feeder }];
    }
    if (deps.hazards(theCase, clock.now()).length === 0) return [];
    const lines = finder.near(theCase, LIMITS.cutOffDistanceMMax, [GAS_LINE]);
    const withValve = lines.filter(({ assetId }) =>
      deps.latest(assetId).some(({ measurement }) => measurement === VALVE),
    );
    const valve = nearest(withValve.length > 0 ? withValve : lines);
    return valve === undefined ? [] : [{ kind: "valve", ...valve }];
  }

  function unitsOf(asset: Asset | undefined): Site["units"] {
    const named = [
      ["maintenance", asset?.maintenanceUnitId],
      ["owner", asset?.ownerUnitId],
      ["competent", asset?.competentUnitId],
    ] as const;
    const seen = new Set<string>();
    return named.flatMap(([is, unitId]) => {
      const unit = unitId === undefined ? undefined : registry.unit(unitId);
      if (unit === undefined || seen.has(unit.unitId)) return [];
      seen.add(unit.unitId);
      return [
        { unitId: unit.unitId, name: unit.name, is, phones: phonesOf(unit.unitId, deps.people) },
      ];
    });
  }

  return {
    of(theCase) {
      const asset = theCase.assetId === undefined ? undefined : registry.asset(theCase.assetId);
      return {
        ...(asset !== undefined && { asset }),
        hazards: deps
          .hazards(theCase, clock.now())
          .map((hazard) => withLimit(hazard, theCase.class)),
        cutOffs: cutOffsOf(theCase, asset),
        units: unitsOf(asset),
      };
    },
    around: (place, limit) =>
      finder
        .around(place, LIMITS.assetsAroundMMax)
        .slice(0, limit)
        .map(({ asset, metres }) => ({ asset, distanceM: metres })),
  };
}

/** Of the rules that hold the measurement itself against one number, the one that is passed first. */
function limitOf(
  rules: readonly Rule[],
  slug: string | undefined,
  measurement: string,
): SiteHazard["limit"] {
  const limits = rules.flatMap(({ class: of, enabled, condition }) =>
    of === slug &&
    enabled &&
    condition.kind === "limit" &&
    condition.measurement === measurement &&
    condition.signal === undefined &&
    typeof condition.raise === "number"
      ? [{ value: condition.raise, direction: condition.direction }]
      : [],
  );
  return limits.sort((a, b) =>
    a.direction === "below" ? b.value - a.value : a.value - b.value,
  )[0];
}

/** Of the unit's group first, then of its leads. */
function phonesOf(unitId: string, view: PeopleView): string[] {
  const called = [
    ...peopleCalled("group", { unitId }, view),
    ...peopleCalled("lead", { unitId }, view),
  ];
  const phones = called.flatMap(({ contacts }) => contacts.points.map(({ to }) => to));
  return [...new Set(phones.filter((to) => PHONE.test(to)))].slice(0, PHONES_MAX);
}

/** Says where a crew is by the uplink that its phone would publish, so both go one way. */
export function createPositions(deps: {
  clock: Clock;
  crew(crewId: string): Crew | undefined;
  isOnDuty(crew: Crew): boolean;
  accept: AcceptUplink;
}): ConsoleDeps["positions"] {
  return {
    async say(crewId, place) {
      const crew = deps.crew(crewId);
      if (crew === undefined) {
        throw new GridwardenError("CREW_NOT_FOUND", `no crew has the id '${crewId}'`);
      }
      if (!deps.isOnDuty(crew)) return false;
      const uplink = {
        source: "http" as const,
        sender: crewId,
        topic: `v1/crews/${crewId}/position`,
        payload: new TextEncoder().encode(JSON.stringify(place)),
        receivedAt: deps.clock.now(),
      };
      await new Promise<void>((resolve, reject) => {
        deps.accept(uplink, (error) => (error ? reject(error) : resolve()));
      });
      return true;
    },
  };
}
