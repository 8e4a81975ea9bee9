/** The centre's pages: where each is, who has it in the menu, and its code, which is loaded when it is shown. */
import type { ComponentType } from "preact";

export interface CentrePage {
  /** The first part of its address, and its word in the menu. */
  name:
    | "now"
    | "cases"
    | "intake"
    | "handover"
    | "assets"
    | "rules"
    | "evaluation"
    | "wall"
    | "operations";
  /** Other first parts that lead to it. */
  also?: string[];
  /** Absent: everybody. */
  roles?: string[];
  load(): Promise<{ default: ComponentType }>;
}

export const PAGES: readonly CentrePage[] = [
  { name: "now", load: () => import("./now/now-page.tsx") },
  { name: "wall", load: () => import("./wall/wall-page.tsx") },
  { name: "cases", load: () => import("./cases/cases-page.tsx") },
  {
    name: "intake",
    roles: ["acceptor", "shift-lead", "inspector"],
    load: () => import("./intake/intake-page.tsx"),
  },
  {
    name: "handover",
    roles: ["acceptor", "shift-lead", "dispatcher", "leader"],
    load: () => import("./handover/handover-page.tsx"),
  },
  { name: "assets", also: ["devices"], load: () => import("./assets/assets-page.tsx") },
  { name: "rules", load: () => import("./rules/rules-page.tsx") },
  {
    name: "evaluation",
    roles: ["shift-lead", "dispatcher", "leader", "unit"],
    load: () => import("./evaluation/evaluation-page.tsx"),
  },
  { name: "operations", load: () => import("./operations/operations-page.tsx") },
];
