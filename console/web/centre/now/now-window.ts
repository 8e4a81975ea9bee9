/** Which rows of a long list are in sight, and where a key leads. Pure. */
const SPARE_ROWS = 4;

/** From the first to before the last, with some spare on both sides. */
export function inSight(
  { top, height }: { top: number; height: number },
  rowPx: number,
  count: number,
): [number, number] {
  const from = Math.max(0, Math.floor(top / rowPx) - SPARE_ROWS);
  const to = Math.min(count, Math.ceil((top + height) / rowPx) + SPARE_ROWS);
  return [Math.min(from, to), to];
}

/** undefined: the key leads nowhere. */
export function indexAfterKey(
  key: string,
  at: number,
  count: number,
  pageRows: number,
): number | undefined {
  const step: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: Math.max(1, pageRows),
    PageUp: -Math.max(1, pageRows),
    Home: -count,
    End: count,
  };
  const by = step[key];
  if (by === undefined || count === 0) return undefined;
  return Math.max(0, Math.min(count - 1, Math.max(0, at) + by));
}
