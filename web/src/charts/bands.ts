/** What lies behind every chart: flags that stop racing, and ends of stages, laid along the laps. */

import { underFlags, type Timeline } from "../timeline.ts";
import type { RaceTime } from "../wire.ts";
import { placeOf } from "./book.ts";
import type { Period } from "./series.ts";

export interface Band {
  look: "yellow" | "red";
  flag: string;
  caution: number | null;
  /** In laps of the leader, and parts of one. */
  from: number;
  to: number;
}

export interface StageLine {
  number: number;
  lap: number;
}

/** Flags shown up to a moment. */
export function bandsOf(timeline: Timeline, leader: readonly RaceTime[], moment: RaceTime): Band[] {
  return underFlags(timeline)
    .filter(({ from }) => from <= moment)
    .map(({ look, flag, caution, from, to }) => ({
      look,
      flag,
      caution,
      from: placeOf(leader, from),
      to: placeOf(leader, Math.min(to ?? moment, moment)),
    }));
}

/** Stages that had ended at a moment; the end of the last is that of the race. */
export function stagesOf(timeline: Timeline, moment: RaceTime): StageLine[] {
  return timeline.stages
    .filter((stage) => stage.at !== null && stage.at <= moment && stage.number < timeline.stages.length)
    .map(({ number, lap }) => ({ number, lap }));
}

/** When nobody raced: laps that touch one of these are no measure of pace. */
export function slowPeriods(timeline: Timeline | null, moment: RaceTime): Period[] {
  if (timeline === null) return [];
  return underFlags(timeline)
    .filter(({ from, flag }) => from <= moment && flag !== "yellow_local")
    .map(({ from, to }) => ({ from, to }));
}

/** The lap of the last return to green before a moment; 0 where there was none. */
export function lastRestart(timeline: Timeline, leader: readonly RaceTime[], moment: RaceTime): number {
  const over = underFlags(timeline)
    .filter(({ to, flag }) => to !== null && to <= moment && flag !== "yellow_local")
    .map(({ to }) => to ?? 0);
  return over.length === 0 ? 0 : Math.floor(placeOf(leader, Math.max(...over)));
}
