/** The policy of a page that has its style in itself, runs nothing and loads nothing. */
import { createHash } from "node:crypto";

export const stylePolicy = (style: string, more: readonly string[] = []): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...more,
  ].join("; ");
