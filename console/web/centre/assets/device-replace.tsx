/** A new device in the place of one that is retired by it. */
import { useState } from "preact/hooks";
import { part, post } from "../../shared/api.ts";
import { Fault, Field } from "../../shared/parts.tsx";
import { href } from "../../shared/router.ts";
import { KeyShown } from "./device-key.tsx";
import { say } from "./device-words.ts";

const FIELDS = ["serialNumber", "externalId", "note"] as const;

export function DeviceReplace({ deviceId }: { deviceId: string }) {
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [done, setDone] = useState<{ deviceId: string; key?: string }>();
  const [fault, setFault] = useState<unknown>();
  const set = (name: string, value: string): void =>
    setTyped((before) => ({ ...before, [name]: value }));
  async function replace(event: Event): Promise<void> {
    event.preventDefault();
    setFault(undefined);
    const said = Object.entries(typed).filter(([, value]) => value.trim() !== "");
    try {
      const path = `/api/v1/devices/${part(deviceId)}/replace`;
      setDone(await post(path, Object.fromEntries(said)));
    } catch (refused) {
      setFault(refused);
    }
  }
  return (
    <section class="card" aria-labelledby="device-replace">
      <h2 id="device-replace">{say("replace")}</h2>
      <p class="assets-hint">{say("replaceHint")}</p>
      <form class="assets-form" onSubmit={(event) => void replace(event)}>
        <Field label={say("newDeviceId")} hint={say("newDeviceHint")}>
          <input
            name="newDeviceId"
            required
            maxLength={64}
            value={typed.newDeviceId ?? ""}
            onInput={(event) => set("newDeviceId", event.currentTarget.value.trim())}
          />
        </Field>
        {FIELDS.map((name) => (
          <Field key={name} label={say(name)}>
            <input
              name={name}
              maxLength={128}
              value={typed[name] ?? ""}
              onInput={(event) => set(name, event.currentTarget.value)}
            />
          </Field>
        ))}
        <p class="assets-actions">
          <button type="submit">{say("replace")}</button>
        </p>
      </form>
      <Fault fault={fault} />
      <div aria-live="polite">
        {done !== undefined && (
          <>
            <p>
              <a href={href("devices", done.deviceId)}>
                {say("replaced", { device: done.deviceId })}
              </a>
            </p>
            {done.key !== undefined && <KeyShown value={done.key} />}
          </>
        )}
      </div>
    </section>
  );
}
