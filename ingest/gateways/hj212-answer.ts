/**
 * What a data logger is answered: 9014 to an upload, 9013 to a notice, and the time to one that
 * asks for it (HJ 212-2017 clauses 6.4 and 6.6). Sent only when the frame is durable; an answer
 * repeats the frame's QN, and its Flag keeps the version but asks for nothing.
 */
import type { Instant } from "../../model/clock.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { encodeHj212, FLAG_ANSWER, FLAG_PACKETS, type Hj212Frame } from "./hj212-frame.ts";

const CN_NOTICE_ANSWER = "9013";
const CN_DATA_ANSWER = "9014";
const CN_SET_TIME = "1012";
/** A data logger finds its clock wrong and asks for the time. */
const CN_TIME_WANTED = "1013";
const ST_SYSTEM = "91";
/** Answers and results of the logger itself; never answered. */
const ANSWERS = /^901[1-4]$/;

/** Frames to send back, none where the frame's Flag asks for none (2005's has no Flag). */
export function answersTo(frame: Hj212Frame, now: Instant, zone: TimeZone): Uint8Array[] {
  const flag = frame.flag ?? 0;
  if ((flag & FLAG_ANSWER) === 0 || ANSWERS.test(frame.cn)) return [];
  const version = flag & ~(FLAG_ANSWER | FLAG_PACKETS);
  const wantsTime = frame.cn === CN_TIME_WANTED;
  const cn = wantsTime ? CN_NOTICE_ANSWER : CN_DATA_ANSWER;
  const head = (qn: string, st: string, name: string, flags: number): string =>
    `QN=${qn};ST=${st};CN=${name};PW=${frame.pw};MN=${frame.mn};Flag=${flags}`;
  const answers = [
    encodeHj212(`${head(frame.qn ?? digits(now, zone), ST_SYSTEM, cn, version)};CP=&&&&`),
  ];
  if (wantsTime) {
    const polId = /(?:^|[;,])PolId=([^;,]*)/.exec(frame.cp)?.[1];
    const pollutant = polId === undefined ? "" : `PolId=${polId};`;
    const time = digits(now, zone).slice(0, 14);
    const request = head(digits(now, zone), frame.st, CN_SET_TIME, version | FLAG_ANSWER);
    answers.push(encodeHj212(`${request};CP=&&${pollutant}SystemTime=${time}&&`));
  }
  return answers;
}

/** yyyyMMddHHmmsszzz */
function digits(at: Instant, zone: TimeZone): string {
  return zone.iso(at).slice(0, 23).replaceAll(/\D/g, "");
}
