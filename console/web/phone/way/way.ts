/**
 * Links that open the phone's own map application with the way to a place. In China its applications
 * come first, by their own datum; `geo:` is WGS-84 (RFC 5870), which some of them read as their own.
 */
import type { Spot } from "./distance.ts";
import { gcj02ToBd09, isInChina, toGcj02 } from "./gcj02.ts";

export interface Way {
  app: "amap" | "baidu" | "apple" | "phone";
  href: string;
}

const digits = ({ lon, lat }: Spot): { lon: string; lat: string } => ({
  lon: lon.toFixed(6),
  lat: lat.toFixed(6),
});

export function waysTo(place: Spot, name: string, isApple: boolean): Way[] {
  const own = isApple ? apple(place, name) : geo(place, name);
  return isInChina(place) ? [amap(place, name), baidu(place, name), own] : [own];
}

function amap(place: Spot, name: string): Way {
  const { lon, lat } = digits(toGcj02(place));
  const to = `${lon},${lat},${name.replaceAll(",", " ")}`;
  const query = new URLSearchParams({ to, mode: "car", coordinate: "gaode", callnative: "1" });
  return { app: "amap", href: `https://uri.amap.com/navigation?${query}` };
}

function baidu(place: Spot, name: string): Way {
  const { lon, lat } = digits(gcj02ToBd09(toGcj02(place)));
  const query = new URLSearchParams({
    destination: `latlng:${lat},${lon}|name:${name.replaceAll("|", " ")}`,
    mode: "driving",
    coord_type: "bd09ll",
    output: "html",
    src: "gridwarden",
  });
  return { app: "baidu", href: `https://api.map.baidu.com/direction?${query}` };
}

function apple(place: Spot, name: string): Way {
  // Apple's maps of China are drawn by GCJ-02, too.
  const { lon, lat } = digits(toGcj02(place));
  const query = new URLSearchParams({ daddr: `${lat},${lon}`, q: name });
  return { app: "apple", href: `https://maps.apple.com/?${query}` };
}

function geo(place: Spot, name: string): Way {
  const { lon, lat } = digits(place);
  return { app: "phone", href: `geo:${lat},${lon}?q=${lat},${lon}(${encodeURIComponent(name)})` };
}
