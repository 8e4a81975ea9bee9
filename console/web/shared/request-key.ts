/** A client's name for a write, so that it is done once however often it is sent. */
const BYTES = 12;

export function newRequestKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return `page-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** The same key while the same is sent; what was changed is another write. */
export function createRequestKeys(): (sent: string) => string {
  let last = { sent: "", key: "" };
  return (sent) => {
    if (last.key === "" || last.sent !== sent) last = { sent, key: newRequestKey() };
    return last.key;
  };
}
