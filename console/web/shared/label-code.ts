/**
 * What a code that was scanned or typed names. The QR code of a device's label is the device's address in the
 * console, that of a component's plate the citizens' page with the component's code. Pure.
 */
const DEVICE_ADDRESS = /#(?:device=|\/devices\/)([^?&/]+)/;
const DEVICE_ID = /^[A-Za-z0-9._:-]{1,64}$/;
const COMPONENT_CODE = /(?:^|#code=)(\d{16,18})(?:$|&)/;

/** undefined: no device's code. */
export function deviceIdOf(text: string): string | undefined {
  const plain = text.trim();
  const found = DEVICE_ADDRESS.exec(plain)?.[1];
  if (found === undefined) return DEVICE_ID.test(plain) ? plain : undefined;
  try {
    const id = decodeURIComponent(found);
    return DEVICE_ID.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** undefined: no component's code. */
export const componentCodeOf = (text: string): string | undefined =>
  COMPONENT_CODE.exec(text.trim())?.[1];
