/**
 * A device's end of one TCP connection: dialled until it stands and again whenever it breaks, after
 * waits that grow and are half by chance, until it is cut or ended. What goes over it, and what of
 * that is sent again, is the protocol's. Like a phone with a redial button.
 */
import type { Socket } from "node:net";
import type { Timer } from "../model/clock.ts";

export interface ReconnectDeps {
  /** A timer in milliseconds of the wall. */
  after(wallMs: number, call: () => void): Timer;
  /** In [0, 1). */
  random(): number;
  onConnected?(): void;
  onClosed?(why: string): void;
}

export interface ReconnectHabits {
  /** Who is at the other end, for the text of a close without an error. */
  peer: string;
  backoffWallMsMin: number;
  /** How long a proper end waits for the other side. */
  endWallMsMax: number;
}

const BACKOFF_WALL_MS_MAX = 30_000;

/** A class to extend, since ten thousand clients share its methods. */
export abstract class ReconnectingClient<Deps extends ReconnectDeps> {
  protected readonly deps: Deps;
  /** Stands or is being dialled. */
  protected socket: Socket | undefined;
  /** The protocol says from when on the connection is good, and when the waits begin anew. */
  protected isUp = false;
  protected attempts = 0;
  /** The wait before the next try is no shorter, but for chance. */
  protected retryWallMsMin = 0;
  readonly #habits: ReconnectHabits;
  #isWanted = false;
  #timer: Timer | undefined;

  constructor(deps: Deps, habits: ReconnectHabits) {
    this.deps = deps;
    this.#habits = habits;
  }

  connect(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.attempts = 0;
    this.#open();
  }

  isConnected(): boolean {
    return this.isUp;
  }

  /** The network is gone: the socket dies without a word; nothing reconnects until `connect`. */
  cut(): void {
    this.#leave()?.resetAndDestroy();
  }

  /** Closes properly; what is unanswered stays so. */
  end(): Promise<void> {
    const socket = this.#leave();
    if (socket === undefined || socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const limit = setTimeout(() => socket.destroy(), this.#habits.endWallMsMax);
      socket.once("close", () => {
        clearTimeout(limit);
        resolve();
      });
      socket.end();
    });
  }

  /** A new socket, with listeners for what the protocol does on it. */
  protected abstract dial(): Socket;

  /** The connection is gone, by whichever side. */
  protected forget(): void {
    this.#timer?.cancel();
    this.socket = undefined;
    this.isUp = false;
  }

  /** The one timer of the connection; it ends with it. */
  protected setTimer(wallMs: number, call: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.deps.after(wallMs, call);
  }

  #leave(): Socket | undefined {
    const { socket } = this;
    this.#isWanted = false;
    this.forget();
    return socket;
  }

  #open(): void {
    const socket = this.dial();
    this.socket = socket;
    let why = `closed by the ${this.#habits.peer}`;
    socket.on("error", (error) => {
      why = error.message;
    });
    socket.on("close", () => {
      if (this.socket === socket) this.#closed(why);
    });
  }

  #closed(why: string): void {
    this.forget();
    this.deps.onClosed?.(why);
    if (!this.#isWanted) return;
    const backoff = this.#habits.backoffWallMsMin * 2 ** this.attempts;
    const full = Math.max(Math.min(BACKOFF_WALL_MS_MAX, backoff), this.retryWallMsMin);
    this.attempts += 1;
    this.setTimer(full * (0.5 + 0.5 * this.deps.random()), () => this.#open());
  }
}
