/** The case or asset that the address names, as far as it is known. */
import { useEffect, useState } from "preact/hooks";
import { get, part, Refused } from "../../shared/api.ts";
import type { CaseItem } from "../../shared/platform-types.ts";
import { route } from "../../shared/router.ts";
import type { Watched } from "../watch/watched.ts";

export interface Place {
  lon: number;
  lat: number;
}

export interface Chosen {
  key: string;
  assetId: string | undefined;
  item: CaseItem | undefined;
  place: Place | undefined;
}

export interface ChosenCase {
  caseNo: string;
  item?: CaseItem;
  fault?: unknown;
}

export function useChosen(
  now: Watched,
  places: ReadonlyMap<string, Place>,
): { chosen: Chosen | undefined; fault: unknown } {
  const caseNo = route.value.query.get("case") ?? undefined;
  const assetId = route.value.query.get("asset") ?? undefined;
  const asked = useCaseAsked(caseNo, now);
  if (caseNo !== undefined) {
    const item = now.cases.get(caseNo) ?? asked?.item;
    if (item === undefined) return { chosen: undefined, fault: asked?.fault };
    const { lon, lat } = item;
    return {
      chosen: { key: caseNo, assetId: item.assetId, item, place: { lon, lat } },
      fault: undefined,
    };
  }
  if (assetId === undefined) return { chosen: undefined, fault: undefined };
  const place = places.get(assetId);
  return { chosen: { key: assetId, assetId, item: undefined, place }, fault: undefined };
}

/** One that is no open case is asked for: it may be closed, or none at all. */
function useCaseAsked(caseNo: string | undefined, now: Watched): ChosenCase | undefined {
  const [asked, setAsked] = useState<ChosenCase>();
  const isWanted = caseNo !== undefined && now.isKnown && !now.cases.has(caseNo);
  useEffect(() => {
    if (!isWanted) return;
    let isOver = false;
    get<CaseItem>(`/api/v1/cases/${part(caseNo)}`).then(
      (item) => isOver || setAsked({ caseNo, item }),
      (fault: unknown) => isOver || setAsked({ caseNo, fault }),
    );
    return () => {
      isOver = true;
    };
  }, [caseNo, isWanted]);
  return asked?.caseNo === caseNo ? asked : undefined;
}

export const isNoSuchCase = (fault: unknown): boolean =>
  fault instanceof Refused && fault.status === 404;
