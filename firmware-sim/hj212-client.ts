/**
 * The line of a plant's data logger: one TCP connection on which frames go out and the platform's
 * 9014 comes back. What is not answered in time is sent again, the same bytes under the same QN; what
 * the platform asks (time, intervals) is answered. Like a letter with a return receipt.
 */
import { connect, type Socket } from "node:net";
import type { Timer } from "../model/clock.ts";
import { createFrameReader, encodeAnswer, type Logger, type Received } from "./encoders/hj212.ts";

export interface Report {
  qn: string;
  frames: readonly Buffer[];
}

export interface Hj212ClientDeps {
  /** A timer in milliseconds of the wall. */
  after(wallMs: number, call: () => void): Timer;
  random(): number;
  onConnected?(): void;
  onAnswered?(): void;
  onClosed?(why: string): void;
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
const BACKOFF_WALL_MS_MIN = 1_000;
const BACKOFF_WALL_MS_MAX = 30_000;
const END_WALL_MS_MAX = 1_000;

interface Waiting extends Report {
  tries: number;
  timer: Timer | undefined;
}

export function createHj212Client(deps: Hj212ClientDeps, options: Hj212ClientOptions): Hj212Client {
  return new Hj212Client(deps, options);
}

export class Hj212Client {
  readonly stats = { connects: 0, sent: 0, answered: 0, resent: 0 };
  readonly #deps: Hj212ClientDeps;
  readonly #options: Hj212ClientOptions;
  readonly #waiting = new Map<string, Waiting>();
  #socket: Socket | undefined;
  #isConnected = false;
  #isWanted = false;
  #attempts = 0;
  #timer: Timer | undefined;

  constructor(deps: Hj212ClientDeps, options: Hj212ClientOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  connect(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#attempts = 0;
    this.#open();
  }

  isConnected(): boolean {
    return this.#isConnected;
  }

  canSend(): boolean {
    return this.#isConnected && this.#waiting.size < WINDOW;
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

  /** The line is dead without a word, until `connect`. */
  cut(): void {
    this.#leave()?.resetAndDestroy();
  }

  end(): Promise<void> {
    const socket = this.#leave();
    if (socket === undefined || socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const limit = setTimeout(() => socket.destroy(), END_WALL_MS_MAX);
      socket.once("close", () => {
        clearTimeout(limit);
        resolve();
      });
      socket.end();
    });
  }

  #leave(): Socket | undefined {
    this.#isWanted = false;
    this.#timer?.cancel();
    const socket = this.#socket;
    this.#forget();
    return socket;
  }

  #forget(): void {
    this.#socket = undefined;
    this.#isConnected = false;
    for (const report of this.#waiting.values()) report.timer?.cancel();
  }

  #open(): void {
    const { host, port } = this.#options;
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    const reader = createFrameReader();
    socket.on("connect", () => {
      if (this.#socket === socket) this.#connected();
    });
    socket.on("data", (chunk: Buffer) => {
      if (this.#socket === socket) for (const frame of reader.read(chunk)) this.#receive(frame);
    });
    let why = "closed by the platform";
    socket.on("error", (error) => {
      why = error.message;
    });
    socket.on("close", () => {
      if (this.#socket === socket) this.#closed(why);
    });
  }

  #connected(): void {
    this.#isConnected = true;
    this.stats.connects += 1;
    for (const report of this.#waiting.values()) {
      report.tries = 0;
      this.stats.resent += 1;
      this.#write(report);
    }
    this.#deps.onConnected?.();
  }

  #closed(why: string): void {
    this.#forget();
    this.#deps.onClosed?.(why);
    if (!this.#isWanted) return;
    const full = Math.min(BACKOFF_WALL_MS_MAX, BACKOFF_WALL_MS_MIN * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#timer = this.#deps.after(full * (0.5 + 0.5 * this.#deps.random()), () => this.#open());
  }

  #write(report: Waiting): void {
    report.timer?.cancel();
    report.tries += 1;
    for (const frame of report.frames) this.#socket?.write(frame);
    report.timer = this.#deps.after(this.#options.answerWallMsMax ?? ANSWER_WALL_MS_MAX, () => {
      if (report.tries >= TRIES_MAX) {
        const why = `no answer to QN ${report.qn} after ${report.tries} tries`;
        this.#socket?.destroy(new Error(why));
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
      this.#socket?.write(encodeAnswer(logger, { cn: "9011", qn, cp: "QnRtn=1" }));
      this.#socket?.write(encodeAnswer(logger, { cn: "9012", qn, cp: "ExeRtn=1" }));
    }
  }

  #answered(qn: string): void {
    const report = this.#waiting.get(qn);
    if (report === undefined) return;
    report.timer?.cancel();
    this.#waiting.delete(qn);
    this.#attempts = 0;
    this.stats.answered += 1;
    this.#deps.onAnswered?.();
  }
}
