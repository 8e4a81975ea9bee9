/** The label of a device with its QR code, as the platform draws it. */
import { part } from "../../shared/api.ts";
import { say } from "./device-words.ts";

export function DeviceLabel({ deviceId }: { deviceId: string }) {
  const address = `/api/v1/devices/${part(deviceId)}/label.svg?base=${part(location.origin)}`;
  return (
    <section class="card" aria-labelledby="device-label">
      <h2 id="device-label">{say("label")}</h2>
      <img class="assets-label" src={address} alt={say("labelOf", { device: deviceId })} />
      <p class="assets-actions">
        <a class="button" href={address} target="_blank" rel="noreferrer">
          {say("print")}
        </a>
        <a class="button" href={address} download={`${deviceId}.svg`}>
          {say("download")}
        </a>
      </p>
    </section>
  );
}
