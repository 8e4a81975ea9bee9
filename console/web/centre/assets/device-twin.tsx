/** How a device should be set and how it says it is set, name by name; what is wanted can be changed. */
import { useState } from "preact/hooks";
import { get, part, put, Refused } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Fault, Loading } from "../../shared/parts.tsx";
import type { TwinInfo } from "../../shared/platform-types.ts";
import { hasRole } from "../../shared/session.ts";
import { say } from "./device-words.ts";
import { type TwinRow, twinRows, wantedOf } from "./twin-rows.ts";

export function DeviceTwin({ deviceId }: { deviceId: string }) {
  const twin = useLoaded(() => get<TwinInfo>(`/api/v1/devices/${part(deviceId)}/twin`), [deviceId]);
  return (
    <section class="card" aria-labelledby="device-twin">
      <h2 id="device-twin">{say("twin")}</h2>
      <p class="assets-hint">{say("twinHint")}</p>
      <Loading loaded={twin}>
        {(known) => <Twin twin={known} onChange={() => void twin.reload()} />}
      </Loading>
    </section>
  );
}

function Twin({ twin, onChange }: { twin: TwinInfo; onChange(): void }) {
  const [typed, setTyped] = useState<TwinRow[]>();
  const [fault, setFault] = useState<unknown>();
  const rows = typed ?? twinRows(twin);
  const mayEdit = hasRole("engineer");
  const set = (n: number, change: Partial<TwinRow>): void =>
    setTyped(rows.map((row, at) => (at === n ? { ...row, ...change } : row)));
  async function save(): Promise<void> {
    setFault(undefined);
    try {
      const body = { wanted: wantedOf(rows), version: twin.versions.wanted };
      await put(`/api/v1/devices/${part(twin.deviceId)}/twin`, body);
      setTyped(undefined);
      onChange();
    } catch (refused) {
      setFault(refused);
      // What was typed stays; what another has set meanwhile is read, so that the next try may count.
      if (refused instanceof Refused && refused.status === 409) onChange();
    }
  }
  return (
    <>
      {rows.length === 0 && <p class="quiet">{say("noTwin")}</p>}
      {rows.length > 0 && (
        <div class="assets-table">
          <table>
            <thead>
              <tr>
                <th scope="col">{say("field")}</th>
                <th scope="col">{say("wanted")}</th>
                <th scope="col">{say("reported")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, n) => (
                <tr key={n}>
                  <td>
                    {row.isNew ? (
                      <input
                        aria-label={say("field")}
                        value={row.name}
                        onInput={(event) => set(n, { name: event.currentTarget.value })}
                      />
                    ) : (
                      row.name
                    )}
                  </td>
                  <td>
                    {mayEdit ? (
                      <input
                        aria-label={`${say("wanted")} ${row.name}`}
                        value={row.wanted}
                        onInput={(event) => set(n, { wanted: event.currentTarget.value })}
                      />
                    ) : (
                      row.wanted
                    )}
                  </td>
                  <td>
                    {row.reported}
                    {row.wanted !== "" && row.wanted === row.reported && (
                      <small>{say("noDelta")}</small>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {twin.wantedAt !== undefined && (
        <p class="assets-hint">
          {say("setBy", { by: twin.wantedBy ?? "", at: sayTime(twin.wantedAt) })}
        </p>
      )}
      <Fault fault={fault} />
      {mayEdit && (
        <p class="assets-actions">
          <button
            type="button"
            onClick={() => setTyped([...rows, { name: "", wanted: "", reported: "", isNew: true }])}
          >
            {say("add")}
          </button>
          <button
            type="button"
            class="main"
            disabled={typed === undefined}
            onClick={() => void save()}
          >
            {say("save")}
          </button>
        </p>
      )}
    </>
  );
}
