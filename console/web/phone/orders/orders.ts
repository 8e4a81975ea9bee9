/** A crew's orders, what its unit has and no crew does, and what is known of their places. */
import { signal } from "@preact/signals";
import { get, type Page, part, path } from "../../shared/api.ts";
import { classes, knowClasses } from "../../shared/catalogue.ts";
import { now } from "../../shared/clock.ts";
import type {
  CaseDetail,
  CaseItem,
  CaseState,
  ClassInfo,
  SiteInfo,
} from "../../shared/platform-types.ts";
import type { SessionUser } from "../../shared/session.ts";
import { createKeptList, type KeptList } from "../kept-list.ts";
import { forgetKept, keep, kept } from "../store.ts";

const LIST_MAX = 1_000;
/** Places that are fetched ahead, for work without network. */
const AHEAD_MAX = 30;
/** Younger than this, what is known of a place is not fetched again. */
const FRESH_MS = 2 * 60_000;
const OVER: ReadonlySet<CaseState> = new Set<CaseState>([
  "NOT_ACCEPTED",
  "NOT_FILED",
  "VOIDED",
  "CLOSED",
  "FORCE_CLOSED",
]);

/** What the phone knows of a case beside the list, and when it was told. */
export interface Known {
  site?: SiteInfo;
  detail?: CaseDetail;
  /** The platform's time, ms. */
  at: number;
}
export const known = signal<ReadonlyMap<string, Known>>(new Map());

export interface Orders {
  mine: KeptList;
  standing: KeptList;
}

export const isOpen = ({ state }: Pick<CaseItem, "state">): boolean => !OVER.has(state);

export function createOrders({ crewId, unitId }: SessionUser): Orders {
  const ask = async (query: Record<string, string | undefined>): Promise<CaseItem[]> =>
    (await get<Page<CaseItem>>(path("/api/v1/cases", { ...query, limit: LIST_MAX }))).items;
  const isMine = (item: CaseItem): boolean =>
    isOpen(item) && (crewId === undefined ? item.unitId === unitId : item.crewId === crewId);
  return {
    mine: createKeptList(
      "orders",
      () => ask({ status: "open", ...(crewId === undefined ? { unitId } : { crewId }) }),
      isMine,
    ),
    standing: createKeptList(
      "standing",
      async () => (unitId === undefined ? [] : ask({ status: "DISPATCHED", unitId })),
      (item) =>
        item.state === "DISPATCHED" &&
        item.crewId === undefined &&
        crewId !== undefined &&
        item.unitId === unitId,
    ),
  };
}

/** Names of classes and conditions: as they were kept, then as they are. */
export async function loadClasses(): Promise<void> {
  const former = await kept<ClassInfo[]>("classes");
  if (former !== undefined && classes().length === 0) knowClasses(former);
  const found = await get<{ classes: ClassInfo[] }>("/api/v1/classes");
  knowClasses(found.classes);
  await keep("classes", found.classes);
}

/** As it was kept, then as it is. @throws Refused, Unreachable */
export async function know(caseNo: string): Promise<void> {
  const key = `known:${caseNo}`;
  const former = await kept<Known>(key);
  if (former !== undefined && !known.value.has(caseNo)) put(caseNo, former);
  const [site, detail] = await Promise.all([
    get<SiteInfo>(`/api/v1/cases/${part(caseNo)}/site`),
    get<CaseDetail>(`/api/v1/cases/${part(caseNo)}`),
  ]);
  const found = { site, detail, at: now.value };
  put(caseNo, found);
  await keep(key, found);
}

/**
 * What somebody will stand before, the first of it first, so that its name and its hazards are there
 * without network; of what is not in `all` either, the phone forgets what it knew.
 */
export async function knowAhead(
  wanted: readonly CaseItem[],
  all: readonly CaseItem[],
): Promise<void> {
  const open = new Set(all.map(({ caseNo }) => `known:${caseNo}`));
  await forgetKept((key) => key.startsWith("known:") && !open.has(key));
  for (const { caseNo, version } of wanted.slice(0, AHEAD_MAX)) {
    const found = known.value.get(caseNo);
    const isNew = found === undefined || now.value - found.at > FRESH_MS;
    if (isNew || found.detail?.version !== version) await know(caseNo);
  }
}

function put(caseNo: string, found: Known): void {
  known.value = new Map([...known.value, [caseNo, found]]);
}
