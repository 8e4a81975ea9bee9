/**
 * What was typed of a rule and not saved, when its page is opened again. It was kept with the rule that it
 * was typed over, so that what others have saved meanwhile is not undone by it. Pure.
 */
import { differences, rebased } from "./rule-diff.ts";
import { isObject, type Value } from "./rule-schema.ts";

export interface KeptDraft {
  /** The rule that it was typed over. */
  base: Record<string, Value>;
  draft: Record<string, Value>;
}

/** On the rule as it stands now; nothing where nothing was kept, or all of it stands there by now. */
export function draftBack(
  { base, draft }: Partial<KeptDraft>,
  standing: Record<string, Value>,
): Record<string, Value> | undefined {
  if (!isObject(base) || !isObject(draft)) return undefined;
  const found = rebased(base, draft, standing);
  return isObject(found) && differences(standing, found).length > 0 ? found : undefined;
}
