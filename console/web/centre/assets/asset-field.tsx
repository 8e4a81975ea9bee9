/** The id of an asset, typed or found by any part of its name or code. */
import { useEffect, useId, useState } from "preact/hooks";
import { get, type Page, path } from "../../shared/api.ts";
import { Field } from "../../shared/parts.tsx";
import type { AssetItem } from "../../shared/platform-types.ts";

const WAIT_MS = 250;
const FOUND_MAX = 10;

export function AssetField({ label, value, onInput }: AssetFieldProps) {
  const listId = useId();
  const [found, setFound] = useState<readonly AssetItem[]>([]);
  useEffect(() => {
    if (value === "") return undefined;
    const timer = setTimeout(() => {
      const asked = get<Page<AssetItem>>(path("/api/v1/assets", { q: value, limit: FOUND_MAX }));
      asked.then(({ items }) => setFound(items)).catch(() => setFound([]));
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return (
    <Field label={label}>
      <input
        name="assetId"
        required
        maxLength={64}
        list={listId}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value.trim())}
      />
      <datalist id={listId}>
        {found.map(({ assetId, name }) => (
          <option key={assetId} value={assetId}>
            {name}
          </option>
        ))}
      </datalist>
    </Field>
  );
}

interface AssetFieldProps {
  label: string;
  value: string;
  onInput(assetId: string): void;
}
