/**
 * Windows that wait to be rolled up, a bit each, so that years of them are a few kilobytes: a class, a level
 * and a chunk of windows that follow each other have one row of bits, in memory as on disk. Pure.
 */
import { LEVEL_NAMES, type LevelName } from "./rollup-levels.ts";

const CHUNK_WINDOWS = 256;
const CHUNK_BYTES = CHUNK_WINDOWS / 8;

/** Some windows of one chunk: what is to be set, or cleared, on disk. */
export interface WindowMask {
  level: LevelName;
  slug: string;
  chunk: number;
  bits: Uint8Array;
}

export interface WaitingWindows {
  /** Answers those that did not wait before. */
  add(level: LevelName, slug: string, indices: Iterable<number>): WindowMask[];
  /** Answers those that did wait. */
  remove(level: LevelName, slug: string, indices: Iterable<number>): WindowMask[];
  has(level: LevelName, slug: string, index: number): boolean;
  /** Classes that have any of the level. */
  slugs(level: LevelName): string[];
  newestFirst(level: LevelName, slug: string): Generator<number>;
  oldest(level: LevelName, slug: string): number | undefined;
  count(): number;
}

export function createWaitingWindows(kept: readonly WindowMask[] = []): WaitingWindows {
  const levels = new Map<LevelName, Map<string, Map<number, Uint8Array>>>(
    LEVEL_NAMES.map((level) => [level, new Map()]),
  );
  let waiting = 0;

  const chunksOf = (level: LevelName, slug: string): Map<number, Uint8Array> | undefined =>
    levels.get(level)?.get(slug);

  /** Sets the windows' bits, or clears them; answers those that were otherwise. */
  function change(level: LevelName, slug: string, indices: Iterable<number>, isOn: boolean) {
    const ofLevel = levels.get(level);
    const chunks = ofLevel?.get(slug) ?? new Map<number, Uint8Array>();
    const masks = new Map<number, WindowMask>();
    for (const index of indices) {
      const chunk = Math.floor(index / CHUNK_WINDOWS);
      const bits = chunks.get(chunk) ?? new Uint8Array(CHUNK_BYTES);
      if (hasBit(bits, index) === isOn) continue;
      flipBit(bits, index);
      if (isEmpty(bits)) chunks.delete(chunk);
      else chunks.set(chunk, bits);
      const mask = masks.get(chunk) ?? { level, slug, chunk, bits: new Uint8Array(CHUNK_BYTES) };
      flipBit(mask.bits, index);
      masks.set(chunk, mask);
      waiting += isOn ? 1 : -1;
    }
    if (chunks.size === 0) ofLevel?.delete(slug);
    else ofLevel?.set(slug, chunks);
    return [...masks.values()];
  }

  const windows: WaitingWindows = {
    add: (level, slug, indices) => change(level, slug, indices, true),
    remove: (level, slug, indices) => change(level, slug, indices, false),
    has(level, slug, index) {
      const bits = chunksOf(level, slug)?.get(Math.floor(index / CHUNK_WINDOWS));
      return bits !== undefined && hasBit(bits, index);
    },
    slugs: (level) => [...(levels.get(level)?.keys() ?? [])],
    *newestFirst(level, slug) {
      const chunks = chunksOf(level, slug) ?? new Map<number, Uint8Array>();
      for (const chunk of [...chunks.keys()].sort((a, b) => b - a)) {
        yield* windowsIn(chunk, chunks.get(chunk) ?? new Uint8Array()).reverse();
      }
    },
    oldest(level, slug) {
      const chunks = chunksOf(level, slug);
      if (chunks === undefined) return undefined;
      const chunk = [...chunks.keys()].reduce((least, each) => Math.min(least, each));
      return windowsIn(chunk, chunks.get(chunk) ?? new Uint8Array())[0];
    },
    count: () => waiting,
  };
  for (const { level, slug, chunk, bits } of kept) windows.add(level, slug, windowsIn(chunk, bits));
  return windows;
}

/** Windows of a chunk, the oldest first. */
export function windowsIn(chunk: number, bits: Uint8Array): number[] {
  const first = chunk * CHUNK_WINDOWS;
  const found: number[] = [];
  for (let place = 0; place < bits.length * 8; place += 1) {
    if (hasBit(bits, place)) found.push(first + place);
  }
  return found;
}

/** With the bits of both, or with those of the first that the second has not. */
export function withBits(bits: Uint8Array, mask: Uint8Array, isOn: boolean): Uint8Array {
  return Uint8Array.from(mask, (each, n) =>
    isOn ? (bits[n] ?? 0) | each : (bits[n] ?? 0) & ~each,
  );
}

export const isEmpty = (bits: Uint8Array): boolean => bits.every((each) => each === 0);

const hasBit = (bits: Uint8Array, index: number): boolean =>
  ((bits[(index % CHUNK_WINDOWS) >> 3] ?? 0) & (1 << (index & 7))) !== 0;

function flipBit(bits: Uint8Array, index: number): void {
  const place = (index % CHUNK_WINDOWS) >> 3;
  bits[place] = (bits[place] ?? 0) ^ (1 << (index & 7));
}
