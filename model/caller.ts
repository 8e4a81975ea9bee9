/**
 * Who calls, for counting calls, misses and sign-ins that failed: an IPv4 address as it is; of an IPv6
 * address its /64, since one line has all of that and changes within it at will. Pure.
 */
const IPV6 = /^(?=.*:.*:)[\da-f:]+(?:\d+(?:\.\d+){3})?$/i;
const IPV4_IN_IPV6 = /^::ffff:(\d+(?:\.\d+){3})$/i;
const GROUPS = 8;
const GROUPS_OF_LINE = 4;

/** What is no address is its own caller. */
export function callerOf(address: string): string {
  const [plain = ""] = address.split("%");
  const inside = IPV4_IN_IPV6.exec(plain)?.[1];
  if (inside !== undefined) return inside;
  if (!IPV6.test(plain)) return address;
  const [front = [], back] = plain.split("::").map(groupsOf);
  const gap = back === undefined ? 0 : Math.max(0, GROUPS - front.length - back.length);
  const groups = [...front, ...Array<string>(gap).fill("0"), ...(back ?? [])];
  return `${groups.slice(0, GROUPS_OF_LINE).join(":")}::/64`;
}

/** Each without its leading zeros; an IPv4 address at the end stands for two. */
function groupsOf(text: string): string[] {
  if (text === "") return [];
  return text
    .split(":")
    .flatMap((group) => (group.includes(".") ? [group, group] : [group]))
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""));
}
