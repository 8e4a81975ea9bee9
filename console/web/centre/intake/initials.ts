/**
 * First letters of how a Chinese text is read, so that it is found by them. A browser sorts characters
 * by pinyin; where one stands among the first characters of each letter tells its own. Of a character
 * with several readings it is the one by which it is sorted.
 */
import { PINYIN_FIRST, PINYIN_LETTERS } from "./intake-words.ts";

const byPinyin = new Intl.Collator("zh-Hans-u-co-pinyin");
const FIRST = [...PINYIN_FIRST];
const HAN = /\p{Script=Han}/u;

/** Latin letters and digits stand as they are; everything else is left out. */
export function initialsOf(text: string): string {
  let initials = "";
  for (const character of text.toLowerCase()) {
    if (/[a-z0-9]/.test(character)) initials += character;
    else if (HAN.test(character)) initials += letterOf(character);
  }
  return initials;
}

function letterOf(character: string): string {
  const at = FIRST.findLastIndex((first) => byPinyin.compare(character, first) >= 0);
  return PINYIN_LETTERS[at] ?? "";
}
