/** Leaving a page asks first while something would be lost with it that cannot be kept. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../../shared/parts.tsx";
import { guardLeaving } from "../../shared/router.ts";
import { user } from "../../shared/session.ts";
import { say } from "./import-words.ts";

/** `lost`: what would be, in words; without it nothing is asked. */
export function AskBeforeLeaving({ lost }: { lost: string | undefined }) {
  const [wanted, setWanted] = useState<{ leave(): void }>();
  const isLeaving = useRef(false);
  const [username] = useState(user.value?.username);
  const isAsking = lost !== undefined;
  useEffect(() => {
    if (!isAsking) return undefined;
    const endGuard = guardLeaving((leave) => {
      if (!isLeaving.current) setWanted({ leave });
      return isLeaving.current;
    });
    const closing = (event: BeforeUnloadEvent): void => {
      // For the next person the page of the one before goes without a word.
      if (user.peek()?.username === username) event.preventDefault();
    };
    window.addEventListener("beforeunload", closing);
    return () => {
      endGuard();
      window.removeEventListener("beforeunload", closing);
      setWanted(undefined);
    };
  }, [isAsking]);
  if (wanted === undefined || !isAsking) return null;
  const stay = (): void => setWanted(undefined);
  const leave = (): void => {
    isLeaving.current = true;
    wanted.leave();
  };
  return (
    <Dialog title={say("leaveTitle")} onClose={stay}>
      <p>{lost}</p>
      <p class="assets-actions">
        <button type="button" class="main" onClick={stay}>
          {say("stay")}
        </button>
        <button type="button" onClick={leave}>
          {say("leave")}
        </button>
      </p>
    </Dialog>
  );
}
