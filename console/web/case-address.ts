/** The case that the page's address asks for: `/#case=4115242026112700001`, as boards link to it. Pure. */
export function caseInAddress(hash: string): string | undefined {
  const caseNo = new URLSearchParams(hash.replace(/^#/, "")).get("case");
  return caseNo !== null && CASE_NO.test(caseNo) ? caseNo : undefined;
}

/** The device that a label's code leads to: `/#device=mc-000231`. */
export function deviceInAddress(hash: string): string | undefined {
  const deviceId = new URLSearchParams(hash.replace(/^#/, "")).get("device");
  return deviceId !== null && DEVICE_ID.test(deviceId) ? deviceId : undefined;
}

const DEVICE_ID = /^[A-Za-z0-9._:-]{1,64}$/;
const CASE_NO = /^\d{19}$/;
