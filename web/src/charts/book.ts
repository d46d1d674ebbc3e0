/**
 * The laps of every car, and as much of them as there was at a moment.
 *
 * All times are race time in whole microseconds, and stay so until they are drawn or written.
 */

import { turnsBy, type Turn } from "../drivers.ts";
import type { EntryId, RaceTime, Span } from "../wire.ts";

/** A visit to the pits. */
export interface Stop {
  /** The lap on which the car came in. */
  lap: number | null;
  at: RaceTime | null;
  time_on_pit_road: Span | null;
}

/** One car, lap by lap: index 1 is its first lap, index 0 the start. */
export interface CarLaps {
  entry: EntryId;
  number: string;
  driver: string | null;
  drivers: readonly Turn[];
  at: readonly RaceTime[];
  position: readonly (number | null)[];
  stops: readonly Stop[];
  /** Laps whose end was worked out, not timed. */
  estimated: ReadonlySet<number>;
}

export type Book = ReadonlyMap<EntryId, CarLaps>;

/** A car, how many laps of it there are to show, on which it stopped, and who drove it. */
export interface Shown {
  car: CarLaps;
  laps: number;
  pits: readonly number[];
  turns: readonly Turn[];
}

/** The laps as they were at a moment: nothing later is in it. */
export interface Cut {
  cars: readonly Shown[];
  /** When the first car completed lap 1, 2, 3 …; index 0 is the start. */
  leader: readonly RaceTime[];
  /** Laps completed by the car that had completed most. */
  last: number;
}

/** Laps that a car had completed at a moment. */
export function lapsBy(car: CarLaps, moment: RaceTime): number {
  let low = 1;
  let high = car.at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((car.at[middle] ?? Number.POSITIVE_INFINITY) <= moment) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Laps on which a car had come into the pits at a moment, rising. */
function pitsBy(car: CarLaps, moment: RaceTime, laps: number): number[] {
  const pits = car.stops
    .filter(({ lap, at }) => lap !== null && lap <= laps && (at === null || at <= moment))
    .map(({ lap }) => lap ?? 0);
  return [...new Set(pits)].sort((a, b) => a - b);
}

/** The laps up to a moment; the same object as before where nobody has completed one since. */
export function cut(book: Book, moment: RaceTime, before: { cut: Cut; of: Book } | null = null): Cut {
  const counted = [...book.values()].map((car) => ({ car, laps: lapsBy(car, moment) }));
  if (before?.of === book && before.cut.cars.every(({ laps }, place) => laps === counted[place]?.laps)) {
    return before.cut;
  }
  const cars = counted.map(({ car, laps }) => ({ car, laps, pits: pitsBy(car, moment, laps), turns: turnsBy(car.drivers, moment) }));
  const last = Math.max(0, ...cars.map((shown) => shown.laps));
  const leader: RaceTime[] = [0];
  for (let lap = 1; lap <= last; lap += 1) {
    let first = Number.POSITIVE_INFINITY;
    for (const { car, laps } of cars) if (lap <= laps) first = Math.min(first, car.at[lap] ?? first);
    leader.push(first);
  }
  return { cars, leader, last };
}

/** How far the race had come at a moment, in laps of the leader and parts of one. */
export function placeOf(leader: readonly RaceTime[], moment: RaceTime): number {
  let low = 0;
  let high = leader.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((leader[middle] ?? 0) <= moment) low = middle + 1;
    else high = middle;
  }
  const lap = low - 1;
  if (lap < 0) return 0;
  const began = leader[lap] ?? 0;
  const before = leader[lap - 1];
  // Of a lap that goes on, it is known only how long the one before took.
  const takes = (leader[lap + 1] ?? Number.NaN) - began || began - (before ?? Number.NaN);
  if (!(takes > 0)) return lap;
  return lap + Math.min(0.999, (moment - began) / takes);
}

/** How long a car took for a lap; null where it did not complete it. */
export function timeOf(car: CarLaps, lap: number): Span | null {
  const began = car.at[lap - 1];
  const ended = car.at[lap];
  return began === undefined || ended === undefined ? null : ended - began;
}

/** The middle one; of two in the middle, halfway between them. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : Math.round((upper + (sorted[middle - 1] ?? upper)) / 2);
}
