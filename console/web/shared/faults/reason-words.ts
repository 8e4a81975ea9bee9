/** Why a case does not take a step: each reason of the platform as a sentence with the cure. */
import type { CaseReason } from "../../../../model/case-reasons.ts";
import type { Bilingual } from "../language.ts";
import { speaker } from "../words.ts";

const REASONS: Record<CaseReason, Bilingual> = {
  state: {
    zh: "案卷现在是“{state}”，不能办“{event}”。",
    en: "The case is “{state}” now and does not take “{event}”.",
  },
  role: {
    zh: "“{event}”由{roles}办理，您现在不能办。",
    en: "“{event}” is for {roles}; you may not do it.",
  },
  "needs-note": { zh: "请填写说明。", en: "Write a note." },
  "needs-reason": { zh: "请填写理由。", en: "Write a reason." },
  "not-nothing-found": {
    zh: "反馈之后作废，结果须是“未发现问题”；不是的请发核查。",
    en: "After feedback a case is voided only where nothing was found; else send it to be checked.",
  },
  "needs-photo": {
    zh: "作废须有照片为证，请附照片，或发核查。",
    en: "A photo must show that nothing is there: add one, or send the case to be checked.",
  },
  "alarms-again": {
    zh: "传感器判定修复后又报警，请返工，或派监督员核查。",
    en: "Its sensor alarms again: send the case back to work, or let an inspector look.",
  },
  "order-accepted": {
    zh: "班组 {crewId} 已接单，请直接开始处置。",
    en: "Crew {crewId} has accepted the order already; go on to start.",
  },
  "no-crew": {
    zh: "案卷还没有班组，请先改派。",
    en: "No crew has the case; give it to one first.",
  },
  "no-other-crew": {
    zh: "单位 {unitId} 现在没有别的班组可派，请指定一个班组。",
    en: "Unit {unitId} has no other crew now; name one.",
  },
  "outcome-unknown": {
    zh: "没有“{outcome}”这种处置结果，请从列表中选择。",
    en: "There is no outcome “{outcome}”; choose one of the list.",
  },
  "repair-half": {
    zh: "本案卷是案卷 {caseNo} 围护之后的修复，请反馈“已修复”、“无法到达”或“需要更换”。",
    en: "This is the repair of what case {caseNo} made safe: say repaired, cannot be reached or needs a replacement.",
  },
  "extension-pending": {
    zh: "已有一个延期申请待审批，请等答复。",
    en: "An extension is asked for already; wait for the answer.",
  },
  "extensions-spent": {
    zh: "已延期 {count} 次，不能再延，可申请挂账。",
    en: "Extended {count} times, the most there is; ask for a suspension instead.",
  },
  "no-extension-pending": {
    zh: "没有待审批的延期申请，由处置单位先申请。",
    en: "No extension is asked for; the unit asks first.",
  },
  "second-extension": {
    zh: "第二次延期须由领导审批。",
    en: "A second extension is for a leader to grant.",
  },
  "after-deadline": {
    zh: "案卷已超期，延期须在期限前申请和审批。",
    en: "The deadline has passed; extensions are asked for and granted before it.",
  },
  "suspension-pending": {
    zh: "已有一个挂账申请待审批，请等答复。",
    en: "A suspension is asked for already; wait for the answer.",
  },
  "suspended-once": {
    zh: "案卷已挂账过一次，不能再挂账。",
    en: "The case was suspended once, and once only is granted.",
  },
  "no-suspension-pending": {
    zh: "没有待审批的挂账申请，由处置单位先申请。",
    en: "No suspension is asked for; the unit asks first.",
  },
  "until-missing": { zh: "请填写挂账到哪一天。", en: "Write the last day of the suspension." },
  "until-outside": {
    zh: "挂账截止时间须在今后 {days} 天之内，请改写。",
    en: "A suspension ends within the coming {days} days; write such a time.",
  },
  arrived: {
    zh: "班组已于 {at} 到场，请接着反馈。",
    en: "The crew is at the place since {at}; go on to report back.",
  },
  "life-safety-on-the-spot": {
    zh: "涉及人身安全的案卷不能自处置，请确认后派遣。",
    en: "A life-safety case is not settled on the spot; confirm it and send it on.",
  },
  "alarm-stands": {
    zh: "报警还没有解除，请等解除，或确认后派遣。",
    en: "Its alarm still stands: wait until it is over, or confirm the case and send it on.",
  },
  "needs-photo-pair": {
    zh: "自处置须有处置前后照片各一张，现有处置前 {before} 张、处置后 {after} 张，请补齐。",
    en: "It takes a photo from before and one from after; there are {before} and {after}. Add what is missing.",
  },
  "proof-missing": {
    zh: "传感器还没有证实修复，请填写理由，或等传感器证实。",
    en: "Its sensor has not proven the repair yet: write a reason, or wait for the sensor.",
  },
  "not-repaired": {
    zh: "案卷结案时没有修复，不能按复发恢复办理。",
    en: "The case was closed without a repair and does not relapse.",
  },
  "disputed-once": {
    zh: "案卷已因上报人异议恢复办理过一次，请另行上报。",
    en: "It was taken up again for its reporter once, and once only; report it anew.",
  },
  "disputed-late": {
    zh: "案卷结案已超过 {days} 天，请另行上报。",
    en: "The case was closed more than {days} days ago; report it anew.",
  },
  "join-unnamed": { zh: "请写明并入哪个案卷。", en: "Name the case that it joins." },
  "join-itself": { zh: "案卷不能并入自己。", en: "A case cannot join itself." },
  "join-drill": {
    zh: "演练案卷不能并案，请作废结束演练。",
    en: "A drill joins nothing, and nothing joins a drill; end it by voiding.",
  },
  "join-ended": {
    zh: "案卷 {caseNo} 是“{state}”，不能再并入。",
    en: "Case {caseNo} is “{state}” and takes no other on.",
  },
  "join-evidence": {
    zh: "本案卷由传感器报警而来，请把另一个案卷并入本案卷。",
    en: "This case stands on a sensor's alarm; join the other to it.",
  },
  "join-life-safety": {
    zh: "本案卷涉及人身安全，案卷 {caseNo} 不涉及，并入会延误。请把它并入本案卷，或确认后派遣。",
    en: "This case is life safety and case {caseNo} is not: it would be late. Join the other to it, or confirm it.",
  },
  "assists-open": {
    zh: "协办单位 {units} 还没有办完，不能反馈已修复。请等待或取消协办；只消除了危险的，请反馈“已围护，待修复”。",
    en: "Units that assist have not ended: {units}. Wait for them, cancel them, or say that it is made safe.",
  },
  "ruled-theirs": {
    zh: "案卷已由裁定 {rulingId} 定给本单位，不能以“不属本单位”退回。请写明别的理由，或申请撤销裁定。",
    en: "Ruling {rulingId} gave the case to the unit: say another ground, or have the ruling revoked.",
  },
  "crew-would-lose": {
    zh: "案卷涉及人身安全，单位 {unitId} 现在没有班组可派，仍由班组 {crewId} 负责。请另选能出动的单位或班组，或不同意退回。",
    en: "A life-safety case, and unit {unitId} has no crew for it now: crew {crewId} keeps it. Name another unit or crew, or refuse the return.",
  },
  "assist-state": {
    zh: "协办现在不能办这一步，可能已结束，请刷新后再看。",
    en: "The assist does not take this as it stands, it may have ended; look again.",
  },
  "assist-role": {
    zh: "这一步不归您办，请由协办单位、牵头单位或派遣员办理。",
    en: "This is for the assisting unit, the unit that has the case or a dispatcher.",
  },
  "assist-not-now": {
    zh: "案卷现在是“{state}”，派遣后、处置中或挂账时才能请求协办。",
    en: "The case is “{state}” now; assists are asked for once it is dispatched, handled or suspended.",
  },
  "assists-spent": {
    zh: "案卷已有 {count} 个协办，不能再加。",
    en: "The case has {count} assists, the most that it takes.",
  },
  "assist-stands-in": {
    zh: "案卷涉及人身安全，单位还没有班组，由中心的班组顶替。请先改派给班组，再取消协办。",
    en: "A crew of the centre stands in for a life-safety case that no crew has; give it to one first.",
  },
  "order-state": {
    zh: "督办单现在不能办这一步，请刷新后再看。",
    en: "The order does not take this as it stands; look again.",
  },
  "order-role": {
    zh: "督办单的这一步不归您办，请由责任单位或领导、值班长办理。",
    en: "This step of the order is for its unit, or for the leads.",
  },
  "order-extensions-spent": {
    zh: "督办单已延期 {count} 次，不能再延。",
    en: "The order was extended {count} times, the most there is.",
  },
  "order-deadline-missing": {
    zh: "请填写延期到何时，或延几个工作日。",
    en: "Write until when it is extended, or by how many working days.",
  },
  "order-deadline-early": {
    zh: "新的期限须晚于现在，也晚于原期限，请改写。",
    en: "The new deadline is to come, and later than the present one; write such a time.",
  },
};

export const sayReason = speaker(REASONS);
