/** Where a device stands in its life. */
import { speaker } from "./words.ts";

export const LIVES = ["stock", "installed", "in-service", "maintenance", "retired"] as const;

export const sayLife = speaker<(typeof LIVES)[number]>({
  stock: { zh: "在库", en: "in stock" },
  installed: { zh: "已安装", en: "installed" },
  "in-service": { zh: "在用", en: "in service" },
  maintenance: { zh: "检修", en: "in maintenance" },
  retired: { zh: "报废", en: "retired" },
});
