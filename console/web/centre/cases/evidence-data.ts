/** What the curve of a case is drawn from: its points, the rules that fired, the asset they are for. */
import { get, part } from "../../shared/api.ts";
import type {
  AssetItem,
  CaseCurveData,
  CaseDetail,
  RuleItem,
} from "../../shared/platform-types.ts";
import { type AssetLimit, limitsFor } from "../assets/asset-limits.ts";

export interface EvidenceData {
  curve: CaseCurveData;
  rules: readonly RuleItem[];
  asset?: AssetItem;
}

interface Asked {
  caseNo: string;
  assetId: string | undefined;
  ruleIds: readonly string[];
}

/** Without a rule or an asset that is gone the curve is shown without its limit. @throws of the curve */
export async function loadEvidence({ caseNo, assetId, ruleIds }: Asked): Promise<EvidenceData> {
  const [curve, asset, ...rules] = await Promise.all([
    get<CaseCurveData>(`/api/v1/cases/${caseNo}/curve`),
    assetId === undefined
      ? undefined
      : get<AssetItem>(`/api/v1/assets/${part(assetId)}`).catch(() => undefined),
    ...ruleIds.map((ruleId) =>
      get<RuleItem>(`/api/v1/rules/${part(ruleId)}`).catch(() => undefined),
    ),
  ]);
  return {
    curve,
    rules: rules.filter((rule) => rule !== undefined),
    ...(asset !== undefined && { asset }),
  };
}

type Series = CaseCurveData["series"][number];

/** One drawing for each measurement, with the limits of the rules that fired. Pure. */
export interface EvidencePlot {
  measurement: string;
  unit: string;
  series: Series[];
  limits: AssetLimit[];
}

export function plotsOf({ curve, rules, asset }: EvidenceData): EvidencePlot[] {
  const names = [...new Set(curve.series.map(({ measurement }) => measurement))];
  return names.map((measurement) => {
    const series = curve.series.filter((each) => each.measurement === measurement);
    const limits = asset === undefined ? [] : limitsFor(rules, asset, measurement);
    return { measurement, unit: series[0]?.unit ?? "", series, limits };
  });
}

export interface EvidenceMark {
  kind: "alarm" | "case";
  at: number;
  until?: number;
}

/** When each alarm stood, and the case from its opening to its end. */
export function marksOf(
  detail: Pick<CaseDetail, "evidence" | "openedAt" | "closedAt">,
): EvidenceMark[] {
  const alarms = detail.evidence.map(({ joinedAt, returnedAt, clearedAt }) => {
    const end = returnedAt ?? clearedAt;
    return {
      kind: "alarm" as const,
      at: Date.parse(joinedAt),
      ...(end !== undefined && { until: Date.parse(end) }),
    };
  });
  const { openedAt, closedAt } = detail;
  const end = closedAt === undefined ? {} : { until: Date.parse(closedAt) };
  return [...alarms, { kind: "case", at: Date.parse(openedAt), ...end }];
}
