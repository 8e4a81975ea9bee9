/** What is typed of a rule, kept in this tab until it is saved or thrown away. */
import { useState } from "preact/hooks";
import { keep, kept } from "../../shared/kept.ts";
import { user } from "../../shared/session.ts";
import { type DraftBack, draftBack, type KeptDraft } from "./kept-draft.ts";
import type { Value } from "./rule-schema.ts";

type Rule = Record<string, Value>;

interface Drafting {
  draft: Rule | undefined;
  /** The rule that it was typed over. */
  over: Rule;
  /** Some of it was typed before the page was left. */
  back: DraftBack | undefined;
  /** `over`: another rule from now on. */
  type(draft: Rule, over?: Rule): void;
  /** It was saved, or thrown away. */
  drop(): void;
}

export function useDraft(ruleId: string, standing: Rule, mayEdit: boolean): Drafting {
  const place = `rule.${ruleId}`;
  const [username] = useState(user.value?.username ?? "");
  const [{ typed, back }, setState] = useState<{
    typed: KeptDraft | undefined;
    back: Drafting["back"];
  }>(() => {
    const found = mayEdit ? draftBack(kept(place, username), standing) : undefined;
    if (found === undefined) {
      // What stands in the rule by now must not come back over what others make of it.
      if (mayEdit) keep(place, username, undefined);
      return { typed: undefined, back: undefined };
    }
    return { typed: { base: standing, draft: found.draft }, back: found };
  });
  return {
    ...{ draft: typed?.draft, over: typed?.base ?? standing, back },
    type(draft, over = typed?.base ?? standing) {
      const next = { base: over, draft };
      keep(place, username, next);
      setState((before) => ({ ...before, typed: next }));
    },
    drop() {
      keep(place, username, undefined);
      setState({ typed: undefined, back: undefined });
    },
  };
}
