/**
 * The platform's live stream, one for the page: whoever listens is told each event, and told again
 * from the start (`onOpen`) whenever the stream has been away, since what happened meanwhile has to be
 * asked for.
 */
import { signal } from "@preact/signals";
import { Refused, send } from "./api.ts";

export type LiveState = "waiting" | "live" | "lost";
export const liveState = signal<LiveState>("waiting");

export type LiveData = Record<string, unknown>;
interface Listener {
  onOpen?: () => void;
  on: Record<string, (data: LiveData) => void>;
}

const AGAIN_MS = 2_000;
/** The platform sends a sign of life each 15 s: a connection that is silent for longer is none. */
const SILENT_MS_MAX = 40_000;
const listeners = new Set<Listener>();
let following: AbortController | undefined;

/** Answers what ends the listening. */
export function listen(on: Listener["on"], onOpen?: () => void): () => void {
  const listener: Listener = onOpen === undefined ? { on } : { on, onOpen };
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** `query`: what the stream is asked for beside, as `?readings=false`. */
export function startLive(query = ""): void {
  stopLive();
  following = new AbortController();
  liveState.value = "waiting";
  void keepFollowing(`/api/v1/stream${query}`, following.signal);
}

export function stopLive(): void {
  following?.abort();
  following = undefined;
}

async function keepFollowing(path: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await follow(path, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refused && error.status === 403) return;
    }
    if (signal.aborted) return;
    liveState.value = "lost";
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

async function follow(path: string, signal: AbortSignal): Promise<void> {
  const response = await send("GET", path, undefined, { signal });
  liveState.value = "live";
  for (const listener of listeners) listener.onOpen?.();
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) return;
  let text = "";
  for (;;) {
    const chunk = await withinTime(reader);
    if (chunk.done) return;
    text += chunk.value;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) tell(block);
  }
}

/** The next piece; as if the stream had ended where none comes in time. */
async function withinTime(
  reader: ReadableStreamDefaultReader<string>,
): Promise<ReadableStreamReadResult<string>> {
  const silence = setTimeout(() => void reader.cancel(), SILENT_MS_MAX);
  try {
    return await reader.read();
  } finally {
    clearTimeout(silence);
  }
}

function tell(block: string): void {
  let event = "message";
  let data = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) event = line.slice("event:".length).trim();
    else if (line.startsWith("data:")) data += line.slice("data:".length);
  }
  if (data === "") return;
  const parsed = JSON.parse(data) as LiveData;
  for (const listener of listeners) listener.on[event]?.(parsed);
}
