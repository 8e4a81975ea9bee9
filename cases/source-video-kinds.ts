/**
 * What video analyses see, as rows: the filing condition or the category that each kind is reported
 * under, and how sure the analysis must be. A kind without a condition is a general event of its
 * category. Confidences are the house's own, to be tuned by what inspectors find.
 */
export interface VideoKind {
  kind: string;
  title: { zh: string; en: string };
  /** A row of the filing table. */
  conditionId?: string;
  /** An event's, where no row is named. */
  categoryCode?: string;
  /** From 0 to 1; what is less sure is refused and counted. */
  confidenceMin: number;
}

export const VIDEO_KINDS: readonly VideoKind[] = [
  {
    kind: "cover-missing",
    title: { zh: "井盖缺失、移位", en: "Cover missing or displaced" },
    conditionId: "cover-displaced",
    confidenceMin: 0.6,
  },
  {
    kind: "cover-broken",
    title: { zh: "井盖破损", en: "Cover broken" },
    conditionId: "cover-broken",
    confidenceMin: 0.7,
  },
  {
    kind: "sewer-overflow",
    title: { zh: "污水外溢", en: "Sewage on the road" },
    conditionId: "sewer-level",
    confidenceMin: 0.7,
  },
  {
    kind: "bin-overflow",
    title: { zh: "垃圾满溢", en: "Bin overflows" },
    conditionId: "bin-full",
    confidenceMin: 0.7,
  },
  {
    kind: "pole-tilted",
    title: { zh: "灯杆倾斜、倒地", en: "Lamp post tilted or down" },
    conditionId: "pole-tilt",
    confidenceMin: 0.6,
  },
  {
    kind: "refuse-burning",
    title: { zh: "焚烧垃圾", en: "Refuse on fire" },
    categoryCode: "0120",
    confidenceMin: 0.6,
  },
  {
    kind: "road-collapse",
    title: { zh: "路面塌陷", en: "Road collapsed" },
    categoryCode: "0505",
    confidenceMin: 0.6,
  },
  {
    kind: "road-flooded",
    title: { zh: "道路积水", en: "Road under water" },
    categoryCode: "0506",
    confidenceMin: 0.6,
  },
];
