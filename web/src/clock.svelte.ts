/**
 * The one clock of the page: what is shown is the race at this moment, everywhere.
 *
 * It stands at the live edge, some seconds behind it to match a television, or anywhere in the
 * past, playing or not. It knows no network: `tick` is told the time, and what it may not show yet
 * stops it.
 */

import { lapAt, momentOf, stops, upTo, type Timeline } from "./timeline.ts";
import type { RaceTime } from "./wire.ts";

export const SPEEDS = [0.5, 1, 2, 5, 10, 20, 50] as const;
/** As long as the server remembers when it heard what: ten minutes. */
export const LONGEST_DELAY_MS = 600_000;
/** Two moments a second for as long. */
const MOST_SAMPLES = (2 * LONGEST_DELAY_MS) / 1000 + 60;
const SAMPLE_MS = 400;
/** Microseconds after the flag, or before a decision, that are played as they were. */
const WAITED = 60_000_000;

export type Mode = "live" | "delayed" | "past";

export class Clock {
  mode = $state.raw<Mode>("live");
  /** What is shown is the race at this moment; the live edge when null. */
  moment = $state.raw<RaceTime | null>(null);
  playing = $state.raw(true);
  speed = $state.raw(1);
  /** Milliseconds behind live, where delayed. */
  delay = $state.raw(0);
  timeline = $state.raw<Timeline | null>(null);
  /** What is to be shown is still being fetched. */
  loading = $state.raw(false);

  /** How often it went somewhere else, instead of on. */
  jumps = $state.raw(0);
  /** The latest moment heard of. */
  edge = $state.raw<RaceTime | null>(null);

  /** When the race was first known up to where: [our clock, race time], the oldest first. */
  #samples: [number, RaceTime][] = [];
  #ticked: number | null = null;
  /** Where it would be if that part of the race were here. */
  #pending: RaceTime | null = null;

  /** The moment shown, as a number. */
  readonly now = $derived(this.moment ?? this.edge);
  /** Laps the leader had completed then. */
  readonly lap = $derived(
    this.timeline === null || this.now === null ? null : lapAt(this.timeline, this.now),
  );

  /** Another race is watched. */
  reset(): void {
    this.mode = "live";
    this.moment = null;
    this.playing = true;
    this.timeline = null;
    this.edge = null;
    this.loading = false;
    this.#samples = [];
    this.#ticked = null;
    this.#pending = null;
  }

  /** The race is known up to a moment, as of now. */
  heard(at: RaceTime, now: number): void {
    if (this.edge !== null && at <= this.edge) return;
    this.edge = at;
    const last = this.#samples.at(-1);
    if (last !== undefined && now - last[0] < SAMPLE_MS) return;
    this.#samples.push([now, at]);
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
  }

  /** The server says what lies along the race, and when it heard the latest of it. */
  told(timeline: Timeline, now: number): void {
    this.timeline = timeline;
    if (this.edge === null || timeline.edge > this.edge) this.edge = timeline.edge;
    const oldest = this.#samples[0]?.[0] ?? now;
    const earlier = timeline.recent
      .map(([age, at]): [number, RaceTime] => [now - age, at])
      .filter(([heard]) => heard < oldest);
    if (earlier.length > 0) this.#samples = [...earlier, ...this.#samples].slice(-MOST_SAMPLES);
  }

  /** Back to what is happening now. */
  goLive(): void {
    if (this.mode !== "live") this.jumps += 1;
    this.mode = "live";
    this.moment = null;
    this.playing = true;
    this.loading = false;
    this.#pending = null;
  }

  /** Show the race so far behind live; nothing behind is live. */
  setDelay(ms: number): void {
    this.delay = Math.min(LONGEST_DELAY_MS, Math.max(0, Math.round(ms)));
    if (this.delay === 0) {
      this.goLive();
      return;
    }
    this.jumps += 1;
    this.mode = "delayed";
    this.playing = true;
  }

  /** Show the race at a moment, and go on from there if it was playing. */
  seek(at: RaceTime, playing = this.mode === "past" ? this.playing : false): void {
    const { timeline, edge } = this;
    if (timeline === null) return;
    this.mode = "past";
    this.playing = playing;
    this.#pending = null;
    this.jumps += 1;
    this.moment = Math.min(Math.max(at, timeline.start), edge ?? timeline.edge);
  }

