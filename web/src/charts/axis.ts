/** Where values lie on the paper, and which of them are named at its edge. */

import type { Line } from "./series.ts";

export interface Axis {
  /** Paper units, rising upward. */
  at(value: number): number;
  low: number;
  high: number;
  ticks: { at: number; value: number }[];
}

/** Laps that a chart shows, and those that its edge names. */
export interface Reach {
  first: number;
  last: number;
}

export const REACHES = ["far", "whole", "fifty", "twenty", "run"] as const;
export type ReachName = (typeof REACHES)[number];

const SHORTEST = 10;

/**
 * The laps to show.
 *
 * So far, with a little room to grow, so that the scale does not jump at every lap; the whole
 * distance; or the last of them.
 */
export function reachOf(
  name: ReachName,
  race: { last: number; distance: number | null; restart: number },
): Reach {
  const { last, distance, restart } = race;
  const far = Math.max(last, SHORTEST);
  switch (name) {
    case "far": {
      const step = far > 150 ? 10 : 5;
      const rounded = Math.ceil(far / step) * step;
      return { first: 0, last: distance === null ? rounded : Math.max(far, Math.min(rounded, distance)) };
    }
    case "whole":
      return { first: 0, last: Math.max(far, distance ?? 0) };
    case "fifty":
      return { first: Math.max(0, far - 50), last: far };
    case "twenty":
      return { first: Math.max(0, far - 20), last: far };
    case "run":
      return { first: Math.min(restart, Math.max(0, last - 4)), last: Math.max(last, restart + 4) };
  }
}

/** Laps to name along the edge: round ones, and both ends where there is room. */
export function lapsNamed({ first, last }: Reach, most: number): number[] {
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500].find((each) => (last - first) / each <= most) ?? 1000;
  const named: number[] = [];
  for (let lap = Math.ceil(first / step) * step; lap <= last; lap += step) named.push(lap);
  if (last - (named.at(-1) ?? first) >= step * 0.6) named.push(last);
  return named;
}

const TOP = 10;
/** Of the paper, what the top ten have. */
const TOP_SHARE = 0.55;

/** Places: the first on top, and the top ten with the larger half where the field is larger. */
export function placeAxis(cars: number): Axis {
  const last = Math.max(2, cars);
  const rest = last - TOP;
  const share = rest <= 0 ? 1 : Math.min(1, ((TOP - 1) * (1 - TOP_SHARE)) / TOP_SHARE / rest);
  const at = (place: number): number => -(place <= TOP ? place : TOP + (place - TOP) * share);
  const named = [1, 5, 10, 15, 20, 30, 40, 60].filter((place) => place < last - (last > 12 ? 4 : 1));
  // What is squeezed has room for every second name only.
  const ticks = [...named.filter((place) => share > 0.6 || place !== 15), last];
  return { at, low: at(last) - 0.4, high: -0.4, ticks: ticks.map((place) => ({ at: at(place), value: place })) };
}

/** Time behind, downward: zero is always on it, and a few far-off values do not flatten the rest. */
export function behindAxis(lines: readonly Line[], reach: Reach): Axis {
  const values = within(lines, reach);
  const least = Math.min(quantile(values, 0.04), 0);
  const most = Math.max(quantile(values, 0.94), 0);
  const room = Math.max((most - least) * 0.08, 250_000);
  const low = -(most + room);
  const high = -(least - (least < 0 ? room : room / 2));
  return { at: (value) => -value, low, high, ticks: ticksOf(-high, -low).map((value) => ({ at: -value, value })) };
}

/** Lap times: those of racing laps fill the paper, and stops lie beyond its edge. */
export function timeAxis(lines: readonly Line[], reach: Reach): Axis {
  const racing = within(lines, reach, true);
  const values = racing.length > 3 ? racing : within(lines, reach);
  if (values.length === 0) return { at: (value) => value, low: 0, high: 1, ticks: [] };
  const least = quantile(values, 0.005);
  const most = quantile(values, 0.97);
  const room = Math.max((most - least) * 0.12, 150_000);
  const low = least - room;
  const high = most + room * 2;
  return { at: (value) => value, low, high, ticks: ticksOf(low, high).map((value) => ({ at: value, value })) };
}

/** A row for each car, the first on top. */
export function rowAxis(rows: number): Axis {
  return { at: (row) => -row, low: -Math.max(1, rows) + 0.5, high: 0.5, ticks: [] };
}

function within(lines: readonly Line[], { first, last }: Reach, racing = false): number[] {
  const values: number[] = [];
  for (const { values: all, marks } of lines) {
    for (let lap = Math.max(1, first); lap <= Math.min(last, all.length - 1); lap += 1) {
      const value = all[lap];
      if (value === null || value === undefined || (racing && marks.has(lap))) continue;
      values.push(value);
    }
  }
  return values;
}

function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * part)] ?? 0;
}

const STEPS = [
  1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000,
  10_000_000, 20_000_000, 30_000_000, 60_000_000, 120_000_000, 300_000_000, 600_000_000, 1_200_000_000,
  3_600_000_000,
];

/** Round values between two, in microseconds; five or so. */
export function ticksOf(low: number, high: number): number[] {
  const step = STEPS.find((each) => (high - low) / each <= 5.5) ?? 7_200_000_000;
  const ticks: number[] = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) ticks.push(value === 0 ? 0 : value);
  return ticks;
}
