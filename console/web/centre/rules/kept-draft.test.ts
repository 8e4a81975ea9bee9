import { expect, test } from "vitest";
import { draftBack } from "./kept-draft.ts";

const base = { version: 2, raise: 10, clear: 8, enabled: true };

test.each([
  ["nothing was kept", {}, base, undefined],
  ["it cannot be read", { base: "2", draft: [] }, base, undefined],
  [
    "the rule is as it was",
    { base, draft: { ...base, raise: 12 } },
    base,
    { draft: { ...base, raise: 12 }, isOnNewer: false },
  ],
  [
    "somebody has saved another part",
    { base, draft: { ...base, raise: 12 } },
    { ...base, version: 3, clear: 7 },
    { draft: { version: 3, raise: 12, clear: 7, enabled: true }, isOnNewer: true },
  ],
  [
    "somebody has saved the same",
    { base, draft: { ...base, raise: 12 } },
    { ...base, version: 3, raise: 12 },
    undefined,
  ],
  [
    "a field was taken away",
    { base, draft: { version: 2, raise: 10, enabled: true } },
    base,
    { draft: { version: 2, raise: 10, enabled: true }, isOnNewer: false },
  ],
])("what was typed comes back where %s", (_, kept, standing, back) => {
  expect(draftBack(kept as object, standing)).toEqual(back);
});
