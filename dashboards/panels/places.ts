/** Where alarms stand and cases are open (`place`, every 5 minutes). */
import { IN_TIME } from "../influxql.ts";
import { assetOfRow, caseOfRow } from "../links.ts";
import { map } from "../map-panel.ts";
import type { Panel } from "../panel.ts";
import { COUNT } from "../units.ts";
import { ASSET, CLASS, SEVERITIES, SEVERITY, STREET } from "../words.ts";

/** A little over the 5 minutes, so that the newest are there and those before are gone. */
const NOW = "6m";

export function placesMap(where: readonly string[] = []): Panel {
  const columns = ["lon", "lat", "severity", "alarms", "cases", "asset", "caseNo", "class"];
  return map({
    title: { zh: "报警和案卷分布", en: "Where alarms stand and cases are open" },
    description: {
      zh: "有在报报警或未结案卷的部件（place，每5分钟一次）；颜色为级别（蓝：无报警或提示），大小为报警数。",
      en: "Assets with alarms that stand or cases that are open; coloured by the worst severity (blue: notice, or a case alone), as large as they have alarms.",
    },
    unit: COUNT,
    decimals: 0,
    within: NOW,
    ...{ lat: "lat", lon: "lon", colorBy: "severity", sizeBy: "alarms" },
    limits: [
      { value: 2, color: SEVERITIES.warning.color },
      { value: 3, color: SEVERITIES.major.color },
      { value: 4, color: SEVERITIES.critical.color },
    ],
    queries: [
      {
        selection: {
          select: [...columns, "street"].map((column) => `"${column}"`),
          from: "place",
          where: [...where, IN_TIME],
        },
        format: "table",
      },
    ],
    columns: {
      lon: { unit: "degree", decimals: 5 },
      lat: { unit: "degree", decimals: 5 },
      severity: { title: SEVERITY },
      alarms: { title: { zh: "报警", en: "Alarms" } },
      cases: { title: { zh: "案卷", en: "Cases" } },
      asset: { title: ASSET, link: assetOfRow },
      caseNo: { title: { zh: "案卷号", en: "Case" }, link: caseOfRow },
      class: { title: CLASS },
      street: { title: STREET },
    },
  });
}
