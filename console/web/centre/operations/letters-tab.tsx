/** Dead letters: what could not be read, why, and another try of one or of all. */
import { useState } from "preact/hooks";
import { part, path, post } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { PagedList, usePaged } from "../../shared/paged.tsx";
import { Fault, Said } from "../../shared/parts.tsx";
import type { DeadLetterItem, RetryReport } from "../../shared/platform-types.ts";
import { may } from "../../shared/session.ts";
import { sayCode, sayCount } from "../../shared/words.ts";
import { cureText, sayReason } from "./letter-words.ts";
import { say } from "./operations-words.ts";
import { readablePayload } from "./payload.ts";

export function LettersTab() {
  const paged = usePaged<DeadLetterItem>((cursor) => path("/api/v1/dead-letters", { cursor }));
  const [report, setReport] = useState<RetryReport>();
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const mayRetry = may("redecode.write") !== undefined;

  async function retry(address: string, body?: object): Promise<void> {
    setBusy(true);
    setFault(undefined);
    try {
      setReport(await post<RetryReport>(address, body));
      paged.reload();
    } catch (reason) {
      setFault(reason);
    }
    setBusy(false);
  }

  return (
    <>
      {mayRetry && (paged.items?.length ?? 0) > 0 && (
        <button
          type="button"
          class="main"
          disabled={isBusy}
          onClick={() => void retry("/api/v1/dead-letters/retry", {})}
        >
          {say("all")}
        </button>
      )}
      <Fault fault={fault} />
      <p role="status">{report !== undefined && say("retried", reported(report))}</p>
      <PagedList paged={paged} empty={say("lettersNone")}>
        {(items) => (
          <div class="operations-table">
            <table>
              <thead>
                <tr>
                  <th scope="col">{say("at")}</th>
                  <th scope="col">{say("reason")}</th>
                  <th scope="col">{say("sender")}</th>
                  <th scope="col">{say("topic")}</th>
                  <th scope="col">{say("payload")}</th>
                  {mayRetry && <th scope="col">{say("action")}</th>}
                </tr>
              </thead>
              <tbody>
                {items.map((letter) => (
                  <tr key={letter.id}>
                    <td>{sayTime(letter.time)}</td>
                    <td>
                      {sayCode(sayReason, letter.reason)}
                      <small>{cureText(letter.reason)}</small>
                      <Said text="" original={letter.text} />
                    </td>
                    <td>{letter.sender}</td>
                    <td class="operations-code">{letter.topic}</td>
                    <td>
                      <details>
                        <summary>{say("bytes", { n: sayCount(letter.payloadBytes) })}</summary>
                        <pre>{readablePayload(letter.payload)}</pre>
                      </details>
                    </td>
                    {mayRetry && (
                      <td>
                        <button
                          type="button"
                          disabled={isBusy}
                          onClick={() =>
                            void retry(`/api/v1/dead-letters/${part(String(letter.id))}/retry`)
                          }
                        >
                          {say("retry")}
                        </button>
                      </td>
                    )}
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

const reported = ({ tried, left, values }: RetryReport): Record<string, string> => ({
  tried: sayCount(tried),
  left: sayCount(left),
  stored: sayCount(values.stored),
  duplicate: sayCount(values.duplicate),
  conflict: sayCount(values.conflict),
});
