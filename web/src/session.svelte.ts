/** One visit to the page: the line to the server, the race that is watched, and its board. */

import { Board } from "./board.svelte.ts";
import { address, Connection, type Line, type Socket } from "./connection.ts";
import { FeedAge, freshness, type Freshness } from "./freshness.ts";
import { Follower } from "./picture.ts";
import {
  CLOSE_NO_SUCH_RACE,
  PROTOCOL,
  type Beat,
  type PictureMessage,
  type RaceListed,
  type ServerMessage,
} from "./wire.ts";

/** How often the age of the feed is written; oftener would only flicker. */
const AGE_MS = 500;
/** How long an answer to `watch` may take before it is asked for again. */
const ANSWER_MS = 10_000;
/** How often the list of races is asked for while it is on the screen. */
const LIST_MS = 5_000;

export class Session {
  line = $state.raw<Line>({ is: "connecting" });
  /** Null until the server has said. */
  races = $state.raw<readonly RaceListed[] | null>(null);
  board = $state.raw(new Board());
  freshness = $state.raw<Freshness>({ is: "connecting" });
  /** Why the race cannot be watched, in the server's words. */
  refused = $state.raw<{ code: number; reason: string } | null>(null);
  /** The server speaks a later protocol than this page. */
  outgrown = $state(false);

  #follower: Follower | null = null;
  #age = new FeedAge();
  #askedAt = 0;
  #frame: number | null = null;
  #connection = new Connection(
    {
      line: (line) => {
        this.line = line;
        this.#tell();
      },
      message: (message) => this.#receive(message),
    },
    {
      // The DOM's event types say more than is used; the shape is the same.
      open: () => new WebSocket(address(location)) as unknown as Socket,
      random: Math.random,
      now: Date.now,
    },
  );

  /** Returns what ends the visit. */
  start(): () => void {
    const clock = setInterval(() => this.#tell(true), AGE_MS);
    const list = setInterval(() => void this.#list(), LIST_MS);
    const nudge = (): void => {
      if (document.visibilityState === "visible") this.#connection.nudge();
    };
    addEventListener("online", nudge);
    document.addEventListener("visibilitychange", nudge);
    this.#connection.start();
    return () => {
      clearInterval(clock);
      clearInterval(list);
      removeEventListener("online", nudge);
      document.removeEventListener("visibilitychange", nudge);
      this.#connection.stop();
    };
  }

  /** Watches a race, or none. */
  watch(race: string | null): void {
    if (this.#follower?.race === (race ?? undefined)) return;
    if (this.#follower !== null) {
      this.#connection.send({ type: "unwatch", race: this.#follower.race });
    }
    this.#follower = race === null ? null : new Follower(race);
    this.board = new Board();
    this.refused = null;
    this.#age.forget();
    // The server sent us away for the race before; this is another matter.
    if (this.line.is === "away") this.#connection.start();
    else this.#ask();
    this.#tell();
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "hello":
        this.outgrown = message.protocol !== PROTOCOL;
        this.races = message.races;
        if (!this.outgrown) this.#ask();
        break;
      case "snapshot":
      case "update":
      case "incident":
      case "results":
      case "verdicts":
        this.#follow(message);
        break;
      case "beat":
        this.#beat(message);
        break;
      case "error":
        if (message.code === CLOSE_NO_SUCH_RACE) this.refused = message;
        break;
      case "pong":
        break;
    }
  }

  #follow(message: PictureMessage): void {
    if (this.#follower === null) return;
    switch (this.#follower.receive(message)) {
      case "applied":
        // A snapshot may be of long ago; anything else says that something has just arrived.
        if (message.type !== "snapshot") this.#age.news(Date.now());
        this.#draw();
        break;
      case "ask":
        this.#ask();
        this.#tell();
        break;
      case "waiting":
      case "not ours":
        break;
    }
  }

  #beat(beat: Beat): void {
    const follower = this.#follower;
    if (follower === null || beat.race !== follower.race) return;
    this.#age.told(beat.feed_age_ms, Date.now());
    follower.heard(beat.version);
    if (follower.catchingUp && Date.now() - this.#askedAt > ANSWER_MS) this.#ask();
    this.#tell();
  }

  #ask(): void {
    if (this.#follower === null) return;
    this.#askedAt = Date.now();
    this.#connection.send(this.#follower.ask());
  }

  /** The picture has changed already; the screen follows at its next frame. */
  #draw(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      const picture = this.#follower?.picture;
      if (picture) this.board.draw(picture);
      this.#tell();
    });
  }

  /** Says at once how things are; the bare age only on the clock's tick, for calm. */
  #tell(tick = false): void {
    const picture = this.#follower?.picture ?? null;
    const now = freshness({
      line: this.line.is,
      catchingUp: picture !== null && (this.#follower?.catchingUp ?? false),
      phase: picture?.state.phase ?? null,
      status: picture?.state.result_status ?? null,
      age: this.#age.at(Date.now()),
    });
    const before = this.freshness;
    if (now.is !== before.is || (tick && "age" in now)) this.freshness = now;
  }

  /** `hello` names the races once; one that is announced later is found by asking. */
  async #list(): Promise<void> {
    if (this.#follower !== null || this.line.is !== "open") return;
    try {
      const answer = await fetch("/api/races");
      const races: unknown = await answer.json();
      if (answer.ok && isList(races)) this.races = races;
    } catch {
      // The list is a convenience; the line to the server says what is wrong.
    }
  }
}

function isList(races: unknown): races is RaceListed[] {
  return (
    Array.isArray(races) &&
    races.every((race) => typeof race?.race === "string" && typeof race?.name === "string")
  );
}
