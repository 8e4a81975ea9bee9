/** Where a device stands in its life, what may be done with it now, and what happened to it. */
import { useState } from "preact/hooks";
import { get, part, post } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { sayLife } from "../../shared/life-words.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Fault, Field, Loading } from "../../shared/parts.tsx";
import type { DeviceItem, LifeInfo } from "../../shared/platform-types.ts";
import { hasRole } from "../../shared/session.ts";
import { say, sayLifeEvent } from "./device-words.ts";
import { isDoubled } from "./doubled.ts";

export function DeviceLife({ device, onChange }: { device: DeviceItem; onChange(): void }) {
  const { deviceId, life } = device;
  const info = useLoaded(
    () => get<LifeInfo>(`/api/v1/devices/${part(deviceId)}/life`),
    [deviceId, life],
  );
  return (
    <section class="card" aria-labelledby="device-life">
      <h2 id="device-life">{say("life")}</h2>
      <Loading loaded={info}>
        {(known) => (
          <>
            {hasRole("engineer") && <Steps info={known} onDone={onChange} />}
            {known.history.length > 0 && <History info={known} />}
          </>
        )}
      </Loading>
    </section>
  );
}

function Steps({ info, onDone }: { info: LifeInfo; onDone(): void }) {
  const [note, setNote] = useState("");
  const [asked, setAsked] = useState<string>();
  const [fault, setFault] = useState<unknown>();
  async function take(event: LifeInfo["allowed"][number]): Promise<void> {
    // It cannot be taken back.
    if (event === "retire" && asked !== event) return setAsked(event);
    setAsked(undefined);
    setFault(undefined);
    try {
      const said = note.trim() === "" ? {} : { note: note.trim() };
      await post(`/api/v1/devices/${part(info.deviceId)}/life`, { event, ...said });
      setNote("");
      onDone();
    } catch (refused) {
      setFault(refused);
    }
  }
  if (info.allowed.length === 0) return <p class="quiet">{say("lifeNone")}</p>;
  return (
    <>
      <Field label={say("note")}>
        <input
          name="life-note"
          maxLength={500}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </Field>
      <p class="assets-actions">
        {info.allowed.map((event) => (
          <button
            key={event}
            type="button"
            class={event === asked ? "danger" : undefined}
            onClick={(clicked) => isDoubled(clicked) || void take(event)}
          >
            {sayLifeEvent(event)}
          </button>
        ))}
      </p>
      <p role="status">{asked !== undefined && say("confirmRetire")}</p>
      <Fault fault={fault} />
    </>
  );
}

function History({ info: { history } }: { info: LifeInfo }) {
  return (
    <div class="assets-table">
      <table>
        <caption>{say("history")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("at")}</th>
            <th scope="col">{say("event")}</th>
            <th scope="col">{say("state")}</th>
            <th scope="col">{say("note")}</th>
          </tr>
        </thead>
        <tbody>
          {history.map((entry) => (
            <tr key={entry.saidAt}>
              <td>{sayTime(entry.at)}</td>
              <td>{`${sayLifeEvent(entry.event)} · ${entry.saidBy}`}</td>
              <td>{`${sayLife(entry.from)} → ${sayLife(entry.to)}`}</td>
              <td>{entry.note ?? ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
