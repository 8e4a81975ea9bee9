/** How durations and ages are said. */
import { language } from "./language.ts";
import { speaker } from "./words.ts";

export const say = speaker({
  ageSeconds: { zh: "{n} 秒前", en: "{n} s ago" },
  ageMinutes: { zh: "{n} 分钟前", en: "{n} min ago" },
  ageHours: { zh: "{n} 小时前", en: "{n} h ago" },
  ageDays: { zh: "{n} 天前", en: "{n} d ago" },
});

/** `2 h 5 min`, `12 min`, `45 s`; without a sign, and never more than was there. */
export function sayDuration(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const zh = language.value === "zh";
  if (days > 1) return zh ? `${days} 天 ${hours % 24} 小时` : `${days} d ${hours % 24} h`;
  if (hours > 0) return zh ? `${hours} 小时 ${minutes % 60} 分` : `${hours} h ${minutes % 60} min`;
  if (minutes > 0) return zh ? `${minutes} 分钟` : `${minutes} min`;
  return zh ? `${seconds} 秒` : `${seconds} s`;
}

export function sayAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return say("ageSeconds", { n: seconds });
  if (seconds < 3600) return say("ageMinutes", { n: Math.floor(seconds / 60) });
  if (seconds < 48 * 3600) return say("ageHours", { n: Math.floor(seconds / 3600) });
  return say("ageDays", { n: Math.floor(seconds / 86_400) });
}
