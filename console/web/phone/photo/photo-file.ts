/** Whether a photo that was sent is with the platform still, which keeps what no step has taken for 7 days. */
import type { KeptPhoto } from "../store.ts";

const KEPT_MS = 6 * 86_400_000;

/** Nothing where it has to be sent, again or for the first time. `now` is the phone's clock. */
export function fileOf(
  { fileId, sentAt }: Pick<KeptPhoto, "fileId" | "sentAt">,
  now: number,
): string | undefined {
  const isThere = sentAt !== undefined && Math.abs(now - sentAt) < KEPT_MS;
  return isThere ? fileId : undefined;
}
