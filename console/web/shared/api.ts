/**
 * Calls on the platform. The session is a cookie that no script can read. Where it has ended, a call
 * waits until somebody has signed in again over the page, and is then made once more: nothing that was
 * typed is lost.
 */
import { signInAgain } from "./session-ended.ts";

/** The platform has said no: its code, and its text with the cure. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, unknown>;
  constructor(status: number, body: { code?: string; message?: string; details?: object }) {
    super(body.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? "UNKNOWN";
    this.details = { ...body.details };
  }
}

/** Nobody answered: no network, or the platform is away. */
export class Unreachable extends Error {}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface CallOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** A 401 is answered to the caller instead of asking for a new sign-in. */
  signInIsMine?: boolean;
}

/** @throws Refused, Unreachable. A `body` that is a Blob, FormData or text goes as it is. */
export async function send(
  method: Method,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<Response> {
  for (;;) {
    const response = await once(method, path, body, options);
    if (response.ok) return response;
    const fault = await faultOf(response);
    if (response.status !== 401 || options.signInIsMine === true) throw fault;
    await signInAgain();
  }
}

async function once(
  method: Method,
  path: string,
  body: unknown,
  { headers = {}, signal }: CallOptions,
): Promise<Response> {
  const isRaw = body instanceof Blob || body instanceof FormData || typeof body === "string";
  const isJson = body !== undefined && !isRaw;
  const init: RequestInit = {
    method,
    credentials: "same-origin",
    headers: {
      "x-gridwarden-page": "1",
      ...(isJson ? { "content-type": "application/json" } : {}),
      ...headers,
    },
  };
  if (body !== undefined) init.body = isRaw ? body : JSON.stringify(body);
  if (signal !== undefined) init.signal = signal;
  try {
    return await fetch(path, init);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new Unreachable(String(error));
  }
}

async function faultOf(response: Response): Promise<Refused> {
  const body: unknown = await response.json().catch(() => ({}));
  return new Refused(response.status, typeof body === "object" && body !== null ? body : {});
}

const answer = async <T>(response: Response): Promise<T> =>
  (response.status === 204 ? undefined : await response.json()) as T;

export const get = async <T>(path: string, options?: CallOptions): Promise<T> =>
  answer(await send("GET", path, undefined, options));
export const post = async <T>(path: string, body?: unknown, options?: CallOptions): Promise<T> =>
  answer(await send("POST", path, body, options));
export const put = async <T>(path: string, body: unknown): Promise<T> =>
  answer(await send("PUT", path, body));
export const patch = async <T>(path: string, body: unknown): Promise<T> =>
  answer(await send("PATCH", path, body));
export const remove = async <T = undefined>(path: string, options?: CallOptions): Promise<T> =>
  answer(await send("DELETE", path, undefined, options));

/** One page of a list. */
export interface Page<T> {
  items: T[];
  next?: string;
}

/** A path with its parameters; those that are undefined or "" are left out. */
export function path(
  base: string,
  parameters: Record<string, string | number | boolean | undefined> = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return text === "" ? base : `${base}?${text}`;
}

/** A part of a path, made safe for one. */
export const part = encodeURIComponent;
