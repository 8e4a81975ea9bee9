/**
 * The body of a form, `application/x-www-form-urlencoded` in UTF-8, as an object of texts. A field
 * that is empty was left out; one that comes twice, or is no UTF-8, is a fault.
 */
import type { FastifyRequest } from "fastify";
import { GridwardenError } from "../model/errors.ts";
import type { Server } from "./server.ts";

export const FORM_TYPE = "application/x-www-form-urlencoded";
/** What a decoder puts in place of bytes that are no UTF-8. */
const REPLACEMENT = "\uFFFD";
const SHOWN_CHARACTERS_MAX = 60;

/** @throws GridwardenError REQUEST_INVALID */
export function readForm(bytes: Uint8Array): Record<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(new TextDecoder().decode(bytes))) {
    const shown = name.slice(0, SHOWN_CHARACTERS_MAX);
    if (`${name}${value}`.includes(REPLACEMENT)) {
      throw new GridwardenError("REQUEST_INVALID", `field '${shown}': wanted UTF-8`);
    }
    if (value.trim() === "") continue;
    if (fields.has(name)) {
      throw new GridwardenError(
        "REQUEST_INVALID",
        `field '${shown}': got it twice, wanted it once`,
      );
    }
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

/** The routes of this scope take forms, too. */
export function takeForms(scope: Server): void {
  scope.addContentTypeParser(FORM_TYPE, { parseAs: "buffer" }, takeForm);
}

function takeForm(
  _request: FastifyRequest,
  bytes: Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
  try {
    done(null, readForm(bytes));
  } catch (error) {
    done(error as Error);
  }
}
