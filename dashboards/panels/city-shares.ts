/** The shares that a city is measured by, each said once for all boards. */
import { sewagePlant } from "../../model/asset-classes/sewage-plant.ts";
import { streetlight } from "../../model/asset-classes/streetlight.ts";
import { wasteBin } from "../../model/asset-classes/waste-bin.ts";
import { is } from "../influxql.ts";
import { UIDS } from "../links.ts";
import type { Share } from "./shares.ts";

/** 主干道 and 次干道/支路. */
export const LIT_TARGETS = { trunk: 0.98, other: 0.96 } as const;
export const ONLINE_TARGET = 0.95;
const BINS_FULL_BOUND = 0.05;

/** The field of `assets` that counts where a rule stands. */
const ruleField = (name: string): string => `rule_${name}`;

const lit: Omit<Share, "target"> = {
  title: { zh: "亮灯率", en: "Lighting rate" },
  description: {
    zh: "应亮且有有效数据的路灯中亮灯的占比（lighting，每5分钟一次；只计夜间）。",
    en: "Lamps that are lit, of those that their plan wants lit and that are heard; nights alone.",
  },
  from: "lighting",
  ...{ part: "lit", whole: "heard", board: UIDS.lighting },
};

export const litOn = (road: keyof typeof LIT_TARGETS): Share => ({
  ...lit,
  title:
    road === "trunk"
      ? { zh: "主干道亮灯率", en: "Lighting rate, trunk roads" }
      : { zh: "次干道、支路亮灯率", en: "Lighting rate, other roads" },
  description: {
    zh: `${lit.description.zh}目标${LIT_TARGETS[road] * 100} %。`,
    en: `${lit.description.en} Target ${LIT_TARGETS[road] * 100} %.`,
  },
  where: [is("road", road)],
  target: LIT_TARGETS[road],
});

export const litAll: Share = { ...lit, target: LIT_TARGETS.other };

export const lampsHeard: Share = {
  title: { zh: "应亮路灯有数据率", en: "Lamps heard, of those due" },
  description: {
    zh: "应亮路灯中最近三个上报周期内有有效数据的占比；其余是否亮灯不知。",
    en: "Lamps due that gave a good value within three report periods; whether the others burn is not known.",
  },
  from: "lighting",
  ...{ part: "heard", whole: "due" },
  target: ONLINE_TARGET,
};

export const fittedLamps: Share = {
  title: { zh: "装灯率（装有单灯控制器）", en: "Fitted rate: lamps with a controller" },
  description: {
    zh: "登记的路灯中装有设备的占比（assets）；没有设备的路灯亮否不知。",
    en: "Registered lamps that have a device; of the others nothing is known.",
  },
  from: "assets",
  ...{ part: "fitted", whole: "assets" },
  where: [is("class", streetlight.slug)],
};

export const binsFull: Share = {
  title: { zh: "满溢垃圾桶占比", en: "Bins that are full" },
  description: {
    zh: "装有设备的垃圾桶中规则 waste-bin.full 在报的占比（assets）。",
    en: "Bins on which the rule 'waste-bin.full' stands, of those with a device.",
  },
  from: "assets",
  ...{ part: ruleField("full"), whole: "fitted" },
  ...{ where: [is("class", wasteBin.slug)], board: UIDS.cleansing },
  bound: BINS_FULL_BOUND,
};

export const clearedDaily: Share = {
  title: { zh: "日产日清率", en: "Emptied daily" },
  description: {
    zh: "装有设备的垃圾桶中规则 waste-bin.not-emptied（当日20:00前未清运）不在报的占比（assets）。",
    en: "Bins on which the rule 'waste-bin.not-emptied' (by 20:00 of the day) does not stand, of those with a device.",
  },
  from: "assets",
  ...{ part: ruleField("not-emptied"), whole: "fitted", isRest: true },
  ...{ where: [is("class", wasteBin.slug)], board: UIDS.cleansing },
  target: ONLINE_TARGET,
};

export const plantsWithin: Share = {
  title: { zh: "污水处理厂排口达标率", en: "Outlets within their limits" },
  description: {
    zh: "排口中没有排放限值报警在报的占比（plant，每5分钟一次）。",
    en: "Outlets on which no alarm of a discharge limit stands.",
  },
  from: "plant",
  ...{ part: "within", whole: "outlets" },
  ...{ where: [is("class", sewagePlant.slug)], board: UIDS.plants },
  target: 1,
};

export const online: Share = {
  title: { zh: "设备在线率", en: "Devices online" },
  description: {
    zh: "在用设备中没有失联报警的占比（fleet，每5分钟一次），目标95 %。",
    en: "Devices in service without a standing alarm of silence; target 95 %.",
  },
  from: "fleet",
  ...{ part: "online", whole: "devices", board: UIDS.fleet },
  target: ONLINE_TARGET,
};
