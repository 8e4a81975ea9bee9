/** Is the platform well: what it raises about itself, its ledger, journal, store and connections. */
import { useEffect } from "preact/hooks";
import { againEach } from "../../shared/again.ts";
import { send, Unreachable } from "../../shared/api.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import { sayBytes, sayCode, sayCount } from "../../shared/words.ts";
import { type Figures, ledgerOf, meanOf, readFigures, totalOf } from "./metrics-text.ts";
import { say, sayAlarm } from "./operations-words.ts";

const AGAIN_MS = 5_000;

interface Readiness {
  ready: boolean;
  details: { alarms?: string[] };
}

interface Health {
  figures: Figures;
  readiness: Readiness;
}

async function ask(): Promise<Health> {
  const [metrics, readiness] = await Promise.all([
    send("GET", "/metrics"),
    // Not ready is an answer, too, and not a fault of the call.
    fetch("/readyz").then(
      async (response) => (await response.json()) as Readiness,
      (reason: unknown) => Promise.reject(new Unreachable(String(reason))),
    ),
  ]);
  return { figures: readFigures(await metrics.text()), readiness };
}

export function HealthTab() {
  const loaded = useLoaded(ask, []);
  const { reload } = loaded;
  useEffect(() => againEach(AGAIN_MS, reload), [reload]);
  return (
    <Loading loaded={loaded}>
      {({ figures, readiness }) => (
        <>
          <Alarms readiness={readiness} />
          <div class="operations-cards">
            <Ledger figures={figures} />
            <Parts figures={figures} />
          </div>
        </>
      )}
    </Loading>
  );
}

function Alarms({ readiness: { ready, details } }: { readiness: Readiness }) {
  const alarms = details.alarms ?? [];
  if (ready && alarms.length === 0) {
    return (
      <p class="operations-well" role="status">
        <span class="tag good">✓</span> {say("allWell")}
      </p>
    );
  }
  return (
    <div role="alert" class="operations-alarms">
      {!ready && <p class="tag danger">{say("notReady")}</p>}
      <ul>
        {alarms.map((alarm) => (
          <li key={alarm}>{sayCode(sayAlarm, alarm)}</li>
        ))}
      </ul>
    </div>
  );
}

function Ledger({ figures }: { figures: Figures }) {
  const ledger = ledgerOf(figures);
  const rows = ["journaled", "stored", "duplicate", "conflict", "putAside"] as const;
  return (
    <section class="card">
      <h2>
        {say("ledger")}{" "}
        <span class={ledger.isBalanced ? "tag good" : "tag danger"}>
          {say(ledger.isBalanced ? "ledgerBalanced" : "ledgerOff")}
        </span>
      </h2>
      <Rows rows={rows.map((name) => [say(name), sayCount(ledger[name])])} />
    </section>
  );
}

function Parts({ figures }: { figures: Figures }) {
  const of = (name: string): string => {
    const value = totalOf(figures, name);
    return value === undefined ? "–" : sayCount(value);
  };
  const syncMs = meanOf(figures, "gridwarden_journal_sync_seconds");
  const bytes = (name: string): string => sayBytes(totalOf(figures, name) ?? 0);
  const fill = `${bytes("gridwarden_journal_bytes")} / ${bytes("gridwarden_journal_bytes_max")}`;
  return (
    <>
      <section class="card">
        <h2>{say("journal")}</h2>
        <Rows
          rows={[
            [say("journalEnd"), of("gridwarden_journal_end_position")],
            [say("journalFill"), fill],
            [say("syncMean"), syncMs === undefined ? "–" : `${(syncMs * 1_000).toFixed(1)} ms`],
          ]}
        />
      </section>
      <section class="card">
        <h2>{say("store")}</h2>
        <Rows
          rows={[
            [say("lag"), of("gridwarden_ledger_pending_uplinks")],
            [say("storeRows"), of("gridwarden_store_rows")],
            [say("broker"), of("gridwarden_broker_clients")],
            [say("streams"), of("gridwarden_console_stream_clients")],
          ]}
        />
      </section>
    </>
  );
}

function Rows({ rows }: { rows: readonly (readonly [string, string])[] }) {
  return (
    <table>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="number">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
