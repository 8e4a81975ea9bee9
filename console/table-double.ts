/** Stand-ins for the tables that a city replaces: one row each, told by a test what a file does. */
import type { FilingTablesDoor, TableDoor, TableVerdict } from "./table-door.ts";

const NO_CHANGE: TableVerdict = {
  version: 3,
  rows: 1,
  faultCount: 0,
  faults: [],
  warnings: [],
  added: [],
  changed: [],
  removed: [],
};

export function filingTablesDouble(
  asked: { what: string; with: unknown }[],
  at: number,
): FilingTablesDoor {
  const tableOf = <Row>(name: string, row: Row, setting?: string): TableDoor<Row> => ({
    state: () => ({ version: 3, rows: [row], ...(setting !== undefined && { setting }) }),
    csv: async (version = 3) => ({ version, text: `\uFEFF${name}\r\n` }),
    versions: async () => [
      { version: 3, changedAt: at, changedBy: "admin", added: 1, changed: 0, removed: 0 },
    ],
    async put(text, wish) {
      asked.push({ what: `${name}.put`, with: { text, wish } });
      return { ...NO_CHANGE, ...(setting !== undefined && { setting }) };
    },
  });
  return {
    conditions: tableOf("filing-conditions", {
      class: "manhole-cover",
      conditionId: "cover-displaced",
      kind: "component",
      categoryCode: "",
      title: { zh: "缺失、移位", en: "displaced" },
      closing: { zh: "恢复", en: "restored" },
      limit: { value: 2, unit: "urgent-hour" },
      filing: "immediate",
      lifeSafety: true,
      hold: { kind: "duration", ms: 600_000 },
      source: "city table",
    }),
    categories: tableOf(
      "categories",
      {
        system: "GB/T 30428.2-2013",
        kind: "component",
        code: "0102",
        title: { zh: "污水井盖", en: "Sewage cover" },
        majorTitle: "公用设施",
        source: "city table",
      },
      "GB/T 30428.2-2013",
    ),
    areas: tableOf("limit-areas", { prefix: "411524001", limitClass: "A", note: "" }),
  };
}
