/** What is typed of a rule, kept in this tab until it is saved or thrown away. */
import { useState } from "preact/hooks";
import { keep, kept } from "../../shared/kept.ts";
import { user } from "../../shared/session.ts";
import { draftBack, type KeptDraft } from "./kept-draft.ts";
import type { Value } from "./rule-schema.ts";

type Rule = Record<string, Value>;

interface Drafting {
  draft: Rule | undefined;
  /** Some of it was typed before the page was left. */
  isBack: boolean;
  /** `over`: the rule that it is typed over. */
  type(draft: Rule, over: Rule): void;
  /** It was saved, or thrown away. */
  drop(): void;
}

export function useDraft(ruleId: string, standing: Rule, mayEdit: boolean): Drafting {
  const place = `rule.${ruleId}`;
  const [username] = useState(user.value?.username ?? "");
  const [back] = useState(() => (mayEdit ? draftBack(kept(place, username), standing) : undefined));
  const [draft, setDraft] = useState(back);
  const [isBack, setBack] = useState(back !== undefined);
  return {
    draft,
    isBack,
    type(typed, over) {
      keep(place, username, { base: over, draft: typed } satisfies KeptDraft);
      setDraft(typed);
    },
    drop() {
      keep(place, username, undefined);
      setDraft(undefined);
      setBack(false);
    },
  };
}
