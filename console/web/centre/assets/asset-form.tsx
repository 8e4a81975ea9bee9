/** One asset by hand: a new one, or what may be changed of one that is there. */

import { useEffect, useMemo } from "preact/hooks";
import { part, patch, post } from "../../shared/api.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Fault } from "../../shared/parts.tsx";
import type { AssetItem } from "../../shared/platform-types.ts";
import { go, href } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { attributesOf, type KnownAttribute } from "./asset-attributes.ts";
import { ASSET_FIELDS, Grids, What, Whose } from "./asset-form-parts.tsx";
import { assetOf, attributeField, changesTo, lacksOf, type Typed, typedOf } from "./asset-typed.ts";
import { AttributeFields } from "./attribute-fields.tsx";
import { rulesOfClass } from "./class-rules.ts";
import { useTyped } from "./form-field.tsx";
import { say } from "./form-words.ts";
import { PlaceField } from "./place-field.tsx";
import { useSending } from "./use-sending.ts";

/** `asset`: the one that is changed; absent: a new one. */
export function AssetForm({ asset }: { asset?: AssetItem }) {
  if (may("registry.write") === undefined) return <p class="quiet">{say("adminRegisters")}</p>;
  return <Form asset={asset} />;
}

const NOTHING: Typed = {};

function Form({ asset }: { asset: AssetItem | undefined }) {
  const before = useMemo(() => (asset === undefined ? NOTHING : typedOf(asset)), [asset]);
  const form = useTyped(`asset.${asset?.assetId ?? ""}`, before);
  const { typed } = form;
  const known = useKnownAttributes(typed.class ?? "");
  const numbers = new Set(known.flatMap(({ name, values }) => (values === undefined ? name : [])));
  const lacks = lacksOf(typed, numbers);
  const sending = useSending({
    lacks: new Map([...lacks].map(([field, lack]) => [field, say(lack)])),
    fields: [
      ...ASSET_FIELDS,
      ...Object.keys(typed),
      ...known.map(({ name }) => attributeField(name)),
    ],
    async send() {
      const assetId =
        asset === undefined
          ? (await post<AssetItem>("/api/v1/assets", assetOf(typed, numbers))).assetId
          : (await changed(asset, typed, numbers)).assetId;
      form.clear();
      go("assets", assetId);
    },
  });
  const { faultAt } = sending;
  const change = (changes: Typed): void => {
    form.change(changes);
    sending.changed(Object.keys(changes));
  };
  const first = sending.form;
  useEffect(() => first.current?.querySelector<HTMLElement>("select, input")?.focus(), []);
  return (
    <section aria-labelledby="asset-form">
      <h1 id="asset-form">
        {asset === undefined ? say("newAsset") : say("editAsset", { name: asset.name })}
      </h1>
      <form class="card assets-register" ref={first} noValidate onSubmit={sending.send}>
        <What asset={asset} {...{ typed, faultAt, change }} />
        <fieldset>
          <legend>{say("where")}</legend>
          <div class="assets-form">
            <PlaceField
              typed={typed}
              isRight={!lacks.has("lon") && !lacks.has("lat")}
              faultAt={faultAt}
              onChange={change}
            />
            <Grids {...{ typed, faultAt, change }} />
          </div>
        </fieldset>
        <Whose {...{ typed, faultAt, change }} />
        <AttributeFields known={known} typed={typed} faultAt={faultAt} onChange={change} />
        <Fault fault={sending.fault} />
        <p class="assets-actions">
          <button type="submit" class="main" disabled={sending.isBusy}>
            {say(asset === undefined ? "register" : "save")}
          </button>
          <a
            class="button"
            href={asset === undefined ? href("assets") : href("assets", asset.assetId)}
            onClick={form.clear}
          >
            {say("cancel")}
          </a>
        </p>
      </form>
    </section>
  );
}

async function changed(
  asset: AssetItem,
  typed: Typed,
  numbers: ReadonlySet<string>,
): Promise<AssetItem> {
  const changes = changesTo(asset, typed, numbers);
  if (Object.keys(changes).length === 0) return asset;
  return patch<AssetItem>(`/api/v1/assets/${part(asset.assetId)}`, changes);
}

/** Those that the rules of the class read; none while nobody knows. */
function useKnownAttributes(slug: string): readonly KnownAttribute[] {
  const rules = useLoaded(() => rulesOfClass(slug), [slug]);
  return useMemo(() => attributesOf(rules.value ?? []), [rules.value]);
}
