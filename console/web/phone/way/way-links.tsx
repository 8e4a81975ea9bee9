/** Opens the way to a place in a map application of the phone, and says how far it is. */
import { metresBetween, type Spot, sayDistance } from "./distance.ts";
import { waysTo } from "./way.ts";
import { say } from "./way-words.ts";
import { here } from "./where.ts";

const LABEL = { amap: "amap", baidu: "baidu", apple: "apple", phone: "phone" } as const;
const isApple = (): boolean => /iPhone|iPad|Macintosh/.test(navigator.userAgent);

export function WayLinks({ place, name }: { place: Spot; name: string }) {
  return (
    <nav class="phone-ways" aria-label={say("way")}>
      {waysTo(place, name, isApple()).map(({ app, href }) => (
        <a key={app} class="button" href={href} target="_blank" rel="noreferrer">
          {say(LABEL[app])}
        </a>
      ))}
    </nav>
  );
}

/** Nothing while it is not known where one is. */
export function Distance({ place }: { place: Spot }) {
  const from = here.value;
  if (from === undefined) return null;
  return (
    <span class="phone-far">
      {say("distance", { far: sayDistance(metresBetween(from, place)) })}
    </span>
  );
}
