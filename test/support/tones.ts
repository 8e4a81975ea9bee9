/** Which tones follow each other in a recording, silence between them left out. */

export interface Tone {
  hz: number;
  seconds: number;
}

/** 20 ms: some ten waves of the lowest tone, and shorter than any pause. */
const BLOCK_S = 0.02;
/** Of full loudness. */
const SILENT_RMS = 0.02;
/** Of a block's power: a triangle has 98.5 % of it in its first partial. */
const SHARE_MIN = 0.7;

/** Samples in thousandths of full loudness; a block is of the frequency that has most of its power. */
export function tonesIn(
  samples: readonly number[],
  rateHz: number,
  frequencies: readonly number[],
): Tone[] {
  const tones: Tone[] = [];
  const length = Math.round(BLOCK_S * rateHz);
  for (let at = 0; at + length <= samples.length; at += length) {
    const block = samples.slice(at, at + length).map((each) => each / 1_000);
    const hz = frequencies.find((each) => shareOf(block, each / rateHz) >= SHARE_MIN);
    const last = tones.at(-1);
    if (hz !== undefined && hz === last?.hz) last.seconds += BLOCK_S;
    else if (hz !== undefined) tones.push({ hz, seconds: BLOCK_S });
  }
  return tones;
}

/** The share of one frequency, in waves per sample, in the block's power: one term of its Fourier sum. */
function shareOf(block: readonly number[], frequency: number): number {
  const power = block.reduce((sum, each) => sum + each ** 2, 0) / block.length;
  if (Math.sqrt(power) < SILENT_RMS) return 0;
  let real = 0;
  let imaginary = 0;
  for (const [n, sample] of block.entries()) {
    real += sample * Math.cos(2 * Math.PI * frequency * n);
    imaginary += sample * Math.sin(2 * Math.PI * frequency * n);
  }
  return (2 * (real ** 2 + imaginary ** 2)) / block.length ** 2 / power;
}
