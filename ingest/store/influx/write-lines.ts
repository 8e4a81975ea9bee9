/**
 * Lines by calls of a size that servers take. A server that will not have some of them does not say which:
 * halves are tried until each of those lines, and of a line each of its values, is found alone.
 */
import { type InfluxDoor, InfluxFault } from "./influx-door.ts";
import { valueLines } from "./layout.ts";
import { bodyOf, type Lines, lineText } from "./lines.ts";

export interface RefusedLine {
  line: string;
  reason: string;
  values: number;
}

type WriteDoor = Pick<InfluxDoor, "send" | "write">;

const LINES_A_REQUEST = 10_000;

/** Every line that is not among those it answers is there. @throws InfluxFault, and then any may be */
export async function writeLines(door: WriteDoor, lines: Lines): Promise<RefusedLine[]> {
  const refused: RefusedLine[] = [];
  const writeSome = async (from: number, to: number): Promise<void> => {
    try {
      await door.send(bodyOf(lines, from, to));
    } catch (error) {
      const fault = faultOfLines(error);
      if (to - from === 1) {
        const values = lines.rows[from] ?? 0;
        refused.push(...(await writeValues(door, { line: lineText(lines, from), values }, fault)));
        return;
      }
      const middle = Math.floor((from + to) / 2);
      await writeSome(from, middle);
      await writeSome(middle, to);
    }
  };
  const { length } = lines.ends;
  for (let from = 0; from < length; from += LINES_A_REQUEST) {
    await writeSome(from, Math.min(length, from + LINES_A_REQUEST));
  }
  return refused;
}

/** A line that was refused: those of its values that the server will not have. */
async function writeValues(
  door: WriteDoor,
  { line, values }: Pick<RefusedLine, "line" | "values">,
  fault: InfluxFault,
): Promise<RefusedLine[]> {
  if (fault.kind !== "refused" || values <= 1) return [{ line, reason: fault.message, values }];
  const refused: RefusedLine[] = [];
  for (const one of valueLines(line)) {
    try {
      await door.write([one]);
    } catch (error) {
      if (!(error instanceof InfluxFault) || error.kind !== "refused") throw error;
      refused.push({ line: one, reason: error.message, values: 1 });
    }
  }
  return refused;
}

/** What is wrong with the lines themselves. @throws what is wrong with anything else */
function faultOfLines(error: unknown): InfluxFault {
  if (!(error instanceof InfluxFault)) throw error;
  if (error.kind !== "refused" && error.kind !== "large") throw error;
  return error;
}
