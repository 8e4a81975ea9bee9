/** The first rows of a file, and those that would surely be rejected, before anything is sent. */
import { sayCount } from "../../shared/words.ts";
import { plainFaults, type ReadFile, type RowFault } from "./import-file.ts";
import { say } from "./import-words.ts";

const SHOWN_MAX = 10;
const FAULTS_MAX = 50;
const ROW_FAULTS: Record<RowFault, Parameters<typeof say>[0]> = {
  ...{ noId: "rowNoId", badCode: "rowBadCode", badPlace: "rowBadPlace", twice: "rowTwice" },
};

export function ImportPreview({ file, id }: { file: ReadFile; id: "assetId" | "deviceId" }) {
  const faults = [...plainFaults(file, id)];
  const { header, rows } = file;
  return (
    <section class="card" aria-labelledby="import-preview">
      <h2 id="import-preview">{say("preview", { n: sayCount(rows.length) })}</h2>
      {faults.length > 0 && (
        <details open>
          <summary class="assets-warn">{say("wouldReject", { n: faults.length })}</summary>
          <ul>
            {faults.slice(0, FAULTS_MAX).map(([row, fault]) => (
              <li key={row}>
                {say("atRow", { row, line: rows[row - 1]?.line ?? row })} {say(ROW_FAULTS[fault])}
              </li>
            ))}
          </ul>
        </details>
      )}
      <div class="assets-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{say("row")}</th>
              {header.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, SHOWN_MAX).map(({ row, cells }) => (
              <tr key={row}>
                <th scope="row">{row}</th>
                {header.map((name) => (
                  <td key={name}>{cells[name] ?? ""}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > SHOWN_MAX && <p class="assets-hint">{say("firstRows", { n: SHOWN_MAX })}</p>}
    </section>
  );
}
