/** Another key for a device: asked for twice, shown once. */
import { useState } from "preact/hooks";
import { part, post } from "../../shared/api.ts";
import { Fault } from "../../shared/parts.tsx";
import { say } from "./device-words.ts";
import { isDoubled } from "./doubled.ts";

export function DeviceKey({ deviceId }: { deviceId: string }) {
  const [isAsked, setAsked] = useState(false);
  const [key, setKey] = useState<string>();
  const [fault, setFault] = useState<unknown>();
  async function renew(): Promise<void> {
    if (!isAsked) return setAsked(true);
    setAsked(false);
    setFault(undefined);
    try {
      setKey((await post<{ key: string }>(`/api/v1/devices/${part(deviceId)}/key`)).key);
    } catch (refused) {
      setFault(refused);
    }
  }
  return (
    <section class="card" aria-labelledby="device-key">
      <h2 id="device-key">{say("key")}</h2>
      <p class="assets-hint">{say("keyHint")}</p>
      <button
        type="button"
        class={isAsked ? "danger" : undefined}
        onClick={(clicked) => isDoubled(clicked) || void renew()}
      >
        {say(isAsked ? "renewKeyConfirm" : "renewKey")}
      </button>
      <Fault fault={fault} />
      <div aria-live="polite">{key !== undefined && <KeyShown value={key} />}</div>
    </section>
  );
}

/** A key, and a button that copies it. */
export function KeyShown({ value }: { value: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <p class="assets-key">
      <span>{say("keyOnce")}</span>
      <code>{value}</code>
      <button
        type="button"
        onClick={() => void navigator.clipboard?.writeText(value).then(() => setCopied(true))}
      >
        {say(isCopied ? "copied" : "copy")}
      </button>
    </p>
  );
}
