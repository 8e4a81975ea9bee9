/** A component code while it is typed: how far it is, what its parts say, and who has it already. */
import { get, type Page, path } from "../../shared/api.ts";
import { useLoaded } from "../../shared/loaded.ts";
import type { AssetItem } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { inLanguage } from "../../shared/words.ts";
import { codeParts } from "./asset-filters.ts";
import { say as sayAsset } from "./assets-words.ts";
import { codeFault, useCategories } from "./component-code.ts";
import { FormField } from "./form-field.tsx";
import { say } from "./form-words.ts";

interface CodeFieldProps {
  code: string;
  /** Of the asset that is edited. */
  assetId: string | undefined;
  fault: string | undefined;
  onInput(code: string): void;
}

export function CodeField({ code, assetId, fault, onInput }: CodeFieldProps) {
  const wrong = code === "" ? undefined : codeFault(code);
  // What can only get worse is told at once; a code that is short is still being typed.
  const atOnce = wrong === "noDigits" || wrong === "long" ? say("badCode") : undefined;
  return (
    <div class="assets-code-field">
      <FormField
        name="componentCode"
        label={sayAsset("code")}
        hint={say("codeHint")}
        fault={fault ?? atOnce}
        isNeeded
      >
        {(control) => (
          <input
            {...control}
            inputMode="numeric"
            autoComplete="off"
            maxLength={24}
            value={code}
            onInput={(event) => onInput(event.currentTarget.value.trim())}
          />
        )}
      </FormField>
      <div role="status">
        {wrong === "short" && <small>{say("codeSoFar", { n: code.length })}</small>}
        <CodeParts code={code} />
        {code !== "" && wrong === undefined && <SameCode code={code} assetId={assetId} />}
      </div>
    </div>
  );
}

/** Area, main class, subclass and number, as far as they are typed, with what they are called. */
function CodeParts({ code }: { code: string }) {
  const categories = useCategories();
  const { area, major, minor, no } = codeParts(code);
  const rows = [...(categories.value?.values() ?? [])];
  const ofMajor = rows.find((row) => row.code.startsWith(major));
  const ofBoth = categories.value?.get(major + minor);
  const isKnown = categories.value !== undefined;
  const parts = [
    { name: sayAsset("codeArea"), digits: area, size: 6, text: "" },
    { name: sayAsset("codeMajor"), digits: major, size: 2, text: ofMajor?.majorTitle },
    {
      name: sayAsset("codeMinor"),
      digits: minor,
      size: 2,
      text: ofBoth && inLanguage(ofBoth.title),
    },
    { name: sayAsset("codeNo"), digits: no, size: 6, text: "" },
  ];
  return (
    <dl class="assets-code-parts">
      {parts.map(({ name, digits, size, text }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {digits.padEnd(size, "·")}
            <small>{digits.length < size || !isKnown ? "" : (text ?? say("codeUnknown"))}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}

const SAME_MAX = 5;

function SameCode({ code, assetId }: { code: string; assetId: string | undefined }) {
  const found = useLoaded(
    () => get<Page<AssetItem>>(path("/api/v1/assets", { q: code, limit: SAME_MAX })),
    [code],
  );
  const other = found.value?.items.find(
    (item) => item.componentCode === code && item.assetId !== assetId,
  );
  if (other === undefined) return null;
  return (
    <small class="assets-warn">
      {say("sameCode")} <a href={href("assets", other.assetId)}>{other.name}</a>
    </small>
  );
}
