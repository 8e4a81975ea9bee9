/** A lamp's times as they are typed: `18:30 100` a line. */
const LINE = /^([01]\d|2[0-3]):([0-5]\d)[\s,]+(\d{1,3})\s*%?$/;
const ENTRIES_MAX = 24;

/** undefined: there is none, or some line cannot be read. */
export function scheduleOf(text: string): { at: string; percent: number }[] | undefined {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const entries = lines.flatMap((line) => {
    const [, hour, minute, percent] = LINE.exec(line) ?? [];
    return percent === undefined || Number(percent) > 100
      ? []
      : [{ at: `${hour}:${minute}`, percent: Number(percent) }];
  });
  const isWhole = entries.length === lines.length && lines.length > 0;
  return isWhole && lines.length <= ENTRIES_MAX ? entries : undefined;
}
