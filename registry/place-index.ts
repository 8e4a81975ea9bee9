/**
 * Finds things by their names: by a part of a name, by its pinyin or the initials of it. All names
 * stand in one long text, a line each, and a search runs through it once; that is quick enough for
 * hundreds of thousands, and what is new stands in a short text of its own behind it. Pure, in memory.
 */
import { distanceM, type Place } from "../model/geography.ts";
import { PLACE_MATCHES, type PlaceMatch } from "../model/place.ts";
import { READINGS_MAX, readingsOf } from "./pinyin.ts";

export interface Named<T> {
  id: string;
  /** Names, aliases, codes. */
  labels: readonly string[];
  lon: number;
  lat: number;
  /** By its words' pinyin alone, not by what its characters read elsewhere: a fraction of the text. */
  isByWordsAlone?: boolean;
  thing: T;
}

export interface Found<T> {
  thing: T;
  match: PlaceMatch;
  distanceM?: number;
}

export interface PlaceQuery<T> {
  text: string;
  limit: number;
  near?: Place | undefined;
  isWanted?(thing: T): boolean;
}

export interface PlaceIndex<T> {
  readonly size: number;
  put(named: Named<T>): void;
  remove(id: string): void;
  search(query: PlaceQuery<T>): Found<T>[];
}

/** Its names as they are searched: a line each, one text of all, so that many cost little memory. */
interface Entry<T> extends Omit<Named<T>, "labels" | "isByWordsAlone"> {
  texts: string;
  full: string;
  initials: string;
  /** Another stands in its place, or none. */
  isGone: boolean;
}

type Sound = Pick<Entry<unknown>, "full" | "initials">;

/** Lines of one text: where each begins and whose it is. */
interface Lines {
  text: string;
  starts: Int32Array;
  owners: Int32Array;
}

interface Segment<T> {
  entries: readonly Entry<T>[];
  texts: Lines;
  /** In small letters; `capitals` is the same with each syllable's capital. */
  pinyin: Lines;
  capitals: string;
  initials: Lines;
}

/** More short texts than this become one; a quarter of the long one behind it, and all do. */
const SEGMENTS_MAX = 8;
const TAIL_SHARE_MAX = 0.25;
/** Names whose sound is remembered, of either kind; then it begins anew. */
const SOUNDS_MAX = 5_000;
const NONE = 255;
const LATIN = /[a-z]/;
const HAN = /\p{Script=Han}/u;

