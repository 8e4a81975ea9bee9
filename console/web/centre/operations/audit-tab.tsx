/** Who wrote what, newest first; and whether the history of all cases is as it was written. */
import { useState } from "preact/hooks";
import { get, path } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import type { RefusalSaid } from "../../shared/faults/said.ts";
import { language } from "../../shared/language.ts";
import { PagedList, usePaged } from "../../shared/paged.tsx";
import { Fault, Field, Said } from "../../shared/parts.tsx";
import type { AuditEntry, AuditVerification } from "../../shared/platform-types.ts";
import { route, setQuery } from "../../shared/router.ts";
import { sayCode, sayCount } from "../../shared/words.ts";
import { brokenText, say, sayResult } from "./operations-words.ts";

export function AuditTab() {
  const actor = route.value.query.get("actor") ?? "";
  const subject = route.value.query.get("subject") ?? "";
  const paged = usePaged<AuditEntry>((cursor) => path("/api/v1/audit", { actor, subject, cursor }));
  return (
    <>
      <div class="operations-filters">
        <Field label={say("actor")}>
          <input
            defaultValue={actor}
            onChange={(event) => setQuery({ actor: event.currentTarget.value })}
          />
        </Field>
        <Field label={say("subject")}>
          <input
            defaultValue={subject}
            onChange={(event) => setQuery({ subject: event.currentTarget.value })}
          />
        </Field>
        <Verify />
      </div>
      <PagedList paged={paged} empty={say("none")}>
        {(items) => (
          <div class="operations-table">
            <table>
              <thead>
                <tr>
                  <th scope="col">{say("at")}</th>
                  <th scope="col">{say("actor")}</th>
                  <th scope="col">{say("action")}</th>
                  <th scope="col">{say("subject")}</th>
                  <th scope="col">{say("result")}</th>
                </tr>
              </thead>
              <tbody>
                {items.map(({ seq, at, actor: who, route: call, subject: about, result }) => (
                  <tr key={seq}>
                    <td>{sayTime(at)}</td>
                    <td>{who}</td>
                    <td class="operations-code">{call}</td>
                    <td class="operations-code">{about}</td>
                    <td>{sayCode(sayResult, result)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </PagedList>
    </>
  );
}

function Verify() {
  const [said, setSaid] = useState<RefusalSaid>({ text: "" });
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  /** A call checks a bounded part; `next` says where the following one goes on. */
  async function verify(): Promise<void> {
    setBusy(true);
    setFault(undefined);
    try {
      let records = 0;
      let from: number | undefined;
      do {
        const part = await get<AuditVerification>(path("/api/v1/audit/verify", { from }));
        records += part.records;
        if (part.broken !== undefined) {
          setSaid(brokenSaid(part.broken));
          break;
        }
        setSaid({ text: say("auditChecked", { n: sayCount(records) }) });
        from = part.next;
      } while (from !== undefined);
    } catch (reason) {
      setFault(reason);
    }
    setBusy(false);
  }

  return (
    <div>
      <button type="button" disabled={isBusy} onClick={() => void verify()}>
        {say("auditVerify")}
      </button>
      <p role="status">
        <Said {...said} />
      </p>
      <Fault fault={fault} />
    </div>
  );
}

/** In English the platform's own sentence says it whole. */
function brokenSaid(broken: NonNullable<AuditVerification["broken"]>): RefusalSaid {
  const { message } = broken;
  if (language.value === "en") return { text: say("auditBroken", { message }) };
  return { text: say("auditBroken", { message: brokenText(broken) }), original: message };
}
