/** A session that has ended: calls wait here until somebody has signed in again. */
import { signal } from "@preact/signals";

/** While it is true the page shows its sign-in over what is there. */
export const hasEnded = signal(false);
let waiting: (() => void)[] = [];

export function signInAgain(): Promise<void> {
  hasEnded.value = true;
  return new Promise((resolve) => waiting.push(resolve));
}

/** Whatever waited goes on. */
export function signedInAgain(): void {
  hasEnded.value = false;
  const going = waiting;
  waiting = [];
  for (const go of going) go();
}

/** Whatever waited never goes on: another person sits here now. */
export function forget(): void {
  hasEnded.value = false;
  waiting = [];
}
