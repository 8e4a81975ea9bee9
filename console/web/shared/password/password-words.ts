/** Words of passwords: one's own that is changed, and another that is set for somebody. */
import { speaker } from "../words.ts";

export const say = speaker({
  change: { zh: "修改", en: "Change it" },
  changed: {
    zh: "密码已修改。您在别处的 {n} 个登录已结束。",
    en: "The password is changed. {n} other sessions of yours have ended.",
  },
  hint: { zh: "至少 4 个字符", en: "4 characters at least" },
  locked: { zh: "尝试次数过多，请 {n} 秒后再试。", en: "Too many attempts; try again in {n} s." },
  mismatch: { zh: "两次输入的新密码不一样。", en: "The new password is not the same twice." },
  new: { zh: "新密码", en: "New password" },
  old: { zh: "原密码", en: "Old password" },
  othersEnd: {
    zh: "修改后，您在别处的登录（其他电脑、手机）会立即结束。",
    en: "Your sessions elsewhere, on other computers and phones, end at once.",
  },
  repeat: { zh: "再输一次新密码", en: "New password again" },
  title: { zh: "修改密码", en: "Change the password" },
});
