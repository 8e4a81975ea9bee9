/** Citizens' reports and public layers as the console's tests have them. */
import type { CitizenReportsDoor, PublicLayersDoor } from "./report-door.ts";

export function citizenReportsDouble(asked: { what: string; with: unknown }[]): CitizenReportsDoor {
  return {
    async take(said, key) {
      asked.push({ what: "citizenReports.take", with: { said, ...(key && { key }) } });
      return { publicNo: "7K2MX9QP4RP", link: "own", isJoined: said.conditionId !== undefined };
    },
    component: (code) =>
      code === "4115240102000001"
        ? { code, title: { zh: "井盖", en: "Manhole cover" }, street: "城关街道" }
        : undefined,
  };
}

export function publicLayersDouble(): PublicLayersDoor {
  const toilet = { name: "东门公厕", lon: 115.41, lat: 31.8, hours: "24/7" };
  return {
    list: () => [{ layer: "toilets", count: 1 }],
    get: (layer) => (layer === "toilets" ? { features: [toilet], version: 1 } : undefined),
  };
}