/** Small letters without spaces, tones and wide forms: how names and queries are compared. */
export function searchable(text: string): string {
  return text
    .replaceAll(/[üǖǘǚǜÜ]/g, "v")
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[\p{M}\s'’·]/gu, "");
}

export function createPlaceIndex<T>(): PlaceIndex<T> {
  const standing = new Map<string, Entry<T>>();
  /** The long text, and what came behind it. */
  let segments: Segment<T>[] = [];
  let recent: Entry<T>[] = [];

  const isStanding = ({ isGone }: Entry<T>): boolean => !isGone;

  function leave(id: string): void {
    const former = standing.get(id);
    if (former !== undefined) former.isGone = true;
    standing.delete(id);
  }

  /** What came since the last search is put in order. */
  function settle(): void {
    if (recent.length === 0) return;
    const [long, ...tail] = segments;
    const behind = [...tail.flatMap(({ entries }) => entries), ...recent];
    if (long === undefined || behind.length > long.entries.length * TAIL_SHARE_MAX) {
      segments = [segmentOf([...standing.values()])];
    } else if (segments.length < SEGMENTS_MAX) {
      segments.push(segmentOf(recent.filter(isStanding)));
    } else {
      segments = [long, segmentOf(behind.filter(isStanding))];
    }
    recent = [];
  }

  return {
    get size() {
      return standing.size;
    },
    put(named) {
      const entry = entryOf(named);
      leave(named.id);
      standing.set(named.id, entry);
      recent.push(entry);
    },
    remove: leave,
    search(query) {
      settle();
      const best = createBest<T>(query);
      for (const segment of segments) {
        const ranks = rankOf(segment, searchable(query.text));
        for (let index = 0; index < ranks.length; index += 1) {
          const rank = ranks[index] ?? NONE;
          if (rank === NONE) continue;
          const entry = segment.entries[index];
          if (entry !== undefined && isStanding(entry)) best.offer(entry, rank);
        }
      }
      return best.found();
    },
  };
}

function entryOf<T>(named: Named<T>): Entry<T> {
  const texts = [...new Set(named.labels.map(searchable))];
  const read = texts
    .filter((text) => HAN.test(text))
    .map((text) => (named.isByWordsAlone === true ? soundOfWords(text) : soundOf(text)));
  // Field by field: of a hundred thousand, copies of the rest of an object take four times the room.
  return {
    id: named.id,
    lon: named.lon,
    lat: named.lat,
    thing: named.thing,
    texts: texts.join("\n"),
    full: read.map(({ full }) => full).join("\n"),
    initials: read.map(({ initials }) => initials).join("\n"),
    isGone: false,
  };
}

const soundOf = rememberedSound(READINGS_MAX);
const soundOfWords = rememberedSound(1);

/** Thousands of assets have one name: it is read once and kept once. */
function rememberedSound(readingsMax: number): (text: string) => Sound {
  const sounds = new Map<string, Sound>();
  return (text) => {
    const known = sounds.get(text);
    if (known !== undefined) return known;
    const { full, initials } = readingsOf(text, readingsMax);
    const sound = { full: full.join("\n"), initials: initials.join("\n") };
    if (sounds.size >= SOUNDS_MAX) sounds.clear();
    sounds.set(text, sound);
    return sound;
  };
}

function segmentOf<T>(entries: readonly Entry<T>[]): Segment<T> {
  const capitals = linesOf(entries.map(({ full }) => full));
  return {
    entries,
    texts: linesOf(entries.map(({ texts }) => texts)),
    pinyin: { ...capitals, text: capitals.text.toLowerCase() },
    capitals: capitals.text,
    initials: linesOf(entries.map(({ initials }) => initials)),
  };
}

function linesOf(groups: readonly string[]): Lines {
  const text = `${groups.join("\n")}\n`;
  const starts: number[] = [];
  const owners: number[] = [];
  let at = 0;
  for (const [owner, group] of groups.entries()) {
    const end = at + group.length;
    while (at <= end) {
      starts.push(at);
      owners.push(owner);
      at = text.indexOf("\n", at) + 1;
    }
  }
  starts.push(at);
  return { text, starts: Int32Array.from(starts), owners: Int32Array.from(owners) };
}

/** Sub-ranks of a match: the whole line, its beginning, a part of it. */
const SHARES = 3;

/** The best rank of each entry: three to a kind of match, in the order of `PLACE_MATCHES`. */
function rankOf<T>(segment: Segment<T>, needle: string): Uint8Array {
  const ranks = new Uint8Array(segment.entries.length).fill(NONE);
  if (needle === "") return ranks;
  const note = (owner: number, rank: number): void => {
    if (rank < (ranks[owner] ?? NONE)) ranks[owner] = rank;
  };
  eachHit(segment.texts, needle, (owner, share) => note(owner, share * SHARES));
  if (!LATIN.test(needle)) return ranks;
  const [sound] = HAN.test(needle) ? readingsOf(needle).full : [needle];
  const { capitals, pinyin, initials } = segment;
  const isSyllable = (at: number): boolean => {
    const code = capitals.charCodeAt(at);
    return (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
  };
  const rankOfPinyin = PLACE_MATCHES.indexOf("pinyin") * SHARES;
  eachHit(
    pinyin,
    (sound ?? needle).toLowerCase(),
    (owner, share) => note(owner, rankOfPinyin + share),
    isSyllable,
  );
  const rankOfInitials = PLACE_MATCHES.indexOf("initials") * SHARES;
  eachHit(initials, needle, (owner, share) => note(owner, rankOfInitials + share));
  return ranks;
}

/** Tells of each line that has the needle, by its first hit. */
function eachHit(
  { text, starts, owners }: Lines,
  needle: string,
  tell: (owner: number, share: number) => void,
  isWanted: (at: number) => boolean = () => true,
): void {
  let line = 0;
  for (let at = nextHit(text, needle, 0); at !== -1; ) {
    if (!isWanted(at)) {
      at = nextHit(text, needle, at + 1);
      continue;
    }
    while ((starts[line + 1] ?? text.length) <= at) line += 1;
    const start = starts[line] ?? 0;
    const end = (starts[line + 1] ?? text.length) - 1;
    const isBegin = at === start;
    tell(owners[line] ?? 0, isBegin ? (at + needle.length === end ? 0 : 1) : 2);
    at = nextHit(text, needle, end);
  }
}

/** A single character has so many hits that a call for each costs more than a look at each place. */
function nextHit(text: string, needle: string, from: number): number {
  if (needle.length > 1) return text.indexOf(needle, from);
  const code = needle.charCodeAt(0);
  for (let at = from; at < text.length; at += 1) if (text.charCodeAt(at) === code) return at;
  return -1;
}

interface Ranked<T> {
  entry: Entry<T>;
  match: number;
  rank: number;
  metres: number;
}

/** Less than the shortest degree of latitude. */
const METRES_PER_DEGREE_MIN = 110_000;

/** Keeps the best, in order: by match, distance, how much of a name it is, length, id. */
function createBest<T>({ limit, near, isWanted }: PlaceQuery<T>) {
  const kept: Ranked<T>[] = [];

  function isBetter(a: Ranked<T>, b: Ranked<T>): boolean {
    if (a.match !== b.match) return a.match < b.match;
    if (a.metres !== b.metres) return a.metres < b.metres;
    if (a.rank !== b.rank) return a.rank < b.rank;
    const longer = a.entry.texts.length - b.entry.texts.length;
    return longer === 0 ? a.entry.id < b.entry.id : longer < 0;
  }

  /** Told without counting: of a common word there are very many. */
  function isSurelyWorse(entry: Entry<T>, match: number, last: Ranked<T>): boolean {
    if (match !== last.match) return match > last.match;
    if (near === undefined) return false;
    return Math.abs(near.lat - entry.lat) * METRES_PER_DEGREE_MIN > last.metres;
  }

  return {
    offer(entry: Entry<T>, rank: number): void {
      const match = Math.floor(rank / SHARES);
      const last = kept.length < limit ? undefined : kept.at(-1);
      if (last !== undefined && isSurelyWorse(entry, match, last)) return;
      if (isWanted?.(entry.thing) === false) return;
      const metres = near === undefined ? 0 : distanceM(near, entry);
      const offered = { entry, match, rank, metres };
      if (last !== undefined && !isBetter(offered, last)) return;
      let at = kept.length;
      for (let above = kept[at - 1]; above !== undefined && isBetter(offered, above); ) {
        at -= 1;
        above = kept[at - 1];
      }
      kept.splice(at, 0, offered);
      if (kept.length > limit) kept.pop();
    },
    found: (): Found<T>[] =>
      kept.map(({ entry, match, metres }) => ({
        thing: entry.thing,
        match: PLACE_MATCHES[match] ?? "part",
        ...(near !== undefined && { distanceM: Math.round(metres) }),
      })),
  };
}
