/** What stands above every page of the phone: who it is, the network, what was not sent, what was not kept. */
import { useEffect, useState } from "preact/hooks";
import { href } from "../shared/router.ts";
import type { SessionUser } from "../shared/session.ts";
import { browserText, sayStoreFault } from "./fault-words.ts";
import { notKept, outbox } from "./outbox/outbox.ts";
import { say } from "./phone-words.ts";
import { isLasting } from "./store.ts";

export function Bar({ who }: { who: SessionUser }) {
  const box = outbox.value;
  const refusedCount = box.filter(({ status }) => status.kind === "refused").length;
  return (
    <header class="phone-bar">
      <strong>{who.crewName ?? who.username}</strong>
      <Network />
      {box.length > 0 && (
        <a class="phone-unsent" href={href("outbox")} data-refused={refusedCount > 0}>
          {refusedCount > 0
            ? say("refusedCount", { n: refusedCount })
            : say("unsentCount", { n: box.length })}
        </a>
      )}
    </header>
  );
}

function Network() {
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = (): void => setOnline(navigator.onLine);
    window.addEventListener("online", look);
    window.addEventListener("offline", look);
    return () => {
      window.removeEventListener("online", look);
      window.removeEventListener("offline", look);
    };
  }, []);
  return (
    <span id="network" role="status" data-online={isOnline}>
      {isOnline ? "" : say("offline")}
    </span>
  );
}

/** What the phone cannot keep: then its person must know. */
export function Memory() {
  const fault = notKept.value;
  if (fault !== undefined) {
    const message = browserText(sayStoreFault, fault);
    return (
      <p class="phone-warning" role="alert">
        {say("notKept", { message })}
      </p>
    );
  }
  return isLasting.value ? null : <p class="phone-warning">{say("notLasting")}</p>;
}
