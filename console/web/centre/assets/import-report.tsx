/** What became of a file: how many rows, which were rejected and why, and keys of new devices. */
import { useEffect, useState } from "preact/hooks";
import { refusalSaid } from "../../shared/fault-text.ts";
import { Said } from "../../shared/parts.tsx";
import { sayCount } from "../../shared/words.ts";
import { type ImportReport, keysCsv, rejectedCsv } from "./import-send.ts";
import { say } from "./import-words.ts";

const LISTED_MAX = 200;

export function Report({ report, total, isBusy, onKeysSaved }: ReportProps) {
  const { created, updated, rejected, ignored, keys, sent } = report;
  const counts = {
    ...{ created: sayCount(created), updated: sayCount(updated) },
    ...{ rejected: sayCount(rejected.length), sent: sayCount(sent), total: sayCount(total) },
  };
  return (
    <section class="card" aria-labelledby="import-report">
      <h2 id="import-report">{say(isBusy ? "sending" : "sent")}</h2>
      <p role="status">{say("counts", counts)}</p>
      {ignored.length > 0 && (
        <p class="assets-warn">{say("ignored", { names: ignored.join(", ") })}</p>
      )}
      {keys.length > 0 && (
        <p>
          {say("keysOnce", { n: keys.length })}{" "}
          <Download name="keys.csv" text={keysCsv(keys)} onSaved={() => onKeysSaved(keys.length)} />
        </p>
      )}
      {!isBusy && rejected.length > 0 && <Rejected report={report} />}
    </section>
  );
}

interface ReportProps {
  report: ImportReport;
  total: number;
  isBusy: boolean;
  /** So many of them. */
  onKeysSaved(count: number): void;
}

function Rejected({ report: { rejected } }: { report: ImportReport }) {
  return (
    <>
      <p class="assets-actions">
        <Download name="rejected.csv" text={rejectedCsv(rejected)} />
        {rejected.length > LISTED_MAX && <span>{say("listed", { n: LISTED_MAX })}</span>}
      </p>
      <div class="assets-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{say("line")}</th>
              <th scope="col">{say("why")}</th>
              <th scope="col">{say("message")}</th>
            </tr>
          </thead>
          <tbody>
            {rejected.slice(0, LISTED_MAX).map(({ row, line, code, message }) => (
              <tr key={row}>
                <th scope="row">{line ?? row}</th>
                <td>{code}</td>
                <td>
                  <Said {...refusalSaid({ code, message })} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface DownloadProps {
  name: string;
  text: string;
  onSaved?: () => void;
}

function Download({ name, text, onSaved }: DownloadProps) {
  const [address, setAddress] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [text]);
  return (
    <a class="button" href={address} download={name} onClick={onSaved}>
      {say("download", { name })}
    </a>
  );
}
