/** Who drove a car when. */

import type { RaceTime } from "./wire.ts";

/** A driver's turn at the wheel, as in `tracker/live/lap_chart.py`. */
export interface Turn {
  driver: string;
  /** When the driver took over; null for who started. */
  at: RaceTime | null;
  /** The lap that was under way then. */
  lap: number;
}

/** The turns that had begun at a moment. */
export function turnsBy(turns: readonly Turn[], now: RaceTime): Turn[] {
  return turns.filter(({ at }) => at === null || at <= now);
}

/**
 * Who drove from one lap to another, in turn. A driver who took over on the lap on which the car
 * came in drove the next run, and no lap of this one.
 */
export function driversOf(turns: readonly Turn[], first: number, last: number, stopped: boolean): string[] {
  const until = stopped ? last : last + 1;
  const during = turns.filter(({ lap }) => lap > first && lap < until).map(({ driver }) => driver);
  const before = turns.filter(({ lap }) => lap <= first).at(-1);
  return before === undefined ? during : [before.driver, ...during];
}
