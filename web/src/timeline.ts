/**
 * What lies along a race, for the scrub bar: flags, incidents, lead changes, stages, laps.
 *
 * The shapes are those of `tracker/live/timeline.py`. All times are race time in microseconds.
 */

import type { EntryId, RaceTime, Span } from "./wire.ts";

export interface FlagPeriod {
  flag: string;
  from: RaceTime;
  /** Null while it is out. */
  to: RaceTime | null;
  lap: number | null;
  caution: number | null;
  reasons: string[];
}

export interface IncidentMark {
  number: number;
  at: RaceTime;
  lap: number;
  kind: string;
}

export interface LeadChange {
  at: RaceTime;
  lap: number;
  entry: EntryId;
  cause: string | null;
}

export interface StageEnd {
  number: number;
  lap: number;
  /** Null while it has not been reached. */
  at: RaceTime | null;
}

export interface ResultMark {
  rev: number;
  status: string;
  at: RaceTime;
}

export interface Timeline {
  race: string;
  epoch: string;
  version: number;
  /** The first moment there is anything of; before the green it is negative. */
  start: RaceTime;
  /** The latest moment heard of. */
  edge: RaceTime;
  /** How long a segment of the past is. */
  segment: Span;
  /** What happens at a moment is seen at the next step of this grid. */
  step: Span;
  /** Events told by the end of each segment: one whose number stays the same has not changed. */
  events: number[];
  finished_at: RaceTime | null;
  /** When the leader completed lap 1, 2, 3 … */
  laps: RaceTime[];
  flags: FlagPeriod[];
  incidents: IncidentMark[];
  lead_changes: LeadChange[];
  stages: StageEnd[];
  results: ResultMark[];
  /** How many milliseconds ago the race was first known up to a moment, the oldest first. */
  recent: [number, RaceTime][];
}

/** How many values of a rising list are not after `at`. */
export function upTo(rising: readonly number[], at: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Laps the leader had completed at a moment. */
export function lapAt(timeline: Timeline, at: RaceTime): number {
  return upTo(timeline.laps, at);
}

/** When what happened at a moment is seen: the past is kept a few times a second. */
export function seenAt(timeline: Timeline, at: RaceTime): RaceTime {
  const { start, step, edge } = timeline;
  return Math.min(start + Math.ceil((at - start) / step) * step, edge);
}

/** When it is seen that the leader has completed so many laps; with none it is the beginning. */
export function momentOf(timeline: Timeline, lap: number): RaceTime {
  if (lap <= 0) return timeline.start;
  const at = timeline.laps[Math.min(lap, timeline.laps.length) - 1] ?? timeline.edge;
  return seenAt(timeline, at);
}

/** The lap that a moment is the end of, where it is one. */
export function endOfLap(timeline: Timeline, at: RaceTime): number | null {
  const lap = lapAt(timeline, at);
  return at - momentOf(timeline, lap) <= 0 || at === timeline.start ? lap : null;
}

/** Where `n` and `p` stop: incidents, red flags, ends of stages, and the flag. */
export function stops(timeline: Timeline): RaceTime[] {
  const times = timeline.incidents.map((incident) => incident.at);
  for (const flag of timeline.flags) if (flag.flag === "red") times.push(flag.from);
  for (const stage of timeline.stages) if (stage.at !== null) times.push(stage.at);
  if (timeline.finished_at !== null) times.push(timeline.finished_at);
  return [...new Set(times)].map((at) => seenAt(timeline, at)).sort((a, b) => a - b);
}

/** Which segment of the past a moment lies in. */
export function segmentOf(timeline: Timeline, at: RaceTime): number {
  const within = Math.min(Math.max(at, timeline.start), timeline.edge);
  const index = Math.floor((within - timeline.start) / timeline.segment);
  // A race has no end of segments: what is decided days later lies in the last one.
  return Math.max(0, Math.min(index, timeline.events.length - 1));
}

/** Places along the bar, from 0 at the start to 1 at the end. */
export interface Scale {
  at(moment: RaceTime): number;
  moment(x: number): RaceTime;
  /** Laps to name, with their places. */
  laps: { lap: number; x: number }[];
}

/** How much of what comes after the flag is drawn: the last cars come home. */
const AFTER: Span = 120_000_000;

/** The bar of a race: of one that goes on, its end is where the laps to go would take it. */
export function scaleOf(timeline: Timeline, scheduled: number | null): Scale {
  const { start, edge, laps } = timeline;
  const done = laps.length;
  const togo =
    timeline.finished_at !== null || scheduled === null ? 0 : Math.max(0, scheduled - done);
  const recent = laps.slice(-12);
  const paces = recent.slice(1).map((at, place) => at - (recent[place] ?? at));
  const pace = paces.length === 0 ? 0 : (paces.sort((a, b) => a - b)[paces.length >> 1] ?? 0);
  // What is decided after the flag lies at the end, however long it took.
  const told = timeline.finished_at === null ? edge : Math.min(edge, timeline.finished_at + AFTER);
  const end = Math.max(told, (laps.at(-1) ?? 0) + togo * pace, start + 60_000_000);
  const at = (moment: RaceTime): number =>
    Math.min(1, Math.max(0, (moment - start) / (end - start)));
  const total = Math.max(done, done + togo);
  const every = [1, 2, 5, 10, 20, 25, 50, 100].find((step) => total / step <= 8) ?? 200;
  const named: { lap: number; x: number }[] = [];
  for (let lap = every; lap <= total; lap += every) {
    const when = laps[lap - 1] ?? (laps.at(-1) ?? 0) + (lap - done) * pace;
    if (lap <= done || pace > 0) named.push({ lap, x: at(when) });
  }
  return { at, moment: (x) => Math.round(start + x * (end - start)), laps: named };
}

/** Flag periods that stop racing, with how each is drawn. */
export function underFlags(timeline: Timeline): (FlagPeriod & { look: "yellow" | "red" })[] {
  return timeline.flags
    .filter((flag) => !["green", "white", "checkered", "none", "cold", "hot"].includes(flag.flag))
    .map((flag) => ({ ...flag, look: flag.flag === "red" ? "red" : "yellow" }));
}

/** A moment that one sees on a television too. */
export type Seen =
  | { what: "flag"; flag: string; at: RaceTime }
  | { what: "lap"; lap: number; at: RaceTime };

const SEEN_LAPS = 3;
const SEEN_FLAGS = 3;

/** The latest such moments, the newest first. */
export function recently(timeline: Timeline, edge: RaceTime): Seen[] {
  const flags: Seen[] = timeline.flags
    .slice(-SEEN_FLAGS)
    .map(({ flag, from }) => ({ what: "flag", flag, at: from }));
  const laps: Seen[] = timeline.laps
    .slice(-SEEN_LAPS)
    .map((at, place, those) => ({
      what: "lap",
      lap: timeline.laps.length - those.length + place + 1,
      at,
    }));
  return [...flags, ...laps]
    .filter((seen) => edge - seen.at < 600_000_000)
    .sort((a, b) => b.at - a.at);
}
