/** One device: what it is, its life, how it is set, what it is told, and its label. */
import { get, part } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { sayLife } from "../../shared/life-words.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type { DeviceItem, LatestItem } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { hasRole } from "../../shared/session.ts";
import { Row } from "./asset-card.tsx";

import { heardText } from "./asset-lists.tsx";
import { DeviceCommands } from "./device-commands.tsx";
import { DeviceEdit } from "./device-edit.tsx";
import { DeviceKey } from "./device-key.tsx";
import { DeviceLabel } from "./device-label.tsx";
import { DeviceLife } from "./device-life.tsx";
import { DeviceReplace } from "./device-replace.tsx";
import { DeviceTwin } from "./device-twin.tsx";
import { say } from "./device-words.ts";
import { LatestTable } from "./latest-table.tsx";
import { className } from "./names.ts";
import { useFresh } from "./use-fresh.ts";

export function DevicePage({ deviceId }: { deviceId: string }) {
  const id = part(deviceId);
  const device = useLoaded(() => get<DeviceItem>(`/api/v1/devices/${id}`), [id]);
  const assetId = device.value?.assetId;
  const reload = (): void => void device.reload();
  return (
    <Loading loaded={device}>
      {(known) => (
        <div class="assets-device">
          <About device={known} onChange={reload} />
          <DeviceLife device={known} onChange={reload} />
          <DeviceCommands device={known} />
          <DeviceTwin deviceId={deviceId} />
          <Extras deviceId={deviceId} assetId={assetId} slug={known.class} />
          <DeviceLabel deviceId={deviceId} />
          {hasRole() && known.life !== "retired" && (
            <>
              <DeviceKey deviceId={deviceId} />
              <DeviceReplace deviceId={deviceId} />
            </>
          )}
        </div>
      )}
    </Loading>
  );
}

function About({ device, onChange }: { device: DeviceItem; onChange(): void }) {
  const { deviceId, assetId, life } = device;
  const time = (iso: string | undefined): string | undefined => iso && sayTime(iso);
  return (
    <section class="card assets-card" aria-labelledby="device-name">
      <header>
        <h1 id="device-name">{deviceId}</h1>
        <span class="tag">{className(device.class)}</span>
        <span class={life === "in-service" ? "tag good" : "tag warn"}>{sayLife(life)}</span>
      </header>
      <dl>
        <Row label={say("asset")}>
          <a href={href("assets", assetId)}>{assetId}</a>
        </Row>
        <Row label={say("heard")}>{heardText(device)}</Row>
        <Row label={say("format")}>{device.format ?? "native"}</Row>
        <Row label={say("externalId")}>{device.externalId}</Row>
        <Row label={say("gateway")}>{device.gatewayId}</Row>
        <Row label={say("decoder")}>{device.decoder}</Row>
        <Row label={say("vendor")}>{device.vendor}</Row>
        <Row label={say("model")}>{device.model}</Row>
        <Row label={say("firmware")}>{device.firmware}</Row>
        <Row label={say("serialNumber")}>{device.serialNumber}</Row>
        <Row label={say("transport")}>{device.transport && say(POWER[device.transport])}</Row>
        <Row label={say("installedAt")}>{time(device.installedAt)}</Row>
        <Row label={say("calibratedAt")}>{time(device.calibratedAt)}</Row>
        <Row label={say("calibrationDueAt")}>{time(device.calibrationDueAt)}</Row>
      </dl>
      {hasRole() && <DeviceEdit device={device} onChange={onChange} />}
    </section>
  );
}

const POWER = { battery: "onBattery", mains: "mains" } as const;

function Extras({ deviceId, assetId, slug }: ExtrasProps) {
  const fresh = useFresh(assetId, ["reading"]);
  const extras = useLoaded(
    () => get<{ items: LatestItem[] }>(`/api/v1/devices/${part(deviceId)}/extras`),
    [deviceId, fresh],
  );
  return (
    <section class="card" aria-labelledby="device-extras">
      <h2 id="device-extras">{say("extras")}</h2>
      <Loading loaded={extras}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="quiet">{say("noExtras")}</p>
          ) : (
            <>
              <p class="assets-hint">{say("extrasHint")}</p>
              <LatestTable slug={slug} items={items} />
            </>
          )
        }
      </Loading>
    </section>
  );
}

interface ExtrasProps {
  deviceId: string;
  assetId: string | undefined;
  slug: string | undefined;
}
