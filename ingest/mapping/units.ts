/**
 * Units as devices write them, turned into those that measurements have. A unit is looked up among
 * those that measure the same thing as the measurement, so that `g` is grams on a scale and the
 * acceleration of gravity on a tilt sensor. SenML's names are those of RFC 8428 section 12.1.
 */

interface Unit {
  /** value × factor + offset is in the measurement's unit. */
  readonly factor: number;
  readonly offset: number;
}

const unit = (factor: number, offset = 0): Unit => ({ factor, offset });
const FAHRENHEIT = unit(5 / 9, -160 / 9);
const STANDARD_GRAVITY = 9.80665;
const PSI_IN_KPA = 6.894757293168361;

/** By the measurement's unit; spellings are compared as `spelling()` writes them. */
const UNITS: Readonly<Record<string, Readonly<Record<string, Unit>>>> = {
  "°": {
    "°": unit(1),
    deg: unit(1),
    degree: unit(1),
    degrees: unit(1),
    度: unit(1),
    rad: unit(180 / Math.PI),
    mrad: unit(0.18 / Math.PI),
  },
  cm: {
    cm: unit(1),
    厘米: unit(1),
    mm: unit(0.1),
    毫米: unit(0.1),
    dm: unit(10),
    m: unit(100),
    米: unit(100),
    in: unit(2.54),
    ft: unit(30.48),
  },
  "%LEL": { "%LEL": unit(1), "LEL%": unit(1), "%": unit(1), LEL: unit(1) },
  ppm: { ppm: unit(1), ppb: unit(0.001), "umol/mol": unit(1), "μmol/mol": unit(1) },
  "%": {
    "%": unit(1),
    percent: unit(1),
    "%RH": unit(1),
    "%EL": unit(1),
    "%vol": unit(1),
    "vol%": unit(1),
    "/": unit(100),
  },
  g: { g: unit(1), mg: unit(0.001), "m/s2": unit(1 / STANDARD_GRAVITY) },
  "°C": {
    "°C": unit(1),
    C: unit(1),
    Cel: unit(1),
    degC: unit(1),
    celsius: unit(1),
    度: unit(1),
    摄氏度: unit(1),
    K: unit(1, -273.15),
    "°F": FAHRENHEIT,
    F: FAHRENHEIT,
    degF: FAHRENHEIT,
  },
  dBm: { dBm: unit(1), dBW: unit(1, 30) },
  dB: { dB: unit(1) },
  W: { W: unit(1), 瓦: unit(1), mW: unit(0.001), kW: unit(1_000), MW: unit(1_000_000) },
  V: { V: unit(1), 伏: unit(1), mV: unit(0.001), kV: unit(1_000) },
  A: { A: unit(1), 安: unit(1), mA: unit(0.001), uA: unit(1e-6), μA: unit(1e-6) },
  mA: { mA: unit(1), 毫安: unit(1), A: unit(1_000), uA: unit(0.001), μA: unit(0.001) },
  kWh: {
    kWh: unit(1),
    度: unit(1),
    Wh: unit(0.001),
    MWh: unit(1_000),
    J: unit(1 / 3_600_000),
    kJ: unit(1 / 3_600),
    MJ: unit(1 / 3.6),
  },
  kg: {
    kg: unit(1),
    千克: unit(1),
    公斤: unit(1),
    g: unit(0.001),
    t: unit(1_000),
    吨: unit(1_000),
  },
  "mg/L": {
    "mg/L": unit(1),
    "g/m3": unit(1),
    "ug/L": unit(0.001),
    "μg/L": unit(0.001),
    "g/L": unit(1_000),
    "kg/m3": unit(1_000),
  },
  "m³/h": {
    "m3/h": unit(1),
    "m3/s": unit(3_600),
    "m3/min": unit(60),
    "m3/d": unit(1 / 24),
    "L/s": unit(3.6),
    "l/s": unit(3.6),
    "L/min": unit(0.06),
    "L/h": unit(0.001),
  },
  NTU: { NTU: unit(1), FNU: unit(1), FTU: unit(1) },
  kPa: {
    kPa: unit(1),
    千帕: unit(1),
    Pa: unit(0.001),
    帕: unit(0.001),
    hPa: unit(0.1),
    mbar: unit(0.1),
    bar: unit(100),
    MPa: unit(1_000),
    兆帕: unit(1_000),
    psi: unit(PSI_IN_KPA),
  },
  "": { pH: unit(1), "1": unit(1), "/": unit(1) },
};

interface Spellings {
  exact: ReadonlyMap<string, Unit>;
  /** Only those that no other unit of the same kind is written like in lower case: not mW and MW. */
  lower: ReadonlyMap<string, Unit | undefined>;
}

/** What is written so is written in one way. */
const PLAIN = /^[!-~]*$/;

const SPELLINGS: ReadonlyMap<string, Spellings> = new Map(
  Object.entries(UNITS).map(([target, units]) => [target, spellingsOf(units)]),
);

/**
 * `value`, which is in `from`, in the measurement's unit `to`; undefined where `from` is no unit of
 * what that measures.
 */
export function converted(value: number, from: string, to: string): number | undefined {
  const found = unitOf(from, to);
  return found === undefined ? undefined : value * found.factor + found.offset;
}

export function isUnitOf(from: string, to: string): boolean {
  return unitOf(from, to) !== undefined;
}

/** How a unit of `to` may be written, for an error's text. */
export function unitsOf(to: string): string[] {
  return Object.keys(UNITS[to] ?? {});
}

/** Is it a unit of anything that is measured, as a word at the end of a name says one? */
export function isUnit(word: string): boolean {
  return Object.keys(UNITS).some((to) => to !== "" && isUnitOf(word, to));
}

function unitOf(from: string, to: string): Unit | undefined {
  if (from === to) return IDENTITY;
  const written = spelling(from);
  if (written === spelling(to)) return IDENTITY;
  const spellings = SPELLINGS.get(to);
  return spellings?.exact.get(written) ?? spellings?.lower.get(written.toLowerCase());
}

const IDENTITY = unit(1);

/** One way of writing for what is written in several: ℃ and °C, ² and 2, µ (U+00B5) and μ (U+03BC). */
function spelling(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll("º", "°").normalize("NFKC").replaceAll(/\s+/g, "");
}

function spellingsOf(units: Readonly<Record<string, Unit>>): Spellings {
  const exact = new Map(Object.entries(units).map(([name, each]) => [spelling(name), each]));
  const lower = new Map<string, Unit | undefined>();
  for (const [name, each] of exact) {
    const key = name.toLowerCase();
    const other = lower.has(key) ? lower.get(key) : each;
    lower.set(key, other?.factor === each.factor ? each : undefined);
  }
  return { exact, lower };
}
