/** The case that the page's address asks for: `/#case=4115242026112700001`, as boards link to it. Pure. */
export function caseInAddress(hash: string): string | undefined {
  const caseNo = new URLSearchParams(hash.replace(/^#/, "")).get("case");
  return caseNo !== null && CASE_NO.test(caseNo) ? caseNo : undefined;
}

const CASE_NO = /^\d{19}$/;
