/**
 * A payload as it arrives is a window into the block that was read from the socket; keeping it
 * would keep the whole block. What stays in memory is copied out, into memory of its own.
 */
export function copyPayload(payload: Uint8Array | ArrayBuffer | string): Buffer {
  if (typeof payload === "string") return Buffer.from(payload);
  const bytes = payload instanceof ArrayBuffer ? new Uint8Array(payload) : payload;
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}
