/** What a device label says: its QR code is the device's address in the console, or somebody types the id. */
const ADDRESS = /#(?:device=|\/devices\/)([^?&/]+)/;
const ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** undefined: no device's code. */
export function deviceIdOf(text: string): string | undefined {
  const plain = text.trim();
  const found = ADDRESS.exec(plain)?.[1];
  if (found === undefined) return ID.test(plain) ? plain : undefined;
  try {
    const id = decodeURIComponent(found);
    return ID.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
