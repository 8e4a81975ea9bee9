/** Follows the platform's stream, takes it up again when it breaks, and shows how that stands. */
import * as api from "./api.ts";
import { $, setText } from "./dom.ts";
import { say } from "./words.ts";

export interface Live {
  start(): void;
  stop(): void;
  /** A call outside the stream has failed. */
  lost(): void;
  sayAgain(): void;
}

interface LiveDeps {
  /** The stream stands; what happened before it has to be asked for. */
  onOpen(): void;
  onEvent(event: api.StreamEvent): void;
  onSignInNeeded(): void;
}

const WORD_OF = {
  live: "connectionLive",
  lost: "connectionLost",
  waiting: "connectionWaiting",
} as const;
const AGAIN_MS = 2_000;

export function createLive({ onOpen, onEvent, onSignInNeeded }: LiveDeps): Live {
  let state: keyof typeof WORD_OF = "waiting";
  let following = new AbortController();

  function show(next: keyof typeof WORD_OF): void {
    state = next;
    $("connection").dataset.state = state;
    setText($("connection"), say(WORD_OF[state]));
  }

  async function keepFollowing(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await api.follow(
          () => {
            show("live");
            onOpen();
          },
          onEvent,
          signal,
        );
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof api.SignInNeeded) return onSignInNeeded();
      }
      if (signal.aborted) return;
      show("lost");
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  return {
    start() {
      following.abort();
      following = new AbortController();
      show("waiting");
      void keepFollowing(following.signal);
    },
    stop: () => following.abort(),
    lost: () => show("lost"),
    sayAgain: () => show(state),
  };
}
