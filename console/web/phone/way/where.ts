/**
 * Where the phone is: asked for while somebody is on shift and has agreed, told to the platform once a
 * minute and on every hundred metres, and not at all otherwise.
 */
import { signal } from "@preact/signals";
import { part, post } from "../../shared/api.ts";
import { metresBetween, type Spot } from "./distance.ts";

export interface Place extends Spot {
  accuracyM: number;
  /** ms, the phone's own clock. */
  at: number;
}

export const here = signal<Place | undefined>(undefined);
/** `denied`: by the person, or by the phone for want of a secure address. */
export const whereState = signal<"off" | "asking" | "known" | "denied">("off");

const SAID_MS = 60_000;
const SAID_M = 100;
/** A mark of the shift may be on its way to the platform still. */
const AGAIN_MS = 10_000;
let watch: number | undefined;
let again: ReturnType<typeof setTimeout> | undefined;

/**
 * To whom it is told, if to anybody; answers what ends it. `onOffDuty`: the platform has the crew off duty,
 * whatever the phone knew last.
 */
export function followPlace(
  crewId: string | undefined,
  onStep: (place: Place) => void,
  onOffDuty: () => void,
): () => void {
  if (!("geolocation" in navigator)) {
    whereState.value = "denied";
    return () => undefined;
  }
  stopPlace();
  whereState.value = "asking";
  let told: Place | undefined;
  const tellOf = async (crew: string, place: Place): Promise<void> => {
    clearTimeout(again);
    told = place;
    const mine = watch;
    if ((await tell(crew, place)) || mine !== watch) return;
    onOffDuty();
    again = setTimeout(() => here.value && void tellOf(crew, here.value), AGAIN_MS);
  };
  watch = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      const { longitude: lon, latitude: lat, accuracy } = coords;
      const place = { lon, lat, accuracyM: accuracy, at: timestamp };
      here.value = place;
      whereState.value = "known";
      onStep(place);
      if (crewId === undefined || !isNews(told, place)) return;
      void tellOf(crewId, place);
    },
    ({ code, PERMISSION_DENIED }) => {
      if (code === PERMISSION_DENIED) whereState.value = "denied";
    },
    { enableHighAccuracy: true, maximumAge: 15_000 },
  );
  return stopPlace;
}

function stopPlace(): void {
  if (watch !== undefined) navigator.geolocation.clearWatch(watch);
  clearTimeout(again);
  watch = undefined;
  here.value = undefined;
  whereState.value = "off";
}

const isNews = (told: Place | undefined, place: Place): boolean =>
  told === undefined ||
  Math.abs(place.at - told.at) >= SAID_MS ||
  metresBetween(told, place) >= SAID_M;

/** Where one was is no news later: what does not get through is left out. False: the crew is off duty. */
async function tell(crewId: string, { lon, lat, accuracyM }: Place): Promise<boolean> {
  const path = `/api/v1/crews/${part(crewId)}/position`;
  const answer = await post<{ kept: boolean }>(path, { lon, lat, accuracyM }).catch(
    () => undefined,
  );
  return answer?.kept !== false;
}

/** Once, for a report; the phone asks whether it may. */
export function placeNow(): Promise<Place> {
  if (here.value !== undefined) return Promise.resolve(here.value);
  return new Promise((resolve, reject) => {
    if (!("geolocation" in navigator)) return reject(new Error("no geolocation"));
    navigator.geolocation.getCurrentPosition(
      ({ coords: { longitude: lon, latitude: lat, accuracy }, timestamp }) =>
        resolve({ lon, lat, accuracyM: accuracy, at: timestamp }),
      reject,
      { enableHighAccuracy: true, maximumAge: 30_000, timeout: 20_000 },
    );
  });
}
