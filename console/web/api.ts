/** What the page asks of the platform, and the live stream; one place knows tokens and addresses. */
import type { Bilingual } from "./words.ts";

export interface MeasurementInfo {
  name: string;
  unit: string;
  kind: "number" | "boolean";
  decimals: number;
  title: Bilingual;
}

export interface ClassInfo {
  slug: string;
  title: Bilingual;
  measurements: MeasurementInfo[];
  conditions: { conditionId: string; title: Bilingual }[];
}

/** Everything the map draws, in one answer: an item is [assetId, class, grid, lon, lat]. */
export interface MapData {
  classes: ClassInfo[];
  /** Names of the responsibility grids. */
  grids: string[];
  items: [string, number, number, number, number][];
}

export interface CaseItem {
  caseNo: string;
  state: string;
  conditionId: string;
  lifeSafety: boolean;
  isDrill?: boolean;
  class?: string;
  assetId?: string;
  description?: string;
  address?: string;
  lon: number;
  lat: number;
  unitId?: string;
  crewId?: string;
  openedAt: string;
  reviewUntil?: string;
  deadline?: string;
  deadlineProvisional?: boolean;
}

export interface AssetItem {
  assetId: string;
  class?: string;
  name: string;
  componentCode: string;
  gridCell?: string;
  responsibleGrid?: string;
}

export interface LatestItem {
  deviceId: string;
  measurement: string;
  unit: string;
  value: number;
  observedAt: string;
  quality: "good" | "suspect" | "bad";
  flags: string[];
}

export interface SeriesItem {
  deviceId: string;
  measurement: string;
  unit: string;
  points: [number, number][];
}

export interface RuleItem {
  class: string;
  enabled: boolean;
  condition: { kind: string; measurement?: string; raise?: number; period?: string };
}

export interface Health {
  now: string;
  speed: number;
}

/** The token is unknown or has ended. */
export class SignInNeeded extends Error {}

export class RefusedCall extends Error {
  readonly status: number;
  constructor(path: string, status: number) {
    super(`${path} answered ${status}`);
    this.status = status;
  }
}

/** Why a sign-in did not work: a code of the API, or that nobody answered. */
export interface SignInFault {
  code: string;
  retryAfterS?: number;
}

export interface NoticeItem {
  noticeId: string;
  /** Absent of a notice about no case. */
  caseNo?: string;
  ruleId?: string;
  supervisionNo?: string;
  lastPlace?: { ruleId: string; period: string };
  lifeSafety: boolean;
  text: Bilingual;
  at: string;
}

const TOKEN_KEPT_AS = "gridwarden.token";
const LIST_MAX = 1000;

export function isSignedIn(): boolean {
  return sessionStorage.getItem(TOKEN_KEPT_AS) !== null;
}

export function signOut(): void {
  sessionStorage.removeItem(TOKEN_KEPT_AS);
}

export async function signIn(username: string, password: string): Promise<SignInFault | undefined> {
  const response = await fetch("/api/v1/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password }),
  }).catch(() => undefined);
  const body = (await response?.json().catch(() => undefined)) as
    | { token?: string; code?: string; details?: { retryAfterS?: number } }
    | undefined;
  if (body?.token === undefined) {
    const retryAfterS = body?.details?.retryAfterS;
    return {
      code: body?.code ?? "UNREACHABLE",
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
    };
  }
  sessionStorage.setItem(TOKEN_KEPT_AS, body.token);
  return undefined;
}

async function ask(path: string, more: RequestInit = {}): Promise<Response> {
  const token = sessionStorage.getItem(TOKEN_KEPT_AS) ?? "";
  const response = await fetch(path, { headers: { authorization: `Bearer ${token}` }, ...more });
  if (response.status === 401) {
    signOut();
    throw new SignInNeeded();
  }
  if (!response.ok) throw new RefusedCall(path, response.status);
  return response;
}

const get = async <T>(path: string): Promise<T> => (await ask(path)).json() as Promise<T>;
const items = async <T>(path: string): Promise<T[]> => (await get<{ items: T[] }>(path)).items;
const word = encodeURIComponent;

export const health = (): Promise<Health> => get("/healthz");
export const mapData = (): Promise<MapData> => get("/api/v1/map");
export const openCases = (): Promise<{ items: CaseItem[]; next?: string }> =>
  get(`/api/v1/cases?status=open&limit=${LIST_MAX}`);
export const caseOf = (caseNo: string): Promise<CaseItem> => get(`/api/v1/cases/${word(caseNo)}`);
export const caseEvidence = async (caseNo: string): Promise<{ measurement?: string }[]> =>
  (await get<{ evidence: { measurement?: string }[] }>(`/api/v1/cases/${word(caseNo)}`)).evidence;
export const assetIdOfDevice = async (deviceId: string): Promise<string> =>
  (await get<{ assetId: string }>(`/api/v1/devices/${word(deviceId)}`)).assetId;
export const asset = (assetId: string): Promise<AssetItem> =>
  get(`/api/v1/assets/${word(assetId)}`);
export const latest = (assetId: string): Promise<LatestItem[]> =>
  items(`/api/v1/readings/latest?assetId=${word(assetId)}`);
export const units = (): Promise<{ unitId: string; name: string }[]> =>
  items(`/api/v1/units?limit=${LIST_MAX}`);
export const crews = (): Promise<{ crewId: string; name: string }[]> =>
  items(`/api/v1/crews?limit=${LIST_MAX}`);
export const rules = (): Promise<RuleItem[]> => items(`/api/v1/rules?limit=${LIST_MAX}`);

/** Those that nobody has taken care of; none for a role that has no notices. */
export async function notices(): Promise<NoticeItem[]> {
  try {
    return await items(`/api/v1/notices?standing=true&limit=${LIST_MAX}`);
  } catch (error) {
    if (error instanceof RefusedCall && error.status === 403) return [];
    throw error;
  }
}

export const acknowledgeNotice = (noticeId: string): Promise<Response> =>
  ask(`/api/v1/notices/${word(noticeId)}/acknowledge`, { method: "POST" });

export async function curve(
  assetId: string,
  measurement: string,
  from: number,
  to: number,
): Promise<SeriesItem[]> {
  const span = `from=${word(new Date(from).toISOString())}&to=${word(new Date(to).toISOString())}`;
  const path = `/api/v1/readings?assetId=${word(assetId)}&measurement=${word(measurement)}&${span}`;
  return (await get<{ series: SeriesItem[] }>(path)).series;
}

export interface StreamEvent {
  event: string;
  data: Record<string, unknown>;
}

/** Reads the live stream until it ends; a fetch, since an EventSource cannot carry the token. */
export async function follow(
  onOpen: () => void,
  onEvent: (event: StreamEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await ask("/api/v1/stream", { signal });
  onOpen();
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const chunk = await reader?.read();
    if (chunk === undefined || chunk.done) return;
    text += chunk.value;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const parsed = parseBlock(block);
      if (parsed !== undefined) onEvent(parsed);
    }
  }
}

function parseBlock(block: string): StreamEvent | undefined {
  let event = "message";
  let data = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) event = line.slice("event:".length).trim();
    else if (line.startsWith("data:")) data += line.slice("data:".length);
  }
  return data === "" ? undefined : { event, data: JSON.parse(data) as Record<string, unknown> };
}
