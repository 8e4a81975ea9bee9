/** A payload as a person reads it: text where it is text, else its bytes in hexadecimal. Pure. */

/** `payload` is base64, as the platform answers it. */
export function readablePayload(payload: string): string {
  const bytes = Uint8Array.from(atob(payload), (sign) => sign.charCodeAt(0));
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a text does not have
    if (!/[\u0000-\u0008\u000e-\u001f]/.test(text)) return text;
  } catch {
    // Not UTF-8: shown as bytes.
  }
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
