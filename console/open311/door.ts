/** What the calls of Open311 ask of the rest of the platform beside cases and tables. */
import type { RequestKey } from "../../model/audit.ts";
import type { Case } from "../../model/case.ts";
import type { ReportedCase, Reporter } from "../../model/case-report.ts";
import type { SourceActor } from "../source-door.ts";

/** A citizen's report: of a place by degrees, by a component's code or by an address that names one. */
export interface Open311Report {
  kind: Case["kind"];
  categoryCode: string;
  lon?: number | undefined;
  lat?: number | undefined;
  address?: string | undefined;
  componentCode?: string | undefined;
  description?: string | undefined;
  snapshotUrl?: string | undefined;
  reporter?: Reporter | undefined;
}

export interface Open311Door {
  /** The administrative area, which is the only jurisdiction here. */
  jurisdictionId: string;
  unitName(unitId: string): string | undefined;
  /** Under a key that was used before it answers what it answered then.
   * @throws REQUEST_INVALID, IDEMPOTENCY_KEY_REUSED */
  report(said: Open311Report, actor: SourceActor, key?: RequestKey): Promise<ReportedCase>;
}
