/** Words of the centre's frame. */
import { speaker } from "../shared/words.ts";

export const say = speaker({
  assets: { zh: "部件设备", en: "Assets" },
  cases: { zh: "案卷", en: "Cases" },
  evaluation: { zh: "评价", en: "Evaluation" },
  handover: { zh: "交接班", en: "Handover" },
  intake: { zh: "受理", en: "Intake" },
  nowhere: { zh: "没有这个页面。", en: "There is no such page." },
  now: { zh: "实况", en: "Now" },
  operations: { zh: "运行", en: "Operations" },
  pages: { zh: "页面", en: "Pages" },
  rules: { zh: "规则", en: "Rules" },
  skip: { zh: "跳到内容", en: "Skip to the content" },
  wall: { zh: "指挥大屏", en: "Wall" },
});
