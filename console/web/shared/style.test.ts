import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("./style.css", import.meta.url), "utf8");
const READABLE = 4.5;
const VISIBLE = 3;

test.each([
  ...["paper", "ground", "chosen"].flatMap((ground) =>
    ["ink", "soft", "danger", "warn", "good", "accent"].map((ink) => [ink, ground, READABLE]),
  ),
  ["on-dark", "accent", READABLE],
  ["on-dark", "danger", READABLE],
  ["edge", "paper", VISIBLE],
] as [string, string, number][])("%s on %s has enough contrast", (ink, ground, wanted) => {
  expect(contrast(colour(ink), colour(ground))).toBeGreaterThanOrEqual(wanted);
});

function colour(name: string): string {
  const found = new RegExp(`--${name}: #([0-9a-f]{6});`).exec(css)?.[1];
  if (found === undefined) throw new Error(`style.css names no colour '${name}'`);
  return found;
}

/** WCAG 2: (lighter + 0.05) / (darker + 0.05). */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(hex: string): number {
  const part = (from: number): number => {
    const share = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4);
}
