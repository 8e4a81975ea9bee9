/** What `npm run dashboards` writes: the text of each file by its path below `dashboards/`. Pure. */
import { stringify } from "yaml";
import { alerting } from "./alerting.ts";
import type { Board } from "./board.ts";
import { CONSOLE_ADDRESS } from "./links.ts";
import { boardProviders, dataSources } from "./provisioning.ts";
import { asGrafanaReadsIt, type WrittenBoard } from "./schema-types.ts";

/** @param consoleUrl where people reach the console */
export function filesOf(
  boards: readonly Board[],
  consoleUrl: string = CONSOLE_ADDRESS,
): ReadonlyMap<string, string> {
  const console = consoleUrl.replace(/\/+$/, "");
  return new Map([
    ["provisioning/datasources/gridwarden.yaml", yamlOf(dataSources)],
    ["provisioning/dashboards/gridwarden.yaml", yamlOf(boardProviders)],
    ["examples/alerting.yaml", yamlOf(alerting)],
    ...boards.map((board): [string, string] => [
      `json/${board.uid}.json`,
      jsonOf(board).replaceAll(CONSOLE_ADDRESS, console),
    ]),
  ]);
}

const HEAD = "# Written by `npm run dashboards`; see docs/dashboards.md.\n";

const yamlOf = (value: unknown): string => HEAD + stringify(value, { lineWidth: 0 });
/** The SDK's marks are methods, which are not written. */
function jsonOf(board: Board): string {
  const written = asGrafanaReadsIt(JSON.parse(JSON.stringify(board)) as WrittenBoard);
  return `${JSON.stringify(written, null, 2)}\n`;
}
