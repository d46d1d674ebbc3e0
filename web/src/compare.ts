/** Everybody's distance to one car, and where that car would come out if it stopped. */

import type { EntryId, PitLossShown, Row, Span } from "./wire.ts";

export interface Placed {
  readonly entry: EntryId;
  readonly row: Row;
}

/** Behind the car one compares with; ahead of it where negative. In time on its lap, else in laps. */
export interface To {
  time: Span | null;
  laps: number;
}

/** How far away it is cannot be said of a car that stands still either. */
function out(row: Row): boolean {
  return ["stopped", "retired", "dnf", "dsq", "dns", "grid"].includes(row.status);
}

/** Behind the leader in time, as far as that is known now. */
function behindLeader(row: Row): Span | null {
  if (row.laps_down > 0) return null;
  if (row.position === 1) return 0;
  // It led at its last crossing and does not now.
  return row.gap_to_leader === 0 && row.interval === null ? null : row.gap_to_leader;
}

/** Every car's distance to one of them; cars are in running order. */
export function against(cars: readonly Placed[], reference: EntryId): Map<EntryId, To> {
  const found = new Map<EntryId, To>();
  const here = cars.findIndex((car) => car.entry === reference);
  const own = cars[here]?.row;
  if (own === undefined || out(own)) return found;
  cars.forEach(({ entry, row }, place) => {
    if (place === here || out(row)) return;
    const laps = row.laps_down - own.laps_down;
    found.set(entry, { laps, time: laps === 0 ? between(cars, here, place) : null });
  });
  return found;
}

/** The time between two cars on the same lap: both behind the leader, or car by car. */
function between(cars: readonly Placed[], here: number, there: number): Span | null {
  const [own, other] = [cars[here]?.row, cars[there]?.row];
  if (own === undefined || other === undefined) return null;
  const [mine, its] = [behindLeader(own), behindLeader(other)];
  if (mine !== null && its !== null) return its - mine;
  let sum = 0;
  for (let place = Math.min(here, there) + 1; place <= Math.max(here, there); place += 1) {
    const interval = cars[place]?.row.interval ?? null;
    if (interval === null) return null;
    sum += interval;
  }
  return there > here ? sum : -sum;
}

/** Laps that differ by less say nothing. */
const NOTICEABLE = 5_000;

/** Whether a car comes nearer to another, by the last lap of both; null when neither. */
export function closing(to: To | undefined, car: Row, reference: Row): boolean | null {
  if (to?.time == null || car.last_lap === null || reference.last_lap === null) return null;
  const gained = reference.last_lap - car.last_lap;
  if (Math.abs(gained) < NOTICEABLE) return null;
  return to.time >= 0 === gained > 0;
}

export interface Rejoin {
  position: number;
  /** Who would be just ahead, and by how much. */
  ahead: EntryId | null;
  behindIt: Span | null;
}

/**
 * Where a car would come out if it stopped now, had stopping cost it what it cost others.
 *
 * Cars on its lap that are less behind than that would be ahead of it. Null where it is not known
 * how far behind somebody is who may be one of them.
 */
export function rejoin(
  cars: readonly Placed[],
  entry: EntryId,
  loss: PitLossShown | null,
): Rejoin | null {
  const here = cars.findIndex((car) => car.entry === entry);
  const own = cars[here]?.row;
  if (loss === null || own === undefined || out(own) || own.on_pit_road) return null;
  const to = against(cars, entry);
  let position = here + 1;
  let ahead: Placed | null = null;
  for (const car of cars.slice(here + 1)) {
    const distance = to.get(car.entry);
    if (distance === undefined) continue;
    if (distance.laps !== 0) break;
    if (distance.time === null) return null;
    if (distance.time >= loss.time) break;
    position += 1;
    ahead = car;
  }
  const lost = ahead === null ? null : (to.get(ahead.entry)?.time ?? null);
  return {
    position,
    ahead: ahead?.entry ?? null,
    behindIt: lost === null ? null : loss.time - lost,
  };
}
