/**
 * InfluxDB over HTTP: writes by the transport of its own client library, without its batching and retries, so
 * that a call settles with the server's own answer to these lines; queries by InfluxQL over `/query`, which
 * every generation answers. Nothing is retried here.
 */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { HttpError, InfluxDB } from "@influxdata/influxdb-client";

export interface InfluxTarget {
  url: string;
  /** Of a 1.x server with users `user:password`. */
  token?: string | undefined;
  org?: string | undefined;
  /** The database of a 1.x server. */
  bucket: string;
  /** 1: written by the path of 1.x. */
  version: 1 | 2;
}

/**
 * `refused`: the server read the lines and will not have some of them; `large`: too many at once; `denied`,
 * `missing`: rights, the bucket; `away`: everything else, which may pass.
 */
export type InfluxFaultKind = "refused" | "large" | "denied" | "missing" | "away";

export class InfluxFault extends Error {
  readonly kind: InfluxFaultKind;
  constructor(kind: InfluxFaultKind, text: string) {
    super(text);
    this.kind = kind;
  }
}

/** A series of an answer: rows of `columns`, the time in ms first. */
export interface AnsweredRows {
  name: string;
  tags: Record<string, string>;
  columns: string[];
  values: (number | string | null)[][];
}

export interface InfluxDoor {
  /** Makes the database of a 1.x server where there is none, and says whether the bucket answers. @throws InfluxFault */
  prepare(): Promise<void>;
  /** @throws InfluxFault; after `refused` some lines may be there */
  write(lines: readonly string[]): Promise<void>;
  /** The same of lines as bytes, with their line feeds. */
  send(body: Uint8Array): Promise<void>;
  /** Rows by statement. @throws InfluxFault */
  query(statements: readonly string[]): Promise<AnsweredRows[][]>;
  close(): void;
}

const WRITE_MS_MAX = 30_000;
const QUERY_MS_MAX = 60_000;
const TEXT_MAX = 400;
const WRITE_CALL = { method: "POST", headers: { "content-type": "text/plain; charset=utf-8" } };
const WRITTEN: ReadonlySet<number> = new Set([201, 204]);