  /** So many laps of the leader on or back. */
  step(laps: number): void {
    const { timeline, now } = this;
    if (timeline === null || now === null) return;
    const lap = lapAt(timeline, now);
    const began = momentOf(timeline, lap);
    // Back from the middle of a lap is to where it began; a step less than a second is none.
    const from = laps < 0 && now - began > 1_000_000 ? lap + 1 : lap;
    const to = from + laps;
    this.seek(momentOf(timeline, to));
  }

  /** To the next incident, or stage end, or the flag; or to the one before. */
  jump(forward: boolean): void {
    const { timeline, now } = this;
    if (timeline === null || now === null) return;
    const all = stops(timeline);
    const passed = upTo(all, now);
    const to = forward ? all[passed] : all[upTo(all, now - 2_000_000) - 1];
    if (to !== undefined) this.seek(to);
    else if (!forward) this.seek(timeline.start);
  }

  /** Stand still, or go on; live, it stands still at what is shown now. */
  toggle(): void {
    if (this.mode === "past") {
      // At the end there is nothing to go on to: it begins again.
      if (!this.playing && this.atEnd) this.seek(this.timeline?.start ?? 0);
      this.playing = !this.playing;
    } else if (this.now !== null) {
      this.seek(this.now, false);
    }
  }

  setSpeed(speed: number): void {
    this.speed = speed;
  }

  faster(steps: number): void {
    const at = SPEEDS.findIndex((speed) => speed === this.speed);
    const next = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, (at < 0 ? 1 : at) + steps))];
    if (next !== undefined) this.speed = next;
  }

  get atEnd(): boolean {
    return this.moment !== null && this.edge !== null && this.moment >= this.edge;
  }

  /**
   * Time has passed; returns the moment to show, or null for the live edge.
   *
   * `ready` says whether a moment can be shown: the clock waits for what is being fetched, so that
   * nothing is ever skipped.
   */
  tick(now: number, ready: (at: RaceTime) => boolean): RaceTime | null {
    const passed = this.#ticked === null ? 0 : Math.min(1000, now - this.#ticked);
    this.#ticked = now;
    if (this.mode === "live") return null;
    const wanted = this.mode === "delayed" ? this.#behind(now) : this.#played(passed);
    if (wanted === null) {
      this.loading = true;
      return this.moment;
    }
    this.loading = !ready(wanted);
    this.#pending = this.loading && this.mode === "past" ? wanted : null;
    if (!this.loading) {
      this.moment = wanted;
      if (this.mode === "past" && this.playing && this.atEnd) this.#arrived();
    }
    return this.moment;
  }

  /** How many milliseconds ago a moment was live; null when that is not known any more. */
  since(at: RaceTime, now: number): number | null {
    const place = this.#samples.findIndex(([, moment]) => moment >= at);
    const heard = this.#samples[place];
    return heard === undefined ? null : Math.max(0, now - heard[0]);
  }

  /** What was the live edge `delay` ago; null while that is not known. */
  #behind(now: number): RaceTime | null {
    const then = now - this.delay;
    const place = upTo(this.#samples.map(([heard]) => heard), then);
    return this.#samples[place - 1]?.[1] ?? this.#samples[0]?.[1] ?? this.edge;
  }

  #played(passed: number): RaceTime | null {
    if (this.moment === null) return null;
    if (this.#pending !== null) return this.#pending;
    if (!this.playing) return this.moment;
    const on = this.moment + passed * 1000 * this.speed;
    return Math.min(this.#pastWaiting(on), this.edge ?? this.moment);
  }

  /** After the flag nobody waits for officials: on to what they decide next. */
  #pastWaiting(at: RaceTime): RaceTime {
    const { timeline } = this;
    if (timeline === null || timeline.finished_at === null) return at;
    if (at < timeline.finished_at + WAITED) return at;
    const next = timeline.results.find((result) => result.at > at);
    return next === undefined ? timeline.edge : Math.max(at, next.at - WAITED);
  }

  /** It has caught up with the race: with one that goes on it is live, else it stands. */
  #arrived(): void {
    if (this.timeline?.finished_at === null) this.goLive();
    else this.playing = false;
  }
}
