/** A device is put at its asset: the label is scanned or typed, the device is set installed here. */
import { useEffect, useRef, useState } from "preact/hooks";
import { get, type Page, part, patch, path, post } from "../../shared/api.ts";
import { deviceIdOf } from "../../shared/label-code.ts";
import { sayLife } from "../../shared/life-words.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Fault, Field, Loading } from "../../shared/parts.tsx";
import type { AssetItem, DeviceItem, LifeInfo } from "../../shared/platform-types.ts";
import { href, route, setQuery } from "../../shared/router.ts";
import { ScanButton } from "../../shared/scan-button.tsx";
import { hasRole } from "../../shared/session.ts";
import { say } from "./onboarding-words.ts";
import { SearchField } from "./search-field.tsx";

const FOUND_MAX = 8;

export function ScanPage() {
  const { query } = route.value;
  const assetId = query.get("asset") ?? "";
  const deviceId = query.get("device") ?? "";
  return (
    <section class="assets-one" aria-labelledby="scan-title">
      <h1 id="scan-title">{say("scanTitle")}</h1>
      <ChooseAsset assetId={assetId} />
      <ChooseDevice deviceId={deviceId} />
      {assetId !== "" && deviceId !== "" && (
        <Install key={`${assetId} ${deviceId}`} assetId={assetId} deviceId={deviceId} />
      )}
    </section>
  );
}

function ChooseAsset({ assetId }: { assetId: string }) {
  const q = route.value.query.get("q") ?? "";
  const chosen = useLoaded(
    async () => (assetId === "" ? null : await get<AssetItem>(`/api/v1/assets/${part(assetId)}`)),
    [assetId],
  );
  const found = useLoaded(
    async () =>
      q === ""
        ? []
        : (await get<Page<AssetItem>>(path("/api/v1/assets", { q, limit: FOUND_MAX }))).items,
    [q],
  );
  return (
    <section class="card" aria-labelledby="scan-asset">
      <h2 id="scan-asset">{say("stepAsset")}</h2>
      <Loading loaded={chosen}>
        {(asset) =>
          asset !== null && (
            <p>
              <strong>{asset.name}</strong> <small>{asset.componentCode}</small>{" "}
              <button type="button" class="bare" onClick={() => setQuery({ asset: "" })}>
                {say("another")}
              </button>
            </p>
          )
        }
      </Loading>
      {assetId === "" && (
        <>
          <SearchField name="q" label={say("findAsset")} />
          <ul class="assets-cases">
            {found.value?.map((asset) => (
              <li key={asset.assetId}>
                <button
                  type="button"
                  class="bare"
                  onClick={() => setQuery({ asset: asset.assetId, q: "" })}
                >
                  {asset.name}
                </button>
                <small>{asset.componentCode}</small>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function ChooseDevice({ deviceId }: { deviceId: string }) {
  const [typed, setTyped] = useState(deviceId);
  const [isNone, setNone] = useState(false);
  useEffect(() => setTyped(deviceId), [deviceId]);
  const take = (text: string): boolean => {
    const id = deviceIdOf(text);
    setNone(id === undefined);
    if (id !== undefined) setQuery({ device: id });
    return id !== undefined;
  };
  return (
    <section class="card" aria-labelledby="scan-device">
      <h2 id="scan-device">{say("stepDevice")}</h2>
      <ScanButton onCode={take} />
      <form
        class="assets-actions"
        onSubmit={(event) => {
          event.preventDefault();
          take(typed);
        }}
      >
        <Field label={say("typeCode")}>
          <input
            name="code"
            required
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </Field>
        <button type="submit">{say("takeCode")}</button>
      </form>
      {isNone && (
        <p class="fault" role="alert">
          {say("notALabel")}
        </p>
      )}
    </section>
  );
}

function Install({ assetId, deviceId }: { assetId: string; deviceId: string }) {
  const loaded = useLoaded(async () => {
    const [device, life] = await Promise.all([
      get<DeviceItem>(`/api/v1/devices/${part(deviceId)}`),
      get<LifeInfo>(`/api/v1/devices/${part(deviceId)}/life`),
    ]);
    return { device, life };
  }, [deviceId]);
  return (
    <section class="card" aria-labelledby="scan-install">
      <h2 id="scan-install">{say("stepInstall")}</h2>
      <Loading loaded={loaded}>
        {({ device, life }) => (
          <Steps {...{ device, life, assetId }} onDone={() => void loaded.reload()} />
        )}
      </Loading>
    </section>
  );
}

interface StepsProps {
  device: DeviceItem;
  life: LifeInfo;
  assetId: string;
  onDone(): void;
}

function Steps({ device, life, assetId, onDone }: StepsProps) {
  const [fault, setFault] = useState<unknown>();
  const done = useRef<HTMLParagraphElement>(null);
  const isHere = device.assetId === assetId;
  const mayInstall = life.allowed.includes("install");
  const isInstalled = isHere && !mayInstall;
  async function install(): Promise<void> {
    setFault(undefined);
    const address = `/api/v1/devices/${part(device.deviceId)}`;
    try {
      if (!isHere) await patch(address, { assetId });
      if (mayInstall) await post(`${address}/life`, { event: "install" });
      onDone();
      done.current?.focus();
    } catch (refused) {
      setFault(refused);
      onDone();
    }
  }
  return (
    <>
      <p ref={done} tabIndex={-1} role="status">
        <a href={href("devices", device.deviceId)}>{device.deviceId}</a>{" "}
        <span class={isInstalled ? "tag good" : "tag warn"}>{sayLife(life.life)}</span>{" "}
        {say(isInstalled ? "isHere" : isHere ? "belongsHere" : "isElsewhere", {
          asset: device.assetId,
        })}
      </p>
      {!isHere && !hasRole() && <p class="fault">{say("adminMoves")}</p>}
      {!isInstalled && (isHere || hasRole()) && (
        <button type="button" class="main" onClick={() => void install()}>
          {say(mayInstall ? "install" : "move")}
        </button>
      )}
      <Fault fault={fault} />
    </>
  );
}
