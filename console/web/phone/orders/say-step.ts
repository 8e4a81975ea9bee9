/**
 * A step of a case as it goes into the outbox, with how the case stands as its sayer sees it; false where
 * the phone could not keep it.
 */
import type { CaseItem } from "../../shared/platform-types.ts";
import { say } from "../outbox/outbox.ts";
import type { Transition } from "../outbox/outbox-machine.ts";

export async function sayStep(
  item: CaseItem,
  event: string,
  said: Transition["said"] = {},
  photos: readonly string[] = [],
): Promise<boolean> {
  const { caseNo, state, crewId, version } = item;
  return await say({
    chain: caseNo,
    expects: version,
    photos: [...photos],
    act: {
      kind: "transition",
      caseNo,
      event,
      said,
      seen: crewId === undefined ? { state } : { state, crewId },
    },
  });
}
