/** Words of what is said to an alarm. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  acknowledge: { zh: "确认报警", en: "Acknowledge" },
  reset: { zh: "复位", en: "Reset" },
  resetHint: {
    zh: "现场已恢复正常；复位后这条报警结束。",
    en: "It is normal again; reset, the alarm is over.",
  },
});
