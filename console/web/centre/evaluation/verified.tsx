/** Whether the records that figures are counted out of are as they were written; else the first that is not. */
import type { EvaluationAnswer } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { say } from "./evaluation-words.ts";

type Checked = Pick<EvaluationAnswer, "verified" | "fault">;

export function Verified({ answer: { verified, fault } }: { answer: Checked }) {
  if (verified) {
    return (
      <p>
        <span class="tag good">✓ {say("verified")}</span>
      </p>
    );
  }
  const { message = "", caseNo } = fault ?? {};
  return (
    <p class="fault" role="alert">
      {say("unverified", { message })}{" "}
      {caseNo !== undefined && <a href={href("cases", caseNo)}>{say("caseOf", { caseNo })}</a>}
    </p>
  );
}
