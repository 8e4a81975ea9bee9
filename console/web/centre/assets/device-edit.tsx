/** What is printed on a device, its power and its calibration, changed in one form. */
import { useState } from "preact/hooks";
import { part, patch } from "../../shared/api.ts";
import { Fault, Field } from "../../shared/parts.tsx";
import type { DeviceItem } from "../../shared/platform-types.ts";
import { changesOf, dateOf, isoOfDate } from "./device-changes.ts";
import { say } from "./device-words.ts";

const TEXTS = ["vendor", "model", "firmware", "serialNumber", "externalId", "decoder"] as const;
const DATES = ["calibratedAt", "calibrationDueAt"] as const;

export function DeviceEdit({ device, onChange }: { device: DeviceItem; onChange(): void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say("edit")}</summary>
      {isOpen && <Form device={device} onChange={onChange} />}
    </details>
  );
}

function Form({ device, onChange }: { device: DeviceItem; onChange(): void }) {
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [fault, setFault] = useState<unknown>();
  const [isSaved, setSaved] = useState(false);
  const set = (name: string, value: string): void => {
    setSaved(false);
    setTyped((before) => ({ ...before, [name]: value }));
  };
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    setFault(undefined);
    try {
      await patch(`/api/v1/devices/${part(device.deviceId)}`, changesOf(device, typed));
      setTyped({});
      setSaved(true);
      onChange();
    } catch (refused) {
      setFault(refused);
    }
  }
  return (
    <form class="assets-form" onSubmit={(event) => void save(event)}>
      {TEXTS.map((name) => (
        <Field key={name} label={say(name)}>
          <input
            name={name}
            maxLength={name === "externalId" ? 128 : 64}
            value={typed[name] ?? device[name] ?? ""}
            onInput={(event) => set(name, event.currentTarget.value)}
          />
        </Field>
      ))}
      <Field label={say("transport")}>
        <select
          name="transport"
          value={typed.transport ?? device.transport ?? ""}
          onChange={(event) => set("transport", event.currentTarget.value)}
        >
          <option value="">—</option>
          <option value="battery">{say("onBattery")}</option>
          <option value="mains">{say("mains")}</option>
        </select>
      </Field>
      {DATES.map((name) => (
        <Field key={name} label={say(name)}>
          <input
            name={name}
            type="date"
            value={dateOf(typed[name] ?? device[name])}
            onInput={(event) => set(name, isoOfDate(event.currentTarget.value))}
          />
        </Field>
      ))}
      <Fault fault={fault} />
      <p class="assets-actions">
        <button type="submit" class="main" disabled={Object.keys(typed).length === 0}>
          {say("save")}
        </button>
        {isSaved && <span role="status">{say("saved")}</span>}
      </p>
    </form>
  );
}
