/** Another key for somebody who signs in over MQTT, in a transaction that somebody else began. */
import { GridwardenError } from "../model/errors.ts";
import { type Credential, insertCredential, makeKey } from "./credentials.ts";
import { checkMaySignIn } from "./device-lives.ts";
import type { Holdings } from "./holdings.ts";
import type { Writing } from "./writer.ts";

/** The old one ends with the commit. @throws DEVICE_NOT_FOUND, DEVICE_LIFE_REFUSED */
export async function replaceKey(
  holdings: Holdings,
  { tx, onCommit, note }: Writing,
  username: string,
  made = makeKey(),
): Promise<{ key: string }> {
  const former = holdings.credentials.get(username);
  if (former === undefined) {
    throw new GridwardenError("DEVICE_NOT_FOUND", `nobody signs in as '${username}'`);
  }
  if (former.kind === "device") checkMaySignIn(holdings.devices.get(username));
  const credential: Credential = { kind: former.kind, digest: made.digest };
  await insertCredential(tx, username, credential);
  onCommit(() => void holdings.credentials.set(username, credential));
  note({ kind: "key", id: username });
  return { key: made.key };
}
