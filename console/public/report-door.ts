/** What the console asks for citizens who report without signing in, and of the layers a city shows. */
import type { RequestKey } from "../../model/audit.ts";
import type { Case } from "../../model/case.ts";

export interface CitizenReport {
  kind?: Case["kind"] | undefined;
  categoryCode?: string | undefined;
  conditionId?: string | undefined;
  description?: string | undefined;
  /** WGS-84 degrees. */
  lon?: number | undefined;
  lat?: number | undefined;
  address?: string | undefined;
  /** A component's code, from its plate. */
  assetCode?: string | undefined;
  phone?: string | undefined;
  /** As they came; checked by whoever takes them. */
  photos: readonly Uint8Array[];
}

export interface TakenReport {
  publicNo: string;
  /** Secret of its reporter's own link: by it he is asked after the close. */
  link: string;
  /** An open case of the same thing has it. */
  isJoined: boolean;
}

export interface PublicComponent {
  code: string;
  /** Of its class; absent where it is of none. */
  title?: { zh: string; en: string };
  street?: string;
}

export interface CitizenReportsDoor {
  /** Under a key that was used before it answers what it answered then.
   * @throws REQUEST_INVALID, ASSET_NOT_FOUND, PLACE_OUTSIDE, FILE_TYPE_REFUSED, FILE_DAMAGED,
   * PAYLOAD_TOO_LARGE, RATE_LIMITED, FILE_STORE_FULL, FILE_STORE_FAILED, IDEMPOTENCY_KEY_REUSED */
  take(said: CitizenReport, key?: RequestKey): Promise<TakenReport>;
  component(code: string): PublicComponent | undefined;
}

/** A component that the city has marked for everybody, and of it what is for everybody. */
export interface PublicFeature {
  name: string;
  lon: number;
  lat: number;
  hours?: string;
  equipment?: string;
  until?: string;
  note?: string;
}

export interface PublicLayersDoor {
  list(): { layer: string; count: number }[];
  /** `version` is another with each change of any layer. */
  get(layer: string): { features: readonly PublicFeature[]; version: number } | undefined;
}
