/** The laps of cars, as the lap chart of the server tells them, up to the moment that is shown. */

import { driversOf, turnsBy, type Turn } from "./drivers.ts";
import { upTo } from "./timeline.ts";
import type { EntryId, RaceTime, Span } from "./wire.ts";

export interface StopCharted {
  lap: number | null;
  at: RaceTime | null;
  time_on_pit_road: Span | null;
  caution: number | null;
}

/** As in `tracker/live/lap_chart.py`; lists begin with lap 0. */
export interface CarCharted {
  car: string;
  driver: string | null;
  drivers: Turn[];
  completed_at: RaceTime[];
  position: (number | null)[];
  slow: { flag: string; first: number; last: number }[];
  pit: StopCharted[];
  estimated: [number, number][];
}

export type Charted = Record<EntryId, CarCharted>;

export async function fetchLaps(race: string): Promise<Charted> {
  const answer = await fetch(`/api/races/${race}/lap-chart`);
  if (!answer.ok) throw new Error(`lap-chart: ${answer.status}`);
  const { cars } = (await answer.json()) as { cars: Charted };
  // A car may be called anything, `constructor` included.
  return Object.assign(Object.create(null) as Charted, cars);
}

/** How many laps a car had completed at a moment; -1 before its start. */
export function lapsBy(car: CarCharted, now: RaceTime): number {
  return upTo(car.completed_at, now) - 1;
}

export interface LapTold {
  lap: number;
  time: Span;
  position: number | null;
  flag: string | null;
  stop: StopCharted | null;
  estimated: boolean;
}

/** The laps a car had completed at a moment, the latest first. */
export function lapsOf(car: CarCharted, now: RaceTime): LapTold[] {
  const told: LapTold[] = [];
  for (let lap = lapsBy(car, now); lap >= 1; lap -= 1) {
    told.push({
      lap,
      time: (car.completed_at[lap] ?? 0) - (car.completed_at[lap - 1] ?? 0),
      position: car.position[lap] ?? null,
      flag: car.slow.find(({ first, last }) => first <= lap && lap <= last)?.flag ?? null,
      stop: car.pit.find((stop) => stop.lap === lap && (stop.at ?? 0) <= now) ?? null,
      estimated: car.estimated.some(([first, last]) => first <= lap && lap <= last),
    });
  }
  return told;
}

export interface StintTold {
  first: number;
  last: number;
  /** Who drove; nobody is named where it was one driver all the time. */
  drivers: string[];
}

/** The laps between visits to pit road, the latest first. */
export function stintsOf(car: CarCharted, now: RaceTime): StintTold[] {
  const done = lapsBy(car, now);
  const turns = turnsBy(car.drivers, now);
  const found: StintTold[] = [];
  let first = 1;
  const ends = car.pit.flatMap((stop) => (stop.lap !== null && (stop.at ?? 0) <= now ? [stop.lap] : []));
  for (const end of [...ends.sort((a, b) => a - b), done]) {
    const last = Math.min(end, done);
    const drivers = turns.length > 1 ? driversOf(turns, first, last, ends.includes(last)) : [];
    if (last >= first) found.push({ first, last, drivers });
    first = Math.max(first, last + 1);
  }
  return found.reverse();
}

/** Less than this over the laps looked at is neither. */
const HOLDING = 20_000;

export interface GapTrend {
  /** Time between the two at the line, lap by lap, the oldest first; negative where they ran the other way round. */
  gaps: { lap: number; time: Span }[];
  way: "closing" | "opening" | "holding";
}

/** How the time between two cars went over their last laps; null where they share none. */
export function gapTrend(
  ahead: CarCharted | undefined,
  behind: CarCharted | undefined,
  now: RaceTime,
  laps: number,
): GapTrend | null {
  if (ahead === undefined || behind === undefined) return null;
  const gaps: GapTrend["gaps"] = [];
  const last = Math.min(lapsBy(ahead, now), lapsBy(behind, now));
  for (let lap = Math.max(1, last - laps + 1); lap <= last; lap += 1) {
    gaps.push({ lap, time: (behind.completed_at[lap] ?? 0) - (ahead.completed_at[lap] ?? 0) });
  }
  const [from, to] = [gaps.at(-4) ?? gaps[0], gaps.at(-1)];
  if (from === undefined || to === undefined) return null;
  const change = to.time - from.time;
  return { gaps, way: Math.abs(change) < HOLDING ? "holding" : change < 0 ? "closing" : "opening" };
}
