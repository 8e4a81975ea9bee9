/** The id of an asset, typed or found by any part of its name or code. */
import { useEffect, useId, useState } from "preact/hooks";
import { get, type Page, path } from "../../shared/api.ts";
import { Field } from "../../shared/parts.tsx";
import type { AssetItem } from "../../shared/platform-types.ts";

const WAIT_MS = 250;
const FOUND_MAX = 10;

/** Assets of which a part is typed, asked for a moment after the last letter. */
export function useFoundAssets(text: string): readonly AssetItem[] {
  const [found, setFound] = useState<readonly AssetItem[]>([]);
  useEffect(() => {
    if (text === "") return undefined;
    let isOver = false;
    const timer = setTimeout(() => {
      const asked = get<Page<AssetItem>>(path("/api/v1/assets", { q: text, limit: FOUND_MAX }));
      asked.then(
        ({ items }) => isOver || setFound(items),
        () => isOver || setFound([]),
      );
    }, WAIT_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [text]);
  return found;
}

export function AssetField({ label, value, onInput }: AssetFieldProps) {
  const listId = useId();
  const found = useFoundAssets(value);
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
      <FoundAssets id={listId} found={found} />
    </Field>
  );
}

export function FoundAssets({ id, found }: { id: string; found: readonly AssetItem[] }) {
  return (
    <datalist id={id}>
      {found.map(({ assetId, name }) => (
        <option key={assetId} value={assetId}>
          {name}
        </option>
      ))}
    </datalist>
  );
}

interface AssetFieldProps {
  label: string;
  value: string;
  onInput(assetId: string): void;
}
