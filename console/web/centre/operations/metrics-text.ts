/** What the platform counts, from Prometheus' text. Pure. */

/** Name and labels as they are written, to the value: `gridwarden_ledger_values{fate="stored"}`. */
export type Figures = ReadonlyMap<string, number>;

/** Lines that are no samples are passed over. */
export function readFigures(text: string): Figures {
  const figures = new Map<string, number>();
  for (const line of text.split("\n")) {
    const found = /^([A-Za-z_:][\w:]*(?:\{.*\})?) (\S+)(?: \d+)?$/.exec(line);
    if (found === null || line.startsWith("#")) continue;
    figures.set(found[1] ?? "", Number(found[2]));
  }
  return figures;
}

/** The values of one name by one of its labels; of several samples with the same label the sum. */
export function byLabel(figures: Figures, name: string, label: string): Map<string, number> {
  const found = new Map<string, number>();
  const of = new RegExp(`[{,]${label}="([^"]*)"`);
  for (const [key, value] of figures) {
    if (!key.startsWith(`${name}{`)) continue;
    const text = of.exec(key)?.[1];
    if (text !== undefined) found.set(text, (found.get(text) ?? 0) + value);
  }
  return found;
}

/** Sum of all samples of a name; nothing where there is none. */
export function totalOf(figures: Figures, name: string): number | undefined {
  let total: number | undefined;
  for (const [key, value] of figures) {
    if (key === name || key.startsWith(`${name}{`)) total = (total ?? 0) + value;
  }
  return total;
}

/** Mean of a histogram or summary since the start, in its unit; nothing before the first. */
export function meanOf(figures: Figures, name: string): number | undefined {
  const count = totalOf(figures, `${name}_count`);
  const sum = totalOf(figures, `${name}_sum`);
  return count === undefined || sum === undefined || count === 0 ? undefined : sum / count;
}

export interface LedgerFigures {
  journaled: number;
  stored: number;
  duplicate: number;
  conflict: number;
  putAside: number;
  /** Is every journaled value one of the others? */
  isBalanced: boolean;
}

export function ledgerOf(figures: Figures): LedgerFigures {
  const fates = byLabel(figures, "gridwarden_ledger_values", "fate");
  const of = (fate: string): number => fates.get(fate) ?? 0;
  const ledger = {
    journaled: of("journaled"),
    stored: of("stored"),
    duplicate: of("duplicate"),
    conflict: of("conflict"),
    putAside: of("putAside"),
  };
  const { journaled, stored, duplicate, conflict, putAside } = ledger;
  return { ...ledger, isBalanced: journaled === stored + duplicate + conflict + putAside };
}
