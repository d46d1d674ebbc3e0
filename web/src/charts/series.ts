/** What the charts draw: for each car a value at each of its laps. Values in, values out. */

import { driversOf } from "../drivers.ts";
import type { EntryId, RaceTime, Span } from "../wire.ts";
import { median, timeOf, type CarLaps, type Cut, type Shown } from "./book.ts";

/** What is worth knowing of a lap besides its value. */
export type Mark = "pit" | "out" | "caution" | "estimated" | "timed";

export interface Line {
  entry: EntryId;
  number: string;
  driver: string | null;
  /** By lap; index 0 is the start. Null where there is none. */
  values: (number | null)[];
  marks: ReadonlyMap<number, Mark>;
}

export interface Stint {
  /** Laps completed at its start and its end. */
  from: number;
  to: number;
  /** It ended in the pits. */
  stopped: boolean;
  drivers: readonly string[];
}

export interface Period {
  from: RaceTime;
  to: RaceTime | null;
}

function line(car: CarLaps, values: (number | null)[], marks = new Map<number, Mark>()): Line {
  return { entry: car.entry, number: car.number, driver: car.driver, values, marks };
}

/** Where cars were when they had completed each lap. */
export function positions(cut: Cut): Line[] {
  return cut.cars.map(({ car, laps }) =>
    line(car, sliced(car.position, laps), sureness(car, laps, mostlyEstimated(cut))),
  );
}

/** The same among cars of one class: who of them completed the lap first. */
export function classPositions(cut: Cut, rivals: readonly Shown[]): Line[] {
  const mostly = mostlyEstimated(cut);
  const finished = Array.from({ length: cut.last + 1 }, (_, lap) =>
    rivals
      .filter(({ laps }) => lap <= laps)
      .map(({ car }) => (lap === 0 ? car.position[0] : car.at[lap]))
      .filter((at) => at !== null && at !== undefined)
      .sort((a, b) => a - b),
  );
  return rivals.map(({ car, laps }) => {
    const values = sliced(car.position, laps).map((overall, lap) => {
      const at = lap === 0 ? overall : car.at[lap];
      return overall === null || at === null || at === undefined
        ? null
        : (finished[lap] ?? []).indexOf(at) + 1;
    });
    return line(car, values, sureness(car, laps, mostly));
  });
}

/**
 * How long after another car each completed the same lap; less than nothing is ahead of it.
 *
 * Without another car it is the first to have completed that lap. Cars that are laps down are
 * compared on the same lap, so that the seconds keep their meaning.
 */
export function behind(cut: Cut, reference: EntryId | null): Line[] {
  const other = cut.cars.find(({ car }) => car.entry === reference);
  const mostly = mostlyEstimated(cut);
  return cut.cars.map(({ car, laps }) => {
    const values = sliced(car.at, laps).map((at, lap): Span | null => {
      const base = other === undefined ? cut.leader[lap] : lap <= other.laps ? other.car.at[lap] : null;
      return at === null || lap === 0 || base === null || base === undefined ? null : at - base;
    });
    return line(car, values, sureness(car, laps, mostly));
  });
}

/** How long each lap took; or against the middle of the field on that lap, where that is asked. */
export function lapTimes(cut: Cut, cautions: readonly Period[], against: "nothing" | "field"): Line[] {
  const middle = against === "field" ? middles(cut) : [];
  return cut.cars.map(({ car, laps, pits }) => {
    const marks = new Map<number, Mark>();
    const values = Array.from({ length: laps + 1 }, (_, lap): Span | null => {
      const time = lap === 0 ? null : timeOf(car, lap);
      if (time === null) return null;
      const mark = markOf(car, pits, lap, cautions);
      if (mark !== null) marks.set(lap, mark);
      if (against === "nothing") return time;
      const typical = middle[lap];
      return typical === null || typical === undefined ? null : time - typical;
    });
    return line(car, values, marks);
  });
}

/** What the field took for each lap: the middle of those who completed it. */
export function middles(cut: Cut): (Span | null)[] {
  return Array.from({ length: cut.last + 1 }, (_, lap) =>
    median(
      cut.cars
        .filter(({ laps }) => lap > 0 && lap <= laps)
        .map(({ car }) => timeOf(car, lap))
        .filter((time) => time !== null),
    ),
  );
}

function markOf(
  car: CarLaps,
  pits: readonly number[],
  lap: number,
  cautions: readonly Period[],
): Mark | null {
  if (pits.includes(lap)) return "pit";
  if (pits.includes(lap - 1)) return "out";
  const began = car.at[lap - 1];
  const ended = car.at[lap];
  if (began === undefined || ended === undefined) return null;
  return cautions.some(({ from, to }) => from < ended && (to === null || to > began)) ? "caution" : null;
}

/** Runs of a car between its stops. */
export function stints({ laps, pits, turns }: Shown): Stint[] {
  const ends = [...new Set([...pits, laps])].filter((lap) => lap > 0 && lap <= laps);
  return ends.map((to, place) => {
    const from = ends[place - 1] ?? 0;
    const stopped = pits.includes(to);
    return { from, to, stopped, drivers: driversOf(turns, from + 1, to, stopped) };
  });
}

/** Whether more than one drove: only then is it worth a word who. */
export function shared(runs: readonly Stint[]): boolean {
  return new Set(runs.flatMap(({ drivers }) => drivers)).size > 1;
}

/** Where most laps were worked out, the timed ones are worth a mark; else those that were not. */
export function mostlyEstimated(cut: Cut): boolean {
  let worked = 0;
  let all = 0;
  for (const { car, laps } of cut.cars) {
    all += laps;
    for (const lap of car.estimated) if (lap <= laps) worked += 1;
  }
  return worked * 2 > all;
}

function sureness(car: CarLaps, laps: number, mostly: boolean): Map<number, Mark> {
  const marks = new Map<number, Mark>();
  for (let lap = 1; lap <= laps; lap += 1) {
    if (car.estimated.has(lap) !== mostly) marks.set(lap, mostly ? "timed" : "estimated");
  }
  return marks;
}

function sliced<T>(values: readonly (T | null)[], laps: number): (T | null)[] {
  return Array.from({ length: laps + 1 }, (_, lap) => values[lap] ?? null);
}
