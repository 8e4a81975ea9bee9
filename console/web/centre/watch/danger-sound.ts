/**
 * The sound of a new danger to life. A browser plays none before the first gesture of a person; until
 * then, and where somebody has muted it, the page shows so.
 */
import { signal } from "@preact/signals";

export type SoundState = "locked" | "on" | "muted";

const KEPT_AS = "gridwarden.muted";
const TONES_HZ = [880, 660, 880, 660, 880, 660];
const TONE_S = 0.22;
const LOUDNESS = 0.25;

let context: AudioContext | undefined;
let isMuted = false;
/** The last gesture was the one that the sound had waited for. */
let isUnlocking = false;

export const soundState = signal<SoundState>("locked");

/** Answers what ends the waiting for a gesture. */
export function startSound(): () => void {
  isMuted = localStorage.getItem(KEPT_AS) === "yes";
  show();
  // Whoever has just signed in has used the keys already.
  if (navigator.userActivation.hasBeenActive) unlock();
  const onGesture = (): void => {
    isUnlocking = soundState.value === "locked";
    unlock();
  };
  const gestures = ["pointerdown", "keydown"] as const;
  for (const gesture of gestures) window.addEventListener(gesture, onGesture);
  return () => {
    for (const gesture of gestures) window.removeEventListener(gesture, onGesture);
  };
}

function unlock(): void {
  context ??= new AudioContext();
  void context.resume().then(show);
}

function show(): void {
  soundState.value = isMuted ? "muted" : context?.state === "running" ? "on" : "locked";
}

/** Mutes or unmutes; where the sound has waited for a gesture, pressing its button was that gesture. */
export function switchSound(): void {
  if (isUnlocking || soundState.value === "locked") {
    isUnlocking = false;
    unlock();
    return;
  }
  isMuted = !isMuted;
  localStorage.setItem(KEPT_AS, isMuted ? "yes" : "no");
  show();
}

export function playDanger(): void {
  if (context === undefined || soundState.value !== "on") return;
  const volume = new GainNode(context, { gain: LOUDNESS });
  volume.connect(context.destination);
  for (const [n, frequency] of TONES_HZ.entries()) {
    const tone = new OscillatorNode(context, { type: "triangle", frequency });
    tone.connect(volume);
    tone.start(context.currentTime + n * TONE_S);
    tone.stop(context.currentTime + (n + 0.8) * TONE_S);
  }
}
