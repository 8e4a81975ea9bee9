/** Words of a curve. */
import { speaker } from "./words.ts";

export const say = speaker({
  back: { zh: "向前（更早）", en: "Earlier" },
  empty: { zh: "这段时间没有读数。", en: "No readings in this span." },
  emptyOf: { zh: "{name}：这段时间没有读数。", en: "{name}: no readings in this span." },
  forward: { zh: "向后（更晚）", en: "Later" },
  keys: {
    zh: "快捷键：+ 放大，- 缩小，0 全部，Shift+←/→ 平移；也可在图上拖选一段放大",
    en: "Keys: + nearer, - further, 0 all, Shift+←/→ moves; or drag over a part of the curve",
  },
  limit: { zh: "限值：{label} {value}", en: "Limit: {label} {value}" },
  mark: { zh: "{kind}：{time} {label}", en: "{kind}: {time} {label}" },
  marks: { zh: "图上的标记", en: "Marks on the curve" },
  onlyNewest: { zh: "只列出最近的 {n} 个时刻。", en: "The newest {n} times alone are listed." },
  readOut: { zh: "逐点读数", en: "Read point by point" },
  seen: {
    zh: "{name}：{count} 个值，最低 {low}，最高 {high}，最近 {last}（{time}），中断 {gaps} 处。",
    en: "{name}: {count} values, lowest {low}, highest {high}, last {last} ({time}), {gaps} gaps.",
  },
  span: { zh: "{from} 至 {to}。", en: "From {from} to {to}." },
  table: { zh: "数据表", en: "As a table" },
  time: { zh: "时间", en: "Time" },
  tools: { zh: "曲线缩放", en: "Zoom of the curve" },
  whole: { zh: "全部", en: "All" },
  zoomIn: { zh: "放大", en: "Nearer" },
  zoomOut: { zh: "缩小", en: "Further" },
});
