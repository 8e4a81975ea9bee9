/**
 * Which proxies the platform believes when they say, by X-Forwarded-For, from whom a request came:
 * sign-ins and public calls are counted by that address.
 */
import { isIP } from "node:net";
import { z } from "zod";

const BITS: Record<number, number> = { 4: 32, 6: 128 };

/** Addresses and networks with commas between them, as a list. */
export const TrustedProxies = z.string().transform((text, context) => {
  const proxies = text.split(",").map((each) => each.trim());
  for (const each of proxies) {
    if (isNetwork(each)) continue;
    context.addIssue(
      `'${each}' is neither an address nor a network; write 127.0.0.1,172.16.0.0/12`,
    );
  }
  return proxies;
});

/** A network of no bits is none: everybody would be believed. */
function isNetwork(text: string): boolean {
  const [, address = "", bits] = /^([\d.a-f:]+)(?:\/(\d+))?$/i.exec(text) ?? [];
  const most = BITS[isIP(address)];
  if (most === undefined) return false;
  return bits === undefined || (Number(bits) > 0 && Number(bits) <= most);
}
