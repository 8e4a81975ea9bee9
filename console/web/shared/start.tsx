/** What every page of the client does first: language, clock, address, session; then it is shown. */
import { type ComponentType, render } from "preact";
import { startClock } from "./clock.ts";
import { restoreLanguage } from "./language.ts";
import { startRouter } from "./router.ts";
import { restoreFault, restoreSession } from "./session.ts";

export function start(Page: ComponentType): void {
  restoreLanguage();
  startRouter();
  startClock();
  render(<Page />, document.body);
  void keepRestoring();
}

const AGAIN_MS = 3_000;

/** Until the platform has said who is signed in. */
async function keepRestoring(): Promise<void> {
  for (;;) {
    try {
      await restoreSession();
      restoreFault.value = undefined;
      return;
    } catch (fault) {
      restoreFault.value = fault;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
