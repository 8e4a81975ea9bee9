/**
 * What a simulated lamp controller platform knows, without its HTTP: a sequence of reports and results
 * that whoever asks reads on from a cursor, and the commands that it was given, each once by its id.
 */
import type { Instant } from "../model/clock.ts";
import type { DeviceCommand, Obeyed } from "./encoders/commands.ts";
import { decodeWrite, type Resources } from "./encoders/lamp-platform.ts";

interface Entry {
  seq: number;
  kind: "report" | "result";
  said: object;
}

export interface Answer {
  status: number;
  body: object;
}

/** Of what nobody has read the oldest goes first. */
const ENTRIES_MAX = 20_000;
const PAGE_MAX = 500;

export function createLampBook(now: () => Instant, onEntry: () => void) {
  const entries: Entry[] = [];
  const ears = new Map<string, (command: DeviceCommand) => Obeyed | undefined>();
  const known = new Map<string, string>();
  let seq = 0;

  function add(kind: Entry["kind"], said: object): void {
    seq += 1;
    entries.push({ seq, kind, said });
    if (entries.length > ENTRIES_MAX) entries.shift();
    onEntry();
  }

  const iso = (at: Instant): string => new Date(at).toISOString();

  function obey(controllerId: string, commandId: string, said: Record<string, unknown>): Answer {
    const ear = ears.get(controllerId);
    const write = decodeWrite(said);
    if (ear === undefined) return refused(404, `no controller '${controllerId}'`);
    if (write === undefined)
      return refused(422, "wanted resource 3416/0/1 of 0 to 100, or schedule");
    const former = known.get(commandId);
    if (former !== undefined) return { status: 200, body: { commandId, state: former } };
    known.set(commandId, "accepted");
    const about = { commandId, controllerId, at: iso(now()) };
    add("result", { ...about, state: "sent" });
    const isLate = typeof said.expiresAt === "string" && now() >= Date.parse(said.expiresAt);
    const obeyed = isLate
      ? ({ ok: false, message: "it came too late" } as const)
      : ear({ id: commandId, ...write });
    if (obeyed?.ok === true) add("result", { ...about, state: "done" });
    else add("result", { ...about, state: "failed", message: obeyed?.message ?? "no answer" });
    return { status: 202, body: { commandId, state: "accepted" } };
  }

  return {
    listen(controllerId: string, ear: (command: DeviceCommand) => Obeyed | undefined): void {
      ears.set(controllerId, ear);
    },
    report(controllerId: string, at: Instant, resources: Resources): void {
      add("report", { controllerId, at: iso(at), online: true, resources });
    },
    /** What stands after the cursor, the number of an entry. */
    page(after: number, limit: number) {
      const some = entries.filter((entry) => entry.seq > after).slice(0, Math.min(limit, PAGE_MAX));
      const last = some.at(-1)?.seq ?? after;
      const of = (kind: Entry["kind"]) =>
        some.filter((entry) => entry.kind === kind).map((entry) => entry.said);
      return { reports: of("report"), results: of("result"), next: String(last), more: last < seq };
    },
    command(controllerId: string, said: unknown): Answer {
      const asked = (typeof said === "object" && said !== null ? said : {}) as Record<
        string,
        unknown
      >;
      const { commandId } = asked;
      if (typeof commandId !== "string" || commandId === "") return refused(400, "no commandId");
      return obey(controllerId, commandId, asked);
    },
    seq: () => seq,
  };
}

function refused(status: number, message: string): Answer {
  return { status, body: { message } };
}
