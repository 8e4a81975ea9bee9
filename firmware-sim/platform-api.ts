/**
 * The platform's HTTP API as far as a fleet needs it: its clock, sign-in, and registering. Answers
 * data or throws an ApiError with the platform's own code and words.
 */
import { z } from "zod";

export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(call: string, status: number, code: string, message: string) {
    super(`${call} answered ${status} ${code}: ${message}`);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
  }
}

const Rejected = z.object({ row: z.number(), code: z.string(), message: z.string() });
const Imported = z.object({
  created: z.number(),
  updated: z.number(),
  rejected: z.array(Rejected),
});
const DevicesImported = z.object({
  created: z.array(z.object({ deviceId: z.string(), key: z.string() })),
  rejected: z.array(Rejected),
});
const Health = z.object({
  status: z.string(),
  now: z.string(),
  clock: z.string().nullable().optional(),
  speed: z.number().optional(),
});
export type Health = z.infer<typeof Health>;

export interface PlatformApi {
  health(): Promise<Health>;
  login(username: string, password: string): Promise<void>;
  /** Answers what the platform says, or `undefined` when it is registered already. */
  create(path: string, body: unknown): Promise<{ key?: string | undefined } | undefined>;
  importAssets(csv: string): Promise<z.infer<typeof Imported>>;
  importDevices(devices: readonly unknown[]): Promise<z.infer<typeof DevicesImported>>;
  /** A new key for a registered device; the old one ends. */
  newKey(deviceId: string): Promise<string>;
}

const CALL_WALL_MS_MAX = 120_000;

export function createPlatformApi(baseUrl: string): PlatformApi {
  let token: string | undefined;

  const call = async (
    method: "GET" | "POST",
    path: string,
    body?: { type: string; text: string },
  ): Promise<unknown> => {
    const name = `${method} ${path}`;
    let response: Response;
    try {
      response = await fetch(new URL(path, baseUrl), {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": body.type }),
        },
        ...(body === undefined ? {} : { body: body.text }),
        signal: AbortSignal.timeout(CALL_WALL_MS_MAX),
      });
    } catch (error) {
      const cause = (error as Error).cause;
      const why = cause instanceof Error ? cause.message : (error as Error).message;
      throw new ApiError(
        name,
        0,
        "UNREACHABLE",
        `${baseUrl}: ${why}; is the platform running there?`,
      );
    }
    const text = await response.text();
    if (response.ok) return text === "" ? undefined : JSON.parse(text);
    const told = refusal(text);
    throw new ApiError(name, response.status, told.code, told.message);
  };
  const post = (path: string, body: unknown): Promise<unknown> =>
    call("POST", path, { type: "application/json", text: JSON.stringify(body) });

  return {
    health: async () => Health.parse(await call("GET", "/healthz")),
    async login(username, password) {
      const answer = await post("/api/v1/login", { username, password });
      token = z.object({ token: z.string() }).parse(answer).token;
    },
    async create(path, body) {
      try {
        return z.object({ key: z.string().optional() }).parse(await post(path, body));
      } catch (error) {
        if (error instanceof ApiError && error.code.endsWith("_EXISTS")) return undefined;
        throw error;
      }
    },
    importAssets: async (csv) =>
      Imported.parse(await call("POST", "/api/v1/assets/import", { type: "text/csv", text: csv })),
    importDevices: async (devices) =>
      DevicesImported.parse(await post("/api/v1/devices/import", { devices })),
    async newKey(deviceId) {
      const answer = await post(`/api/v1/devices/${encodeURIComponent(deviceId)}/key`, {});
      return z.object({ key: z.string() }).parse(answer).key;
    },
  };
}

function refusal(text: string): { code: string; message: string } {
  try {
    return z.object({ code: z.string(), message: z.string() }).parse(JSON.parse(text));
  } catch {
    return { code: "NO_REASON", message: text.slice(0, 200) };
  }
}
