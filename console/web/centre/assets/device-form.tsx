/** One device by hand at an asset; its key is shown once, in place of the form. */
import { useEffect, useState } from "preact/hooks";
import { allPages } from "../../shared/all-pages.ts";
import { type Page, post } from "../../shared/api.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Fault } from "../../shared/parts.tsx";
import type { AssetItem } from "../../shared/platform-types.ts";
import { createRequestKeys } from "../../shared/request-key.ts";
import { href } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import type { Typed } from "./asset-typed.ts";
import { KeyShown } from "./device-key.tsx";
import { deviceLacks, deviceOf, FORMATS, formatOf, VENDOR_WORDS } from "./device-typed.ts";
import { say as sayDevice } from "./device-words.ts";
import { useTyped } from "./form-field.tsx";
import { ChoiceLine, type FormPart, NO_CHOICE, TextLine } from "./form-lines.tsx";
import { say, sayExternalId, sayFormat } from "./form-words.ts";
import { useSending } from "./use-sending.ts";

const NOTHING: Typed = {};
const FIELDS = [
  ...["deviceId", "format", "externalId", "protocolPassword", "gatewayId", "decoder", "transport"],
  ...VENDOR_WORDS,
];

interface Made {
  deviceId: string;
  key: string;
}

export function DeviceForm({ asset }: { asset: AssetItem }) {
  const [made, setMade] = useState<Made>();
  if (may("registry.write") === undefined) return <p class="quiet">{say("adminRegisters")}</p>;
  return (
    <section class="assets-one" aria-labelledby="device-form">
      <h1 id="device-form">{say("newDevice", { name: asset.name })}</h1>
      {made === undefined ? (
        <Form asset={asset} onMade={setMade} />
      ) : (
        <MadeDevice made={made} asset={asset} onAnother={() => setMade(undefined)} />
      )}
    </section>
  );
}

function MadeDevice({ made, asset, onAnother }: MadeDeviceProps) {
  return (
    <div class="card" role="status">
      <p>{say("deviceMade", { device: made.deviceId })}</p>
      <KeyShown value={made.key} />
      <p class="assets-actions">
        <a class="button main" href={href("devices", made.deviceId)}>
          {say("toDevice")}
        </a>
        <a class="button" href={href("assets", asset.assetId)}>
          {say("toAsset")}
        </a>
        <button type="button" onClick={onAnother}>
          {say("anotherDevice")}
        </button>
      </p>
    </div>
  );
}

interface MadeDeviceProps {
  made: Made;
  asset: AssetItem;
  onAnother(): void;
}

function Form({ asset, onMade }: { asset: AssetItem; onMade(made: Made): void }) {
  const form = useTyped(`device.${asset.assetId}`, NOTHING, "protocolPassword");
  const { typed } = form;
  const [keyOf] = useState(() => createRequestKeys());
  const format = formatOf(typed);
  const lacks = deviceLacks(typed);
  const sending = useSending({
    lacks: new Map(
      [...lacks].map(([field, lack]) => [
        field,
        lack === "badExternalId"
          ? say("badExternalId", { wanted: sayExternalId(format) })
          : say(lack),
      ]),
    ),
    fields: FIELDS,
    async send() {
      const device = deviceOf(typed, asset.assetId);
      const headers = { "idempotency-key": keyOf(JSON.stringify(device)) };
      const answer = await post<Made>("/api/v1/devices", device, { headers });
      form.clear();
      onMade(answer);
    },
  });
  const { faultAt } = sending;
  const change = (changes: Typed): void => {
    form.change(changes);
    sending.changed(Object.keys(changes));
  };
  const first = sending.form;
  useEffect(() => first.current?.querySelector<HTMLElement>("input")?.focus(), []);
  const at = { typed, faultAt, change };
  return (
    <form class="card assets-register" ref={first} noValidate onSubmit={sending.send}>
      <div class="assets-form">
        <TextLine
          name="deviceId"
          label={say("deviceId")}
          hint={say("deviceIdHint")}
          isNeeded
          {...at}
        />
        <ChoiceLine
          name="format"
          label={sayDevice("format")}
          options={Object.keys(FORMATS).map((id) => [id, sayFormat(id as keyof typeof FORMATS)])}
          {...at}
          typed={{ ...typed, format }}
        />
        {format !== "native" && (
          <TextLine
            name="externalId"
            label={sayDevice("externalId")}
            hint={sayExternalId(format)}
            maxLength={128}
            isNeeded={FORMATS[format].isOptional === undefined}
            {...at}
          />
        )}
        {FORMATS[format].hasPassword && (
          <TextLine
            name="protocolPassword"
            label={say("protocolPassword")}
            hint={say("protocolPasswordHint")}
            isSecret
            {...at}
          />
        )}
      </div>
      <div class="assets-form">
        {VENDOR_WORDS.map((name) => (
          <TextLine key={name} name={name} label={sayDevice(name)} {...at} />
        ))}
        <Ways {...at} />
      </div>
      <Fault fault={sending.fault} />
      <p class="assets-actions">
        <button type="submit" class="main" disabled={sending.isBusy}>
          {say("register")}
        </button>
        <a class="button" href={href("assets", asset.assetId)} onClick={form.clear}>
          {say("cancel")}
        </a>
      </p>
    </form>
  );
}

/** By which decoder it is read, by which gateway it speaks, and what feeds it. */
function Ways(at: FormPart) {
  const decoders = useLoaded(() => named<{ decoderId: string }>("decoders", "decoderId"), []);
  const gateways = useLoaded(() => named<{ gatewayId: string }>("gateways", "gatewayId"), []);
  return (
    <>
      <ChoiceLine
        name="decoder"
        label={sayDevice("decoder")}
        options={[NO_CHOICE, ...(decoders.value ?? [])]}
        {...at}
      />
      <ChoiceLine
        name="gatewayId"
        label={sayDevice("gateway")}
        options={[NO_CHOICE, ...(gateways.value ?? [])]}
        {...at}
      />
      <ChoiceLine
        name="transport"
        label={sayDevice("transport")}
        options={[NO_CHOICE, ["battery", sayDevice("onBattery")], ["mains", sayDevice("mains")]]}
        {...at}
      />
      <Fault fault={decoders.fault ?? gateways.fault} />
    </>
  );
}

async function named<Item extends object>(
  list: "decoders" | "gateways",
  id: keyof Item,
): Promise<[string, string][]> {
  const pages = await allPages<Page<Item & { name: string }>>(`/api/v1/${list}`);
  return pages
    .flatMap(({ items }) => items)
    .map((item) => [String(item[id]), `${item.name} (${String(item[id])})`]);
}
