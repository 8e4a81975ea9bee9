/**
 * What browsers give to secure addresses alone, and what stands in for it where a city's own network has
 * no certificate: there the page still does its work, as long as it is open once.
 */

/** 128 random bits, as a UUID is written. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Runs `work` unless another page of this phone is at it. */
export async function asTheOnlyPage(name: string, work: () => Promise<void>): Promise<void> {
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return await work();
  await locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock !== null) await work();
  });
}