export function createInfluxDoor(target: InfluxTarget): InfluxDoor {
  const { url, token, org = "", bucket, version } = target;
  const base = url.replace(/\/+$/, "");
  const agent = base.startsWith("https:")
    ? new HttpsAgent({ keepAlive: true })
    : new HttpAgent({ keepAlive: true });
  const authorization = authorizationOf(target);
  const client = new InfluxDB({
    url: base,
    ...(version === 2 && token !== undefined && { token }),
    timeout: WRITE_MS_MAX,
    transportOptions: { agent },
    ...(version === 1 && authorization !== undefined && { headers: { authorization } }),
  });
  const writePath =
    version === 1
      ? `/write?db=${encodeURIComponent(bucket)}&precision=ns`
      : `/api/v2/write?org=${encodeURIComponent(org)}&bucket=${encodeURIComponent(bucket)}&precision=ns`;

  /** By the library's transport: its write API takes texts and counts their bytes, which costs as much as making them. */
  const post = (body: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      let status: number | undefined;
      // Typed as a text, and made into bytes by `Buffer.from`, which takes bytes as they are.
      client.transport.send(writePath, body as unknown as string, WRITE_CALL, {
        responseStarted(_headers, code) {
          status = code;
        },
        error: reject,
        complete() {
          if (status === undefined || WRITTEN.has(status)) resolve();
          else reject(new InfluxFault("away", `HTTP ${status} to a write; wanted 204`));
        },
      });
    });

  /** Closed, it opens no line any more: what would have been written waits for the next start. */
  let isClosed = false;

  async function send(body: Uint8Array): Promise<void> {
    if (body.length === 0) return;
    if (isClosed) throw new InfluxFault("away", `${base} is written no more: it is closed`);
    try {
      await post(body);
    } catch (error) {
      if (error instanceof InfluxFault) throw error;
      if (error instanceof HttpError) {
        throw faultOf(error.statusCode, error.body ?? error.message);
      }
      throw new InfluxFault("away", `${base} does not answer: ${reasonOf(error)}`);
    }
  }

  async function ask(statements: string, database: string | undefined): Promise<AnsweredRows[][]> {
    const of = database === undefined ? "" : `&db=${encodeURIComponent(database)}`;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${base}/query?epoch=ms${of}`, {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          ...(authorization !== undefined && { authorization }),
        },
        body: `q=${encodeURIComponent(statements)}`,
        signal: AbortSignal.timeout(QUERY_MS_MAX),
      });
      text = await response.text();
    } catch (error) {
      throw new InfluxFault("away", `${base} does not answer: ${reasonOf(error)}`);
    }
    if (!response.ok) throw faultOf(response.status, text);
    return rowsOf(text);
  }

  return {
    async prepare() {
      // An administrator's right; who has it not needs the database made for him.
      if (version === 1) {
        await ask(`CREATE DATABASE ${quotedName(bucket)}`, undefined).catch((error: unknown) => {
          if (!(error instanceof InfluxFault) || error.kind !== "denied") throw error;
        });
      }
      await ask("SHOW MEASUREMENTS LIMIT 1", bucket);
    },
    write: (lines) => send(Buffer.from(lines.join("\n"))),
    send,
    async query(statements) {
      const answers = await ask([...statements, LAST_STATEMENT].join(";"), bucket);
      if (answers.length > statements.length) return answers.slice(0, -1);
      const cure = "set 'max-row-limit = 0' under [http] in its configuration";
      throw new InfluxFault("away", `the server cuts its answers short; ${cure}`);
    },
    close() {
      isClosed = true;
      agent.destroy();
    },
  };
}

function authorizationOf({ token, version }: InfluxTarget): string | undefined {
  if (token === undefined) return undefined;
  if (version === 2) return `Token ${token}`;
  return `Basic ${Buffer.from(token, "utf8").toString("base64")}`;
}

function faultOf(status: number, body: string): InfluxFault {
  const text = `HTTP ${status}: ${saidIn(body)}`;
  if (status === 413) return new InfluxFault("large", text);
  if (status === 401 || status === 403) return new InfluxFault("denied", text);
  if (status === 404) return new InfluxFault("missing", text);
  if (status === 400 || status === 422) return new InfluxFault("refused", text);
  return new InfluxFault("away", text);
}

/** 1.x says `{"error":…}`, 2.x `{"message":…}`. */
function saidIn(body: string): string {
  try {
    const { error, message } = JSON.parse(body) as { error?: string; message?: string };
    return (error ?? message ?? body).slice(0, TEXT_MAX);
  } catch {
    return body.slice(0, TEXT_MAX);
  }
}

/**
 * It has no rows, and no answer at all where the rows before it came to the server's limit: InfluxDB then answers no
 * further statement. What it says of an answer (`partial`) it says of whole ones of more than 10,000 rows, too.
 */
const LAST_STATEMENT = 'SELECT "id" FROM "gridwarden_none" LIMIT 1';

function rowsOf(text: string): AnsweredRows[][] {
  const { results = [] } = JSON.parse(text) as {
    results?: { error?: string; series?: Partial<AnsweredRows>[] }[];
  };
  return results.map(({ error, series = [] }) => {
    if (error !== undefined) {
      throw new InfluxFault(/not found/i.test(error) ? "missing" : "away", error);
    }
    return series.map(({ name = "", tags = {}, columns = [], values = [] }) => ({
      name,
      tags,
      columns,
      values,
    }));
  });
}

const reasonOf = (error: unknown): string => {
  const { message = String(error), cause } = error as Error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
};

export const quotedName = (name: string): string =>
  `"${name.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;

export const quotedText = (text: string): string =>
  `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
