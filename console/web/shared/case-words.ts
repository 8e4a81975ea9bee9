/** Words of cases that every page shows: states, time left. */
import { speaker } from "./words.ts";

export const say = speaker({
  confirmIn: { zh: "{t}内确认", en: "confirm in {t}" },
  confirmLate: { zh: "确认超期 {t}", en: "confirmation {t} late" },
  confirmOpen: { zh: "等待确认", en: "to be confirmed" },
  left: { zh: "剩 {t}", en: "{t} left" },
  over: { zh: "超期 {t}", en: "{t} overdue" },
  provisional: { zh: "（暂定）", en: " (provisional)" },
  waiting: { zh: "已等 {t}", en: "waits {t}" },
});

/** The states of a case (CJJ/T 106: the stages of digital city management). */
export const sayState = speaker({
  REPORTED: { zh: "待确认", en: "reported" },
  VERIFYING: { zh: "核实中", en: "being verified" },
  PENDING_FILING: { zh: "待立案", en: "to be filed" },
  PENDING_DISPATCH: { zh: "待派遣", en: "to be dispatched" },
  DISPATCHED: { zh: "已派遣", en: "dispatched" },
  RETURN_REVIEW: { zh: "退回审核", en: "return in review" },
  SUSPENDED: { zh: "挂账", en: "suspended" },
  HANDLING: { zh: "处置中", en: "being handled" },
  FEEDBACK: { zh: "已反馈", en: "reported back" },
  CHECKING: { zh: "核查中", en: "being checked" },
  PENDING_CLOSE: { zh: "待结案", en: "to be closed" },
  NOT_ACCEPTED: { zh: "不予受理", en: "not accepted" },
  NOT_FILED: { zh: "不予立案", en: "not filed" },
  VOIDED: { zh: "作废", en: "voided" },
  CLOSED: { zh: "已结案", en: "closed" },
  FORCE_CLOSED: { zh: "强制结案", en: "closed by force" },
});
