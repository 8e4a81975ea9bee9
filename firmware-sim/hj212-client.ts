/**
 * The line of a plant's data logger: one TCP connection on which frames go out and the platform's
 * 9014 comes back. What is not answered in time is sent again, the same bytes under the same QN; what
 * the platform asks (time, intervals) is answered. Like a letter with a return receipt.
 */
import { connect, type Socket } from "node:net";
import type { Timer } from "../model/clock.ts";
import { createFrameReader, encodeAnswer, type Logger, type Received } from "./encoders/hj212.ts";
import { type ReconnectDeps, ReconnectingClient } from "./reconnecting-client.ts";

export interface Report {
  qn: string;
  frames: readonly Buffer[];
}

export interface Hj212ClientDeps extends ReconnectDeps {
  onAnswered?(): void;
}

export interface Hj212ClientOptions {
  host: string;
  port: number;
  logger: Logger;
  answerWallMsMax?: number;
}

const WINDOW = 8;
/** A logger's usual waiting time and number of tries before it dials anew. */
const ANSWER_WALL_MS_MAX = 10_000;
const TRIES_MAX = 3;
const HABITS = { peer: "platform", backoffWallMsMin: 1_000, endWallMsMax: 1_000 };

interface Waiting extends Report {
  tries: number;
  timer: Timer | undefined;
}

export function createHj212Client(deps: Hj212ClientDeps, options: Hj212ClientOptions): Hj212Client {
  return new Hj212Client(deps, options);
}

export class Hj212Client extends ReconnectingClient<Hj212ClientDeps> {
  readonly stats = { connects: 0, sent: 0, answered: 0, resent: 0 };
  readonly #options: Hj212ClientOptions;
  readonly #waiting = new Map<string, Waiting>();

  constructor(deps: Hj212ClientDeps, options: Hj212ClientOptions) {
    super(deps, HABITS);
    this.#options = options;
  }

  canSend(): boolean {
    return this.isUp && this.#waiting.size < WINDOW;
  }

  unanswered(): number {
    return this.#waiting.size;
  }

  /** False: not now; nothing was taken. */
  send(report: Report): boolean {
    if (!this.canSend()) return false;
    const waiting: Waiting = { ...report, tries: 0, timer: undefined };
    this.#waiting.set(report.qn, waiting);
    this.stats.sent += 1;
    this.#write(waiting);
    return true;
  }

  protected override dial(): Socket {
    const { host, port } = this.#options;
    const socket = connect({ host, port, noDelay: true });
    const reader = createFrameReader();
    socket.on("connect", () => {
      if (this.socket === socket) this.#connected();
    });
    socket.on("data", (chunk: Buffer) => {
      if (this.socket === socket) for (const frame of reader.read(chunk)) this.#receive(frame);
    });
    return socket;
  }

  protected override forget(): void {
    super.forget();
    for (const report of this.#waiting.values()) report.timer?.cancel();
  }

  #connected(): void {
    this.isUp = true;
    this.stats.connects += 1;
    for (const report of this.#waiting.values()) {
      report.tries = 0;
      this.stats.resent += 1;
      this.#write(report);
    }
    this.deps.onConnected?.();
  }

  #write(report: Waiting): void {
    report.timer?.cancel();
    report.tries += 1;
    for (const frame of report.frames) this.socket?.write(frame);
    report.timer = this.deps.after(this.#options.answerWallMsMax ?? ANSWER_WALL_MS_MAX, () => {
      if (report.tries >= TRIES_MAX) {
        const why = `no answer to QN ${report.qn} after ${report.tries} tries`;
        this.socket?.destroy(new Error(why));
        return;
      }
      this.stats.resent += 1;
      this.#write(report);
    });
  }

  #receive({ cn, qn }: Received): void {
    if (cn === "9014") {
      this.#answered(qn);
    } else if (!cn.startsWith("9")) {
      // A request of the platform's: taken (9011), then done (9012).
      const { logger } = this.#options;
      this.socket?.write(encodeAnswer(logger, { cn: "9011", qn, cp: "QnRtn=1" }));
      this.socket?.write(encodeAnswer(logger, { cn: "9012", qn, cp: "ExeRtn=1" }));
    }
  }

  #answered(qn: string): void {
    const report = this.#waiting.get(qn);
    if (report === undefined) return;
    report.timer?.cancel();
    this.#waiting.delete(qn);
    this.attempts = 0;
    this.stats.answered += 1;
    this.deps.onAnswered?.();
  }
}
