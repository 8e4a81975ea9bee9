/** Words of what announces itself on every page of the centre. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  allowNotices: { zh: "允许桌面通知", en: "Allow desktop notifications" },
  dangers: { zh: "⚠ 人身安全 {n} 件", en: "⚠ Life safety: {n}" },
  dangerAt: { zh: "{title}，{place}", en: "{title}, {place}" },
  dangerNew: { zh: "新的人身安全案卷：{title}", en: "New life-safety case: {title}" },
  dangersBetween: { zh: "；", en: "; " },
  dangersMore: { zh: "另有 {n} 件", en: "and {n} more" },
  drillMark: { zh: "【演练】{title}", en: "DRILL: {title}" },
  drills: { zh: "演练 {n} 件", en: "Drills: {n}" },
  soundLocked: { zh: "声音待启用", en: "sound waits" },
  soundLockedWhy: {
    zh: "浏览器在您第一次点击或按键之前不放声音。",
    en: "A browser plays no sound before your first click or key.",
  },
  soundMuted: { zh: "已静音", en: "muted" },
  soundMutedWhy: {
    zh: "新的人身安全案卷不响铃。点按恢复声音。",
    en: "New life-safety cases make no sound. Press to hear them.",
  },
  soundOn: { zh: "声音开", en: "sound on" },
  soundOnWhy: {
    zh: "新的人身安全案卷会响铃。点按静音。",
    en: "New life-safety cases are heard. Press to mute.",
  },
});
