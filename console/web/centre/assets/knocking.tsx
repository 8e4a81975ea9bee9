/** Devices that speak without being registered: each is adopted in one step. */
import { useState } from "preact/hooks";
import { path, post } from "../../shared/api.ts";
import { now, sayTime } from "../../shared/clock.ts";
import { PagedList, usePaged } from "../../shared/paged.tsx";
import { Fault, Field } from "../../shared/parts.tsx";
import type { KnockItem } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { hasRole } from "../../shared/session.ts";
import { sayAge } from "../../shared/time-words.ts";
import { AssetField } from "./asset-field.tsx";
import { KeyShown } from "./device-key.tsx";
import { say } from "./onboarding-words.ts";

const LISTED_MAX = 100;

export function Knocking() {
  const knocks = usePaged<KnockItem>((cursor) =>
    path("/api/v1/knocking", { limit: LISTED_MAX, cursor }),
  );
  const [adopted, setAdopted] = useState<{ deviceId: string; key: string }>();
  return (
    <section class="assets-one" aria-labelledby="knocking-title">
      <h1 id="knocking-title">{say("knockingTitle")}</h1>
      <p class="assets-hint">{say("knockingHint")}</p>
      <p>
        <button type="button" onClick={knocks.reload}>
          {say("look")}
        </button>
      </p>
      <div aria-live="polite">
        {adopted !== undefined && (
          <div class="card">
            <p>
              <a href={href("devices", adopted.deviceId)}>
                {say("adopted", { device: adopted.deviceId })}
              </a>
            </p>
            <KeyShown value={adopted.key} />
          </div>
        )}
      </div>
      <PagedList paged={knocks} empty={say("nobodyKnocks")}>
        {(items) =>
          items.map((knock) => (
            <Knock
              key={`${knock.format} ${knock.id}`}
              knock={knock}
              onAdopted={(made) => {
                setAdopted(made);
                knocks.reload();
              }}
            />
          ))
        }
      </PagedList>
    </section>
  );
}

interface KnockProps {
  knock: KnockItem;
  onAdopted(made: { deviceId: string; key: string }): void;
}

function Knock({ knock, onAdopted }: KnockProps) {
  const [assetId, setAssetId] = useState("");
  const [deviceId, setDeviceId] = useState(knock.id);
  const [fault, setFault] = useState<unknown>();
  async function adopt(event: Event): Promise<void> {
    event.preventDefault();
    setFault(undefined);
    const { format, id } = knock;
    try {
      onAdopted(await post("/api/v1/devices/adopt", { format, id, deviceId, assetId }));
    } catch (refused) {
      setFault(refused);
    }
  }
  return (
    <article class="card" aria-label={knock.id}>
      <h2>{knock.id}</h2>
      <p>
        <span class="tag">{knock.format}</span>{" "}
        {say("knocked", {
          ...{ n: knock.count, sender: knock.sender, first: sayTime(knock.firstAt) },
          age: sayAge(now.value - Date.parse(knock.lastAt)),
        })}
      </p>
      {hasRole() && (
        <form class="assets-actions" onSubmit={(event) => void adopt(event)}>
          <AssetField label={say("atAsset")} value={assetId} onInput={setAssetId} />
          <Field label={say("asDevice")}>
            <input
              name="deviceId"
              required
              maxLength={64}
              value={deviceId}
              onInput={(event) => setDeviceId(event.currentTarget.value.trim())}
            />
          </Field>
          <button type="submit" class="main">
            {say("adopt")}
          </button>
        </form>
      )}
      {!hasRole() && <p class="assets-hint">{say("adminAdopts")}</p>}
      <Fault fault={fault} />
    </article>
  );
}
