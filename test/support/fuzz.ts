/**
 * Fuzzing with a seed: samples broken at random and bytes of pure chance go to a check that throws
 * where something is wrong. A failure names the run and the bytes, so that anybody can have it again.
 * Short in the suite; GRIDWARDEN_FUZZ=1000000 makes it long, GRIDWARDEN_TEST_SEED tries other inputs.
 */
import { type Random, seededRandom } from "../../firmware-sim/random.ts";

const SEED = process.env.GRIDWARDEN_TEST_SEED ?? "20261127";
const MUTATIONS_MAX = 6;
const CHANCE_BYTES_MAX = 200;
/** Whole numbers that readers of lengths and counts trip over. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff];

/** Inputs that a fuzz test tries: as many as GRIDWARDEN_FUZZ says, else `short`. */
export function fuzzRuns(short = 2_000): number {
  return Number(process.env.GRIDWARDEN_FUZZ ?? short);
}

/**
 * Calls `check` with one input after the other; `random` is for what else the check chooses by
 * chance. @throws what the check threw, with the run and its bytes in hex.
 */
export function fuzz(
  label: string,
  samples: readonly Uint8Array[],
  check: (input: Uint8Array, random: Random) => void,
  runs = fuzzRuns(),
): void {
  for (let run = 0; run < runs; run += 1) {
    const random = seededRandom(`${SEED}/${label}`, String(run));
    const input = random.isLucky(0.1) ? chanceBytes(random) : mutated(random.pick(samples), random);
    try {
      check(input, random);
    } catch (cause) {
      const hex = Buffer.from(input).toString("hex");
      throw new Error(`${label}: run ${run} of seed ${SEED} with ${hex}: ${String(cause)}`, {
        cause,
      });
    }
  }
}

/**
 * The same bytes as a view into a larger buffer, `fill` around them: who reads past the end answers
 * otherwise when the fill is another.
 */
export function surrounded(bytes: Uint8Array, fill: number): Uint8Array {
  const room = Buffer.alloc(bytes.length + 64, fill);
  room.set(bytes, 32);
  return room.subarray(32, 32 + bytes.length);
}

function chanceBytes(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.below(CHANCE_BYTES_MAX) }, () => random.below(256));
}

/** A few bytes changed, cut out, doubled or put in; now and then the end is missing. */
function mutated(sample: Uint8Array, random: Random): Uint8Array {
  let bytes = [...sample];
  const times = random.below(MUTATIONS_MAX);
  for (let time = 0; time < times; time += 1) {
    const at = random.below(bytes.length + 1);
    const count = 1 + random.below(8);
    const kind = random.below(6);
    if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    else if (kind === 1) bytes[at] = random.pick(EDGES);
    else if (kind === 2) bytes.splice(at, count);
    else if (kind === 3) bytes.splice(at, 0, ...bytes.slice(at, at + count));
    else if (kind === 4) bytes.splice(at, 0, random.below(256));
    else bytes = bytes.slice(0, at);
  }
  return Uint8Array.from(bytes);
}
