/**
 * How a Chinese name is read: syllables without tones, `v` for ü. The reading of its words first
 * (重庆 is chong qing), then other readings of its characters up to a bound, since nobody knows
 * which one somebody types. Names are read as words of places, not as surnames.
 */
import { pinyin } from "pinyin-pro";

export interface Readings {
  /** Syllables joined, each with a capital: `ChongQingLu`. Digits and Latin words stand as they are. */
  full: string[];
  /** First letters, in small letters: `cql`. */
  initials: string[];
}

/** Readings of one name; a name of many characters with several has more, which are left out. */
export const READINGS_MAX = 8;
/** Runs of characters whose reading is remembered; more are read anew. */
const REMEMBERED_MAX = 10_000;
const TOKEN = /\p{Script=Han}|[a-z0-9]+/gu;
const HAN = /\p{Script=Han}/u;

const OPTIONS = { toneType: "none", type: "array", v: true } as const;

const ofCharacter = new Map<string, readonly string[]>();
const ofWords = new Map<string, readonly string[]>();

/**
 * `name` in small letters; of 1 reading that of its words. Nothing where it has neither characters
 * nor Latin letters.
 */
export function readingsOf(name: string, readingsMax = READINGS_MAX): Readings {
  const tokens = name.match(TOKEN) ?? [];
  const words = wordsOf(tokens.filter((token) => HAN.test(token)).join(""));
  let han = 0;
  let readings: string[][] = tokens.length === 0 ? [] : [[]];
  for (const token of tokens) {
    const isHan = HAN.test(token);
    const options = isHan ? optionsOf(token, words[han]).slice(0, readingsMax) : [token];
    if (isHan) han += 1;
    readings = readings
      .flatMap((read) => options.map((option) => [...read, option]))
      .slice(0, readingsMax);
  }
  // A number or a Latin word is typed whole.
  const initial = (read: string, at: number): string =>
    HAN.test(tokens[at] ?? "") ? read.slice(0, 1) : read;
  return {
    full: unique(readings.map((read) => read.map(capital).join(""))),
    initials: unique(readings.map((read) => read.map(initial).join(""))),
  };
}

/** The reading in its words first. */
function optionsOf(character: string, inWords: string | undefined): string[] {
  const others = charactersOf(character);
  return unique(inWords === undefined ? others : [inWords, ...others]);
}

function charactersOf(character: string): readonly string[] {
  const known = ofCharacter.get(character);
  if (known !== undefined) return known;
  const read = unique(pinyin(character, { ...OPTIONS, multiple: true }));
  ofCharacter.set(character, read);
  return read;
}

function wordsOf(characters: string): readonly string[] {
  const known = ofWords.get(characters);
  if (known !== undefined) return known;
  const read = characters === "" ? [] : pinyin(characters, OPTIONS);
  if (ofWords.size < REMEMBERED_MAX) ofWords.set(characters, read);
  return read;
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

const capital = (syllable: string): string =>
  syllable.slice(0, 1).toUpperCase() + syllable.slice(1);
