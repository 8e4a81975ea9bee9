/**
 * Chance from a seed: the same seed and label give the same numbers on every machine. Each device
 * has a generator of its own, so that what one does never shifts the luck of another.
 * Algorithm: sfc32 (Chris Doty-Humphrey), seeded by FNV-1a over "<seed>/<label>".
 */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** In [from, to). */
  between(from: number, to: number): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  isLucky(share: number): boolean;
  /** Bell-shaped noise around 0. */
  noise(deviation: number): number;
  /** One of the items; there must be one. */
  pick<T>(items: readonly T[]): T;
  /** `count` different items, in the order of the list. */
  sample<T>(items: readonly T[], count: number): T[];
}

export function seededRandom(seed: number | string, label = ""): Random {
  const text = `${seed}/${label}`;
  let a = fnv1a(text, 0x811c9dc5);
  let b = fnv1a(text, 0x01000193);
  let c = fnv1a(text, 0x9e3779b9);
  let d = 1;
  const word = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp += 1) word();
  return withShapes(() => word() / 0x1_0000_0000);
}

function withShapes(next: () => number): Random {
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    between: (from, to) => from + next() * (to - from),
    isLucky: (share) => next() < share,
    // Sum of three even numbers: close enough to a bell, and bounded at three deviations.
    noise: (deviation) => (next() + next() + next() - 1.5) * 2 * deviation,
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("there is nothing to pick from: the list is empty");
      return item;
    },
    sample(items, count) {
      const taken: (typeof items)[number][] = [];
      for (const [index, item] of items.entries()) {
        const stillWanted = count - taken.length;
        if (stillWanted > 0 && next() * (items.length - index) < stillWanted) taken.push(item);
      }
      return taken;
    },
  };
}

function fnv1a(text: string, basis: number): number {
  let hash = basis >>> 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
