/**
 * What was typed of a rule and not saved, when its page is opened again. It was kept with the rule that it
 * was typed over, so that fields that others have saved meanwhile are not undone by it; a field that both
 * have changed is as it was typed here. Pure.
 */
import { differences, rebased } from "./rule-diff.ts";
import { isObject, type Value } from "./rule-schema.ts";

export interface KeptDraft {
  /** The rule that it was typed over. */
  base: Record<string, Value>;
  draft: Record<string, Value>;
}

export interface DraftBack {
  draft: Record<string, Value>;
  /** Others have saved meanwhile. */
  isOnNewer: boolean;
}

/** On the rule as it stands now; nothing where nothing was kept, or all of it stands there by now. */
export function draftBack(
  { base, draft }: Partial<KeptDraft>,
  standing: Record<string, Value>,
): DraftBack | undefined {
  if (!isObject(base) || !isObject(draft)) return undefined;
  const found = rebased(base, draft, standing);
  if (!isObject(found) || differences(standing, found).length === 0) return undefined;
  return { draft: found, isOnNewer: base.version !== standing.version };
}
