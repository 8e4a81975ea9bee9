/** Addresses of the boards and of the console, and what a row or a curve carries along to them. */
import type { PanelLink } from "./panel.ts";

export const UIDS = {
  overview: "gridwarden-overview",
  alarms: "gridwarden-alarms",
  cases: "gridwarden-cases",
  fleet: "gridwarden-fleet",
  lighting: "gridwarden-lighting",
  cleansing: "gridwarden-cleansing",
  plants: "gridwarden-plants",
  platform: "gridwarden-platform",
} as const;

export const classUid = (slug: string): string => `gridwarden-class-${slug}`;
export const assetUid = (slug: string): string => `gridwarden-asset-${slug}`;

/** What Grafana puts in when somebody follows the link. */
const filledIn = (text: string): string => `\${${text}}`;
const ASSET_OF_ROW = filledIn("__data.fields.asset");
const ASSET_OF_CURVE = filledIn("__field.labels.asset");
const CLASS_OF_ROW = filledIn("__data.fields.class");

const assetBoard = (slug: string, asset: string): PanelLink => ({
  title: { zh: "部件详情", en: "Asset" },
  url: `/d/${assetUid(slug)}?var-asset=${asset}&${filledIn("__url_time_range")}`,
});

/** Of a table with columns `asset` and `class`. */
export const assetOfRow = assetBoard(CLASS_OF_ROW, ASSET_OF_ROW);
/** Of a table or of curves of one class. */
export const assetInRowOf = (slug: string): PanelLink => assetBoard(slug, ASSET_OF_ROW);
export const assetInCurveOf = (slug: string): PanelLink => assetBoard(slug, ASSET_OF_CURVE);

export const toBoard = (uid: string): PanelLink => ({
  title: { zh: "打开看板", en: "Open the board" },
  url: `/d/${uid}?${filledIn("__url_time_range")}`,
});

/** The console's address, which every board that links there has as a constant. */
export const CONSOLE = "console";
export const CONSOLE_ADDRESS = "http://127.0.0.1:8080";

export const caseOfRow: PanelLink = {
  title: { zh: "打开案卷", en: "Open the case" },
  url: `${filledIn(CONSOLE)}/#case=${filledIn("__data.fields.caseNo")}`,
};
