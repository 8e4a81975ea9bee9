/** Is the platform well: what became of each value, what waits, how long an acknowledgement takes. */
import { type Board, board } from "../board.ts";
import { UIDS } from "../links.ts";
import { BAD, GOOD } from "../panel.ts";
import { levels, newest, perSecond, ratesOf } from "../panels/platform.ts";
import { BYTES, COUNT, MILLISECONDS, PER_SECOND } from "../units.ts";

/** Beyond it the platform says that its store does not keep up. */
const PENDING_BOUND = 200_000;
const JOURNAL_WARN_BYTES = 0.8 * 8 * 1024 ** 3;

const LEDGER = {
  journaled: { zh: "入日志", en: "journaled" },
  stored: { zh: "入库", en: "stored" },
  duplicate: { zh: "重复", en: "duplicate" },
  conflict: { zh: "冲突", en: "conflict" },
  putAside: { zh: "搁置", en: "put aside" },
} as const;
const WAITING = {
  pendingUplinks: { zh: "待入库", en: "not stored yet" },
  unjudgedUplinks: { zh: "待判断", en: "not judged yet" },
} as const;

export function platformBoard(): Board {
  return board({
    uid: UIDS.platform,
    title: { zh: "平台健康", en: "Platform health" },
    description: {
      zh: "数据收支、日志、积压、应答时延和连接。更多指标见 /metrics。",
      en: "Ledger of values, journal, what waits, time to acknowledge, connections. More is at /metrics.",
    },
    from: "now-6h",
    refresh: "15s",
    sections: [{ panels: [...nowPanels(), ...throughTime()] }],
  });
}

function nowPanels() {
  return [
    newest("pendingUplinks", {
      title: WAITING.pendingUplinks,
      description: {
        zh: "已落盘而未入库的上报数；超过200,000为跟不上。",
        en: "Uplinks on disk and not in the store yet; above 200,000 it does not keep up.",
      },
      ...{ unit: COUNT, decimals: 0, base: GOOD },
      limits: [{ value: PENDING_BOUND, color: BAD }],
    }),
    newest("unjudgedUplinks", {
      title: WAITING.unjudgedUplinks,
      description: {
        zh: "已落盘而规则未判断的上报数。",
        en: "Uplinks on disk that no rule has judged yet.",
      },
      ...{ unit: COUNT, decimals: 0 },
    }),
    newest("ackMsMean", {
      title: { zh: "应答时延", en: "Time to PUBACK" },
      description: {
        zh: "最近15秒内上报从收到到落盘的平均时间，此后即应答（PUBACK）。",
        en: "Mean time from receipt to disk, after which the PUBACK leaves, of the last 15 seconds.",
      },
      ...{ unit: MILLISECONDS, decimals: 1 },
    }),
    newest("connections", {
      title: { zh: "连接", en: "Connections" },
      description: { zh: "当前MQTT连接数。", en: "MQTT connections now." },
      ...{ unit: COUNT, decimals: 0 },
    }),
    newest("journalBytes", {
      title: { zh: "日志", en: "Journal" },
      description: {
        zh: "日志占用的磁盘；上限（出厂8 GiB）的80 %起为红色。",
        en: "Disk that the journal takes; red from 80 % of its bound, 8 GiB as shipped.",
      },
      ...{ unit: BYTES, decimals: 1, base: GOOD },
      limits: [{ value: JOURNAL_WARN_BYTES, color: BAD }],
    }),
    newest("residentBytes", {
      title: { zh: "内存", en: "Memory" },
      description: { zh: "平台进程占用的内存。", en: "Resident memory of the platform." },
      ...{ unit: BYTES, decimals: 0 },
    }),
  ];
}

function throughTime() {
  return [
    ratesOf({
      title: { zh: "数据收支", en: "Ledger" },
      description: {
        zh: "每秒入日志的数值及其去向：入库、重复、冲突、搁置之和等于入日志。",
        en: "Values a second that were journaled, and what became of them; the others add up to the journaled.",
      },
      ...{ unit: PER_SECOND, fields: LEDGER },
    }),
    levels({
      title: { zh: "积压", en: "Waiting" },
      description: {
        zh: "已落盘而未判断、未入库的上报数。",
        en: "Uplinks on disk that are not judged yet, and not stored yet.",
      },
      ...{ unit: COUNT, decimals: 0, fields: WAITING },
    }),
    levels({
      title: { zh: "应答时延", en: "Time to PUBACK" },
      description: {
        zh: "每15秒内上报从收到到落盘的平均和最长时间。",
        en: "Mean and longest time from receipt to disk in each 15 seconds.",
      },
      unit: MILLISECONDS,
      fields: {
        ackMsMean: { zh: "平均", en: "mean" },
        ackMsMax: { zh: "最长", en: "longest" },
      },
    }),
    perSecond({
      title: { zh: "上报", en: "Uplinks" },
      description: { zh: "每秒应答的上报数。", en: "Uplinks a second that were acknowledged." },
      ...{ unit: PER_SECOND, fields: { acknowledged: { zh: "已应答", en: "acknowledged" } } },
    }),
    levels({
      title: { zh: "连接", en: "Connections" },
      description: { zh: "MQTT连接数。", en: "MQTT connections." },
      ...{ unit: COUNT, decimals: 0, fields: { connections: { zh: "连接", en: "connections" } } },
    }),
    levels({
      title: { zh: "日志和内存", en: "Journal and memory" },
      description: {
        zh: "日志占用的磁盘和平台进程的内存。",
        en: "Disk of the journal and resident memory of the platform.",
      },
      unit: BYTES,
      fields: {
        journalBytes: { zh: "日志", en: "journal" },
        residentBytes: { zh: "内存", en: "memory" },
      },
    }),
  ];
}
