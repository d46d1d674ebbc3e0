/** One visit to the page: the line to the server, the race that is watched, and its board. */

import { Board } from "./board.svelte.ts";
import { Clock } from "./clock.svelte.ts";
import { address, Connection, type Line, type Socket } from "./connection.ts";
import { FeedAge, freshness, type Freshness } from "./freshness.ts";
import type { Past, Segment } from "./past.ts";
import { Follower, type Picture } from "./picture.ts";
import type { Moment } from "./route.ts";
import { settings } from "./settings.svelte.ts";
import { momentOf, segmentOf, type Timeline } from "./timeline.ts";
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
/** How often what lies along a race is asked for while it goes on; flags and incidents at once. */
const TIMELINE_MS = 5_000;
const SOON_MS = 300;
/** A part of the race that is still growing, or could not be fetched, is asked for no oftener. */
const AGAIN_MS = 500;

export class Session {
  line = $state.raw<Line>({ is: "connecting" });
  /** Null until the server has said. */
  races = $state.raw<readonly RaceListed[] | null>(null);
  board = $state.raw(new Board());
  readonly clock = new Clock();
  freshness = $state.raw<Freshness>({ is: "connecting" });
  /** Why the race cannot be watched, in the server's words. */
  refused = $state.raw<{ code: number; reason: string } | null>(null);
  /** Why nothing is shown yet: a moment is being fetched, or the race is over and that is a secret. */
  held = $state.raw<"moment" | "over" | null>(null);
  /** The server speaks a later protocol than this page. */
  outgrown = $state(false);

