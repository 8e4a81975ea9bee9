/** The code in the address by which a lead lets a phone in: read once, and gone from the address at once. */
const CODE = /^#code=([^&]+)/;

export function takeCode(): string | undefined {
  const found = CODE.exec(location.hash)?.[1];
  if (found === undefined) return undefined;
  history.replaceState(null, "", location.pathname);
  try {
    return decodeURIComponent(found);
  } catch {
    return found;
  }
}
