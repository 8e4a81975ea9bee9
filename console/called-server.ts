/** A server before doubles, called without a port; closed when the test that made it has finished. */
import { onTestFinished } from "vitest";
import { createDoubles, type Doubles } from "./doubles.ts";
import { buildServer, type ServerOptions } from "./server.ts";
import { createStreamHub } from "./stream-hub.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE" | "PUT";
type Call = (
  method: Method,
  url: string,
  more?: { as?: string; body?: unknown; type?: string; headers?: Record<string, string> },
) => Promise<{ status: number; body: Answer; headers: Record<string, unknown> }>;
/** Whatever a call answers; a test names what it expects of it. */
type Answer = {
  code?: string;
  message?: string;
  details?: Record<string, unknown>;
  items?: Record<string, unknown>[];
} & Record<string, unknown>;

export async function setUp(
  options: ServerOptions = {},
  change: (doubles: Doubles) => void = () => {},
): Promise<{ doubles: Doubles; call: Call }> {
  const doubles = createDoubles();
  change(doubles);
  const server = await buildServer(doubles.deps, createStreamHub(doubles.deps), options);
  onTestFinished(() => server.close());
  const call: Call = async (method, url, more = {}) => {
    const { as = "admin", body, type, headers } = more;
    const response = await server.inject({
      method,
      url,
      headers: {
        ...(as === "" ? {} : { authorization: `Bearer ${as}` }),
        ...(type === undefined ? {} : { "content-type": type }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body as string | object }),
    });
    const text = response.body;
    const isJson = String(response.headers["content-type"]).startsWith("application/json");
    return {
      status: response.statusCode,
      body: isJson ? JSON.parse(text) : text,
      headers: response.headers,
    };
  };
  return { doubles, call };
}
