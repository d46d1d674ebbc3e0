/**
 * The line to the server: one websocket, opened again for as long as the server may want us.
 *
 * It carries messages and knows nothing of races. A line that is silent for three beats is dead,
 * whatever the operating system thinks of it.
 */

import { staysAway, type ServerMessage, type ViewerMessage } from "./wire.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const BEATS_MISSED = 3;
/** Until `hello` says how often it beats. */
const BEAT_MS = 5_000;
/** A line that held this long was a good one: the next loss starts with short waits again. */
const STEADY_MS = 10_000;

export type Line =
  | { is: "connecting" }
  | { is: "open" }
  | { is: "reconnecting"; attempt: number }
  | { is: "away"; code: number; reason: string };

/** The part of a WebSocket that is used, so that a test can hand in another. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface Listener {
  line(line: Line): void;
  message(message: ServerMessage): void;
}

export interface Means {
  open(): Socket;
  random(): number;
  now(): number;
}

/** The websocket of the host that served the page. */
export function address(location: { protocol: string; host: string }): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
}

/** Milliseconds before an attempt: the limit doubles, the wait is anywhere below it. */
export function wait(attempt: number, random: number): number {
  return random * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
}

export class Connection {
  #socket: Socket | null = null;
  #attempt = 0;
  #openedAt: number | null = null;
  #beatMs = BEAT_MS;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly listener: Listener,
    readonly means: Means,
  ) {}

  /** Opens the line; also after the server sent us away, when something else is asked of it. */
  start(): void {
    this.#attempt = 0;
    this.listener.line({ is: "connecting" });
    this.#open();
  }

  /** False where there is no line; what was to be said is said anew after `hello`. */
  send(message: ViewerMessage): boolean {
    if (this.#socket === null || this.#openedAt === null) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** The network or the screen came back: try at once instead of waiting out the pause. */
  nudge(): void {
    if (this.#retry === undefined) return;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#open();
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#drop();
  }

  #open(): void {
    this.#openedAt = null;
    let socket: Socket;
    try {
      socket = this.means.open();
    } catch {
      this.#lost();
      return;
    }
    this.#socket = socket;
    socket.onopen = () => {
      this.#openedAt = this.means.now();
      this.#wind();
    };
    socket.onmessage = (event) => this.#heard(event.data);
    socket.onclose = (event) => this.#closed(event.code, event.reason);
    socket.onerror = null; // a close follows, and says more
    this.#wind();
  }

  #heard(data: unknown): void {
    this.#wind();
    let message: ServerMessage;
    try {
      message = JSON.parse(String(data)) as ServerMessage;
    } catch {
      this.#lost(); // not our server, or a broken one: never guess
      return;
    }
    if (message.type === "hello") {
      this.#beatMs = message.beat_ms;
      this.#wind();
      this.listener.line({ is: "open" });
    }
    this.listener.message(message);
  }

  #closed(code: number, reason: string): void {
    if (!staysAway(code)) {
      this.#lost();
      return;
    }
    this.#drop();
    this.listener.line({ is: "away", code, reason });
  }

  #lost(): void {
    const steady = this.#openedAt !== null && this.means.now() - this.#openedAt >= STEADY_MS;
    this.#attempt = steady ? 1 : this.#attempt + 1;
    this.#drop();
    this.listener.line({ is: "reconnecting", attempt: this.#attempt });
    this.#retry = setTimeout(
      () => {
        this.#retry = undefined;
        this.#open();
      },
      wait(this.#attempt, this.means.random()),
    );
  }

  #drop(): void {
    clearTimeout(this.#watchdog);
    this.#openedAt = null;
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    // A dead line may take minutes to close: forget it first, so that it says nothing later.
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #wind(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#lost(), BEATS_MISSED * this.#beatMs);
  }
}
