/**
 * Stewards of a case: those whose place it lies in, at a time of the case. Each who is one when it
 * is filed has a notice to himself; whoever is one now may urge it. Nothing is kept beside the case:
 * a steward's time stays with his record, so last year's case names last year's steward.
 */
import type { Case, CaseState } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Asset, RegistryView } from "../model/registry.ts";
import { coversPlace, isInForce, type Steward, type StewardPlace } from "../model/steward.ts";
import { type CaseActor, streetOfPlace } from "./assignment.ts";
import { drillOf } from "./case-notices.ts";
import { isOpen } from "./case-store.ts";
import type { CaseEffects } from "./desk-words.ts";

export interface StewardsView {
  /** Of every time. */
  all(): Iterable<Steward>;
}

/** An asset deeper than this is a part of itself. */
const ASSET_DEPTH_MAX = 10;
const NOT_FILED: readonly CaseState[] = ["REPORTED", "VERIFYING", "PENDING_FILING"];

export function createCaseStewards(deps: {
  registry: Pick<RegistryView, "asset" | "unit">;
  stewards?: StewardsView | undefined;
}) {
  const { registry, stewards } = deps;

  /** In force at a time of the case, up to `now`; the one who was there first comes first. */
  function of(theCase: Case, now: Instant): Steward[] {
    const to = Math.max(theCase.openedAt, theCase.closedAt ?? now);
    return within(theCase, theCase.openedAt, to);
  }

  function within(theCase: Case, from: Instant, to: Instant): Steward[] {
    if (stewards === undefined) return [];
    let place: StewardPlace | undefined;
    const found: Steward[] = [];
    for (const steward of stewards.all()) {
      if (!isInForce(steward, from, to)) continue;
      place ??= placeOf(theCase);
      if (coversPlace(steward, place)) found.push(steward);
    }
    return found.sort((a, b) => a.validFrom - b.validFrom || (a.stewardId < b.stewardId ? -1 : 1));
  }

  function isSteward({ username }: CaseActor, theCase: Case, now: Instant): boolean {
    return within(theCase, now, now).some((steward) => steward.username === username);
  }

  /** Told once the case is filed, and no more when it has ended. */
  function onStep(
    { before, after, now }: { before: Case; after: Case; now: Instant },
    effects: CaseEffects,
  ): void {
    const { caseNo, unitId, lifeSafety } = after;
    const kind = "steward-case";
    const told = { kind, caseNo, unitId, lifeSafety, ...drillOf(after), at: now } as const;
    if (NOT_FILED.includes(before.state) && !NOT_FILED.includes(after.state) && isOpen(after)) {
      for (const { stewardId, username } of within(after, now, now)) {
        if (username === undefined) continue;
        const noticeId = `${caseNo}-${stewardId}-${kind}`;
        effects.notices.push({ noticeId, ...told, username });
      }
    }
    const isOver = isOpen(before) && !isOpen(after) && !NOT_FILED.includes(before.state);
    if (isOver && of(after, now).length > 0) effects.settled.push({ caseNo, kind, at: now });
  }

  function placeOf(theCase: Case): StewardPlace {
    const assets: Asset[] = [];
    let asset = registry.asset(theCase.assetId ?? "");
    while (asset !== undefined && assets.length < ASSET_DEPTH_MAX) {
      assets.push(asset);
      asset = registry.asset(asset.parentAssetId ?? "");
    }
    const street = streetOfPlace(theCase, registry);
    const { gridCell, responsibleGrid } = theCase;
    const near = [street, responsibleGrid, gridCell?.slice(0, 12), gridCell?.slice(0, 9)];
    const areaUnitIds = near.flatMap((id) => registry.unit(id ?? "")?.unitId ?? []);
    return { gridCell, responsibleGrid, areaUnitIds, assets };
  }

  return { of, isSteward, onStep };
}
