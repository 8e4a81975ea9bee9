/**
 * A file of assets or devices: read in the page, looked at, then sent; what was rejected is listed. Nothing of
 * it can be kept, so leaving asks first.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { send } from "../../shared/api.ts";
import { Fault, Field } from "../../shared/parts.tsx";
import { sayCount } from "../../shared/words.ts";
import { AskBeforeLeaving } from "./ask-before-leaving.tsx";
import { type ReadFault, type ReadFile, readFile } from "./import-file.ts";
import { ImportPreview } from "./import-preview.tsx";
import { Report } from "./import-report.tsx";
import {
  type AtStake,
  atStake,
  type ImportReport,
  type PieceAnswer,
  sendFile,
} from "./import-send.ts";
import { say } from "./import-words.ts";

type Target = "assets" | "devices";
const FILE_FAULTS: Record<ReadFault, Parameters<typeof say>[0]> = {
  ...{ empty: "fileEmpty", notCsv: "fileNotCsv" },
  ...{ notGeoJson: "fileNotGeoJson", notUtf8: "fileNotUtf8" },
};

const LOST: Record<AtStake, Parameters<typeof say>[0]> = {
  ...{ sending: "lostSending", keys: "lostKeys", unsent: "lostUnsent" },
};

export function ImportPage() {
  const [target, setTarget] = useState<Target>("assets");
  const [file, setFile] = useState<ReadFile>();
  const [fault, setFault] = useState<ReadFault>();
  const [stake, setStake] = useState<AtStake>();
  const isHeld = stake === "sending" || stake === "keys";
  async function choose(chosen: File | undefined): Promise<void> {
    setFile(undefined);
    setFault(undefined);
    if (chosen === undefined) return;
    const read = readFile(await chosen.text());
    if ("fault" in read) setFault(read.fault);
    else setFile(read);
  }
  return (
    <section class="assets-one" aria-labelledby="import-title">
      <h1 id="import-title">{say("importTitle")}</h1>
      <div class="card assets-actions">
        <Field label={say("what")}>
          <select
            name="target"
            value={target}
            disabled={isHeld}
            onChange={(event) => setTarget(event.currentTarget.value as Target)}
          >
            <option value="assets">{say("ofAssets")}</option>
            <option value="devices">{say("ofDevices")}</option>
          </select>
        </Field>
        <Field
          label={say("file")}
          hint={say(
            stake === "keys" ? "keysFirst" : target === "assets" ? "assetHint" : "deviceHint",
          )}
        >
          <input
            name="file"
            type="file"
            disabled={isHeld}
            accept=".csv,.json,.geojson,text/csv,application/geo+json"
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
          />
        </Field>
      </div>
      {fault !== undefined && (
        <p class="fault" role="alert">
          {say(FILE_FAULTS[fault])}
        </p>
      )}
      {file !== undefined && (
        <Sending key={target} file={file} target={target} onStake={setStake} />
      )}
      <AskBeforeLeaving lost={stake && say(LOST[stake])} />
    </section>
  );
}

interface SendingProps {
  file: ReadFile;
  target: Target;
  onStake(stake: AtStake | undefined): void;
}

function Sending({ file, target, onStake }: SendingProps) {
  const [report, setReport] = useState<ImportReport>();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const [keysSaved, setKeysSaved] = useState(0);
  const isStopped = useRef(false);
  async function go(): Promise<void> {
    isStopped.current = false;
    setBusy(true);
    setFault(undefined);
    try {
      const sent = await sendFile(
        file,
        async ({ body, type }) => {
          const headers = { "content-type": type };
          const answer = await send("POST", `/api/v1/${target}/import`, body, { headers });
          return (await answer.json()) as PieceAnswer;
        },
        (so) => {
          setReport(so);
          return !isStopped.current;
        },
        report?.keys,
      );
      setReport(sent);
    } catch (refused) {
      setFault(refused);
    }
    setBusy(false);
  }
  const sent = report?.sent ?? 0;
  const isCsvOnly = target === "devices" && file.kind !== "csv";
  const stake = isCsvOnly ? undefined : atStake({ file, report, isBusy, keysSaved });
  useEffect(() => onStake(stake), [stake]);
  useEffect(
    () => () => {
      isStopped.current = true;
      onStake(undefined);
    },
    [],
  );
  return (
    <>
      <ImportPreview file={file} id={target === "assets" ? "assetId" : "deviceId"} />
      {isCsvOnly && <p class="fault">{say("devicesCsv")}</p>}
      <p class="assets-actions">
        <button type="button" class="main" disabled={isBusy || isCsvOnly} onClick={() => void go()}>
          {say("sendRows", { n: sayCount(file.rows.length) })}
        </button>
        {isBusy && (
          <button
            type="button"
            onClick={() => {
              isStopped.current = true;
            }}
          >
            {say("stop")}
          </button>
        )}
      </p>
      {report !== undefined && (
        <progress
          class="assets-progress"
          aria-label={say("progress")}
          max={file.rows.length}
          value={sent}
        />
      )}
      <Fault fault={fault} />
      {report !== undefined && (
        <Report
          report={report}
          total={file.rows.length}
          isBusy={isBusy}
          onKeysSaved={setKeysSaved}
        />
      )}
    </>
  );
}
