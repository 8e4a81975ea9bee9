/** The component by the code of its plate, or by the label of a device at it. */
import { useState } from "preact/hooks";
import { get, type Page, part, path } from "../../shared/api.ts";
import { componentCodeOf, deviceIdOf } from "../../shared/label-code.ts";
import { Fault } from "../../shared/parts.tsx";
import type { AssetItem, DeviceItem } from "../../shared/platform-types.ts";
import { ScanButton } from "../../shared/scan-button.tsx";
import { say } from "./patrol-words.ts";

/** Longer codes may have a shorter one within them. */
const FOUND_MAX = 20;

export function PlateField({ onFound }: { onFound: (asset: AssetItem) => void }) {
  const [state, setState] = useState<"" | "plateAsked" | "plateOther" | "plateUnknown">("");
  const [fault, setFault] = useState<unknown>();

  async function find(asked: Promise<AssetItem | undefined>): Promise<void> {
    setState("plateAsked");
    try {
      const asset = await asked;
      setState(asset === undefined ? "plateUnknown" : "");
      if (asset !== undefined) onFound(asset);
    } catch (reason) {
      setState("");
      setFault(reason);
    }
  }

  function take(text: string): boolean {
    setFault(undefined);
    const code = componentCodeOf(text);
    const deviceId = deviceIdOf(text);
    if (code !== undefined) void find(assetOfCode(code));
    else if (deviceId !== undefined) void find(assetOfDevice(deviceId));
    else setState("plateOther");
    return code !== undefined || deviceId !== undefined;
  }

  return (
    <>
      <ScanButton onCode={take} />
      {state === "plateAsked" && <p role="status">{say(state)}</p>}
      {(state === "plateOther" || state === "plateUnknown") && (
        <p class="fault" role="alert">
          {say(state)}
        </p>
      )}
      <Fault fault={fault} />
    </>
  );
}

async function assetOfCode(code: string): Promise<AssetItem | undefined> {
  const query = { q: code, limit: FOUND_MAX };
  const { items } = await get<Page<AssetItem>>(path("/api/v1/assets", query));
  return items.find(({ componentCode }) => componentCode === code);
}

async function assetOfDevice(deviceId: string): Promise<AssetItem> {
  const { assetId } = await get<DeviceItem>(`/api/v1/devices/${part(deviceId)}`);
  return await get<AssetItem>(`/api/v1/assets/${part(assetId)}`);
}
