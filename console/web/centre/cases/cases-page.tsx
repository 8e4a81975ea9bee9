/** The cases: their lists, or the one that the address names. */
import "./cases.css";
import { route } from "../../shared/router.ts";
import { CasePage } from "./case-page.tsx";
import { CasesList } from "./cases-list.tsx";

export default function CasesPage() {
  const caseNo = route.value.parts[1];
  return caseNo === undefined ? <CasesList /> : <CasePage key={caseNo} caseNo={caseNo} />;
}
