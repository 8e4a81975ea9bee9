/** The positions of a digital city-management centre (CJJ/T 106), as users have them. */
import { speaker } from "./words.ts";

export const sayRole = speaker({
  admin: { zh: "系统管理员", en: "administrator" },
  acceptor: { zh: "受理员", en: "acceptor" },
  "shift-lead": { zh: "值班长", en: "shift lead" },
  dispatcher: { zh: "派遣员", en: "dispatcher" },
  unit: { zh: "专业部门", en: "handling unit" },
  crew: { zh: "处置人员", en: "crew" },
  inspector: { zh: "监督员", en: "inspector" },
  leader: { zh: "领导", en: "leader" },
  engineer: { zh: "工程师", en: "engineer" },
  viewer: { zh: "浏览者", en: "viewer" },
});

export type RoleName = keyof typeof sayRole.words;
export const ROLE_NAMES = Object.keys(sayRole.words) as RoleName[];
