/**
 * What the address after `#` opens: a plate's code (`#code=…`), a report's number with its own link
 * (`#no=…&t=…`), the places (`#places`, `#places=toilets`), else the form. Pure.
 */
export type Where =
  | { kind: "form"; code?: string }
  | { kind: "follow"; publicNo?: string; link?: string }
  | { kind: "places"; layer?: string };

export function whereOf(hash: string): Where {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const [code, publicNo, link] = ["code", "no", "t"].map((name) => said.get(name)?.trim() ?? "");
  const layer = said.get("places");
  if (publicNo) return { kind: "follow", publicNo, ...(link ? { link } : {}) };
  if (said.has("no")) return { kind: "follow" };
  if (layer !== null) return { kind: "places", ...(layer === "" ? {} : { layer }) };
  return { kind: "form", ...(code ? { code } : {}) };
}

export function hrefOf(where: Where): string {
  const said = new URLSearchParams();
  if (where.kind === "follow") {
    said.set("no", where.publicNo ?? "");
    if (where.link !== undefined) said.set("t", where.link);
  }
  if (where.kind === "places") said.set("places", where.layer ?? "");
  if (where.kind === "form" && where.code !== undefined) said.set("code", where.code);
  return `#${said}`;
}