  #follower: Follower | null = null;
  #age = new FeedAge();
  #askedAt = 0;
  #frame: number | null = null;
  /** Loaded by who looks back. */
  #past: Past | null = null;
  #timelineAt = 0;
  #told = new Set<() => void>();
  /** The moment that the visitor came for. */
  #from: Moment = null;
  /** Nothing of the race has been shown yet. */
  #fresh = true;
  #loading = { index: -1, again: 0 };
  #drawnMode = "live";
  #drawnMoment: number | null = null;
  #timelineDue: ReturnType<typeof setTimeout> | undefined;
  /** Of what the timeline on the screen is. */
  #timelineTag = "";
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
    const time = setInterval(() => this.#tick(), 50);
    return () => {
      clearInterval(clock);
      clearInterval(list);
      clearInterval(time);
      clearTimeout(this.#timelineDue);
      removeEventListener("online", nudge);
      document.removeEventListener("visibilitychange", nudge);
      this.#connection.stop();
    };
  }

  /** Calls back whenever there may be something new along the race; returns what ends that. */
  along(tell: () => void): () => void {
    this.#told.add(tell);
    tell();
    return () => this.#told.delete(tell);
  }

  /** Watches a race, or none; from a moment of it, where one is given. */
  watch(race: string | null, from: Moment = null): void {
    if (this.#follower?.race === (race ?? undefined)) return;
    if (this.#follower !== null) {
      this.#connection.send({ type: "unwatch", race: this.#follower.race });
    }
    this.#follower = race === null ? null : new Follower(race);
    this.board = new Board();
    this.clock.reset();
    if (settings.kept.delay > 0 && from === null) this.clock.setDelay(settings.kept.delay);
    this.#from = from;
    this.held = from === null ? null : "moment";
    this.#fresh = true;
    this.#past?.forget();
    this.#timelineTag = "";
    clearTimeout(this.#timelineDue);
    this.#timelineDue = undefined;
    this.refused = null;
    this.#age.forget();
    this.#scheduleTimeline(0);
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
        this.#meet(this.#follower.race, this.#follower.picture);
        // A snapshot may be of long ago; anything else says that something has just arrived.
        if (message.type !== "snapshot") this.#age.news(Date.now());
        this.#along(message);
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

  /** The first news of a race: one that is over is not given away to who did not ask. */
  #meet(race: string, picture: Picture | null): void {
    if (picture === null) return;
    const over = picture.state.phase === "finished";
    if (this.#fresh && over && this.held === null && settings.guards(race)) this.held = "over";
    else if (over && this.held === null && this.clock.mode === "live") settings.saw(race);
    this.#fresh = false;
  }

  /** Show the race that is held back: its result, or its start. */
  release(race: string, what: "result" | "start"): void {
    if (what === "result") {
      settings.saw(race);
      this.held = null;
      this.clock.goLive();
      this.#draw();
      return;
    }
    this.held = "moment";
    this.#from = { lap: 0 };
    this.#begin();
  }

  /** To the moment that the visitor came for, as soon as it is known where that is. */
  #begin(): void {
    const { timeline } = this.clock;
    if (timeline === null || this.#from === null) return;
    const { lap, seconds } = { lap: null, seconds: null, ...this.#from };
    const at = lap === null ? (seconds ?? 0) * 1_000_000 : momentOf(timeline, lap);
    this.clock.seek(Math.round(at), lap === 0);
    this.#from = null;
    this.held = null;
    // Who came for a moment is shown it, also where the timeline comes before the first picture.
    this.#fresh = false;
  }

  /** The picture has changed already; the screen follows at its next frame. */
  #draw(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      const { clock } = this;
      // The line goes on being followed while something earlier is shown.
      const picture =
        clock.mode === "live"
          ? this.#follower?.picture
          : this.#shown();
      if (picture && this.held === null) this.board.draw(picture);
      this.#tell();
    });
  }

  /** How far the race has come, and whether something new lies along it. */
  #along(message: PictureMessage): void {
    const picture = this.#follower?.picture;
    const at = picture?.state.race_time;
    if (at !== undefined && at !== null) this.clock.heard(at, Date.now());
    const notable =
      message.type !== "update" || (message.state !== undefined && "flag" in message.state);
    this.#scheduleTimeline(notable ? SOON_MS : TIMELINE_MS);
  }

  #tick(): void {
    const { clock } = this;
    clock.tick(performance.now() + performance.timeOrigin, (at) => {
      const known = this.#known();
      if (known === null) return false;
      if (this.#past?.at(known, at)) return true;
      void this.#load(known, at);
      return false;
    });
    const { mode, moment } = clock;
    // What is still being fetched is drawn when it is here.
    if (clock.loading || (mode === this.#drawnMode && moment === this.#drawnMoment)) return;
    this.#drawnMode = mode;
    this.#drawnMoment = moment;
    this.#draw();
  }

  /** What there is of the race, up to the latest news of it. */
  #known(): Timeline | null {
    const { timeline, edge } = this.clock;
    return timeline === null ? null : { ...timeline, edge: Math.max(edge ?? timeline.edge, timeline.edge) };
  }

  /** The picture at the moment that is shown; null while it is being fetched. */
  #shown(): Picture | null {
    const known = this.#known();
    const { moment } = this.clock;
    return known === null || moment === null ? null : (this.#past?.at(known, moment) ?? null);
  }

  async #load(known: Timeline, at: number): Promise<void> {
    const index = segmentOf(known, at);
    const now = performance.now();
    if (index === this.#loading.index && now < this.#loading.again) return;
    this.#loading = { index, again: Number.POSITIVE_INFINITY };
    try {
      const { Past } = await import("./past.ts");
      this.#past ??= new Past((index) => this.#segment(index));
      await this.#past.load(known, at);
    } catch {
      // Asked again in a while; the line to the server says what is wrong.
    }
    if (this.#loading.index === index) {
      this.#loading = { index, again: performance.now() + AGAIN_MS };
    }
  }

  async #segment(index: number): Promise<Segment> {
    const race = this.#follower?.race;
    const answer = await fetch(`/api/races/${race}/past/${index}`);
    if (!answer.ok) throw new Error(`segment ${index}: ${answer.status}`);
    return (await answer.json()) as Segment;
  }

  #scheduleTimeline(ms: number): void {
    const due = Date.now() + ms;
    if (this.#timelineDue !== undefined && this.#timelineAt <= due) return;
    clearTimeout(this.#timelineDue);
    this.#timelineAt = due;
    this.#timelineDue = setTimeout(() => void this.#timeline(), ms);
  }

  async #timeline(): Promise<void> {
    this.#timelineDue = undefined;
    const race = this.#follower?.race;
    if (race === undefined) return;
    try {
      const answer = await fetch(`/api/races/${race}/timeline`);
      const tag = answer.headers.get("etag") ?? "";
      if (!answer.ok || race !== this.#follower?.race || (tag !== "" && tag === this.#timelineTag)) {
        return;
      }
      const timeline = (await answer.json()) as Timeline;
      if (race !== this.#follower?.race) return;
      this.#timelineTag = tag;
      this.clock.told(timeline, Date.now());
      this.#begin();
      for (const tell of this.#told) tell();
    } catch {
      // Asked again with the next news.
    }
  }

  /** Says at once how things are; the bare age only on the clock's tick, for calm. */
  #tell(tick = false): void {
    const picture = this.#follower?.picture ?? null;
    const now = this.#elsewhere() ?? freshness({
      line: this.line.is,
      catchingUp: picture !== null && (this.#follower?.catchingUp ?? false),
      phase: picture?.state.phase ?? null,
      status: picture?.state.result_status ?? null,
      age: this.#age.at(Date.now()),
    });
    const before = this.freshness;
    const told = tick || now.is === "replay" || now.is === "delayed";
    if (now.is !== before.is || (told && now.is !== "complete")) this.freshness = now;
  }

  /** How old what is shown is, where that is meant to be. */
  #elsewhere(): Freshness | null {
    const { mode, playing, speed, delay } = this.clock;
    if (mode === "past") return { is: "replay", playing, speed };
    // A line that is lost matters to who follows the race, however far behind.
    if (mode === "delayed" && this.line.is === "open") return { is: "delayed", behind: delay };
    return null;
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
