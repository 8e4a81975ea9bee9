/** Assists, rulings and stewards as the API shows them. */
import type { Assist } from "../model/assist.ts";
import { withTimes } from "../model/case-view.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Ruling } from "../model/ruling.ts";
import type { Steward } from "../model/steward.ts";
import type { RulingAnswer } from "./schemas/rulings.ts";
import type { AssistAnswer, StewardAnswer } from "./schemas/together.ts";

export const showAssist = (assist: Assist, zone: TimeZone): AssistAnswer =>
  withTimes(assist, ["askedAt", "deadline", "startedAt", "endedAt"], zone);

export const showRuling = (ruling: Ruling, zone: TimeZone): RulingAnswer =>
  withTimes(ruling, ["ruledAt", "validUntil", "revokedAt"], zone);

export const showSteward = (steward: Steward, zone: TimeZone): StewardAnswer =>
  withTimes(steward, ["validFrom", "validUntil"], zone);
