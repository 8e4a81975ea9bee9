/** The number of a report that was taken: large, to be saved, with its link. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { CitizenReportTaken } from "../shared/platform-types.ts";
import { hrefOf } from "./address.ts";
import { say } from "./report-words.ts";
import { go } from "./sending/sender.ts";

export function SentCard({ taken: { publicNo, link, state } }: { taken: CitizenReportTaken }) {
  const [isCopied, setCopied] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus();
    // The plate has been reported; shown again, the page shows the number.
    history.replaceState(null, "", "#");
  }, []);
  const href = hrefOf({ kind: "follow", publicNo, link });
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(new URL(href, location.href).href);
    setCopied(true);
  };
  return (
    <section class="card report-sent" aria-labelledby="sent-title">
      <h2 id="sent-title" tabIndex={-1} ref={title}>
        {state === "joined" ? say("doneJoined") : say("done")}
      </h2>
      <p>
        <span>{say("yourNumber")}</span>
        <b id="public-no">{publicNo}</b>
      </p>
      <p>{say("saveThis")}</p>
      <p class="report-buttons">
        <a class="button main" href={href}>
          {say("follow")}
        </a>
        {"clipboard" in navigator && (
          <button type="button" onClick={() => void copy().catch(() => undefined)}>
            {isCopied ? say("copied") : say("copy")}
          </button>
        )}
        <button type="button" onClick={() => void another()}>
          {say("another")}
        </button>
      </p>
    </section>
  );
}

/** The plate of the last one is not the next one's. */
async function another(): Promise<void> {
  history.replaceState(null, "", "#");
  window.dispatchEvent(new HashChangeEvent("hashchange"));
  await go({ kind: "another" });
}
