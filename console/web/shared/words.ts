/**
 * How every text of the pages is said. Each page has its own table of words beside it (a file named
 * `*-words.ts`, the only place with Chinese in it) and says them by its own `say`; a test holds every
 * table whole, used and in both languages.
 */
import { type Bilingual, language } from "./language.ts";

export type Fills = Record<string, string | number>;
export interface Say<Word extends string> {
  (word: Word, fills?: Fills): string;
  words: Readonly<Record<Word, Bilingual>>;
}

/** `{name}` in a text is filled by the fill of that name. */
export function speaker<Word extends string>(words: Record<Word, Bilingual>): Say<Word> {
  const say = (word: Word, fills: Fills = {}): string =>
    inLanguage(words[word]).replace(/\{(\w+)\}/g, (hole, name: string) => `${fills[name] ?? hole}`);
  return Object.assign(say, { words });
}

/** A word of the table; what the platform has learnt since is shown as it is. */
export function sayCode<Word extends string>(say: Say<Word>, code: string): string {
  return Object.hasOwn(say.words, code) ? say(code as Word) : code;
}

export const inLanguage = (text: Bilingual): string => text[language.value];

export function sayCount(count: number): string {
  return count.toLocaleString(language.value === "zh" ? "zh-CN" : "en-GB");
}

const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"];

/** `8.0 GiB`, `249 B`. */
export function sayBytes(bytes: number): string {
  const power = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log2(bytes) / 10)));
  const size = bytes / 1024 ** power;
  return `${power === 0 ? size : size.toFixed(1)} ${SIZES[power]}`;
}
