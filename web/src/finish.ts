/**
 * The finish, worked out from the crossings: who was near whom at the line, and how it came about.
 *
 * Distances are times at a speed. Nothing here names a winner while the finish is under review.
 */

import type { ClassifiedShown, EntryId, ResultsShown, RevisionShown, Row, Span, State } from "./wire.ts";

/** Further behind than this is no photo finish. */
export const CLOSE = 100_000;
/** More cars than this do not fit beside each other. */
const MOST_CARS = 5;
/** Beyond this the nose of the next car is out of a picture that shows centimeters. */
const CLOSE_UP_CM = 150;

export interface AtTheLine {
  entry: EntryId;
  /** Behind the first car at the line, in microseconds and in centimeters. */
  behind: number;
  cm: number;
}

export interface Photo {
  /** In the order of their crossings, the first at the line first. */
  cars: AtTheLine[];
  /** Meters a second, the average of a lap. */
  speed: number;
  /** The lap that the speed is of. */
  lap: { length: number; time: number };
  /** What timing may be wrong by, to either side. */
  error: { time: number; cm: number };
  /** How many of the cars fit a picture that shows centimeters. */
  closeUp: number;
}

type Rows = (entry: EntryId) => Row | undefined;

/** Whether nobody may be called the winner yet. */
export function isOpen(results: ResultsShown): boolean {
  return results.status === "under_review";
}

/** The cars at the line; null where the finish was not that close, or not timed there. */
export function photoOf(results: ResultsShown, state: State, rows: Rows): Photo | null {
  const latest = results.revisions.at(-1);
  if (latest?.under_caution || state.track_length_m === null) return null;
  const [first] = results.classification;
  if (first === undefined) return null;
  const home = results.classification
    .filter((line) => line.laps === first.laps)
    .map((line) => ({ entry: line.entry, at: rows(line.entry)?.last_crossing ?? null }))
    .filter((car): car is { entry: EntryId; at: number } => car.at !== null);
  const winner = home.find((car) => car.entry === first.entry);
  if (winner === undefined) return null;
  const near = home
    .filter((car) => Math.abs(car.at - winner.at) <= CLOSE)
    .sort((a, b) => a.at - b.at)
    .slice(0, MOST_CARS);
  const lap = rows(winner.entry)?.last_lap ?? null;
  const line = near[0];
  if (near.length < 2 || line === undefined || lap === null || lap <= 0) return null;
  const speed = (state.track_length_m * 1_000_000) / lap;
  const cm = (us: number): number => (us * speed) / 10_000;
  const cars = near.map(({ entry, at }) => {
    const behind = at - line.at;
    return { entry, behind, cm: cm(behind) };
  });
  // Each of two crossings may be wrong by half of what timing tells apart.
  const time = results.timing_error / 2;
  return {
    cars,
    speed,
    lap: { length: state.track_length_m, time: lap },
    error: { time, cm: cm(time) },
    closeUp: cars.filter((car) => car.cm <= CLOSE_UP_CM).length,
  };
}

/** Where things are in a picture of so many pixels, with the line in it. */
export interface Ruler {
  /** Pixels of one unit. */
  scale: number;
  /** Of the line. */
  line: number;
  /** Of a place so far before the line (negative: beyond it). */
  x(before: number): number;
  /** Places to name along the track, in units before the line. */
  marks: number[];
}

/** A picture that is to show so much before and beyond the line. */
export function rulerOf(width: number, before: number, beyond: number): Ruler {
  const scale = width / (before + beyond);
  const line = before * scale;
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((each) => each * scale >= 44) ?? 1000;
  const marks: number[] = [];
  for (let mark = 0; mark <= before; mark += step) marks.push(mark);
  return { scale, line, x: (at) => line - at * scale, marks };
}

/** A step of how the result came about. */
export type Step =
  | { is: "first"; revision: RevisionShown; struck: boolean }
  | { is: "review"; cars: readonly EntryId[]; open: boolean; decidedBy: string | null }
  | { is: "now"; revision: RevisionShown }
  | { is: "waiting" };

/** First scored, what was looked at, and what stands; one step where nothing else happened. */
export function stepsOf(results: ResultsShown): Step[] {
  const { revisions } = results;
  const [first] = revisions;
  const latest = revisions.at(-1);
  if (first === undefined || latest === undefined) return [];
  const open = isOpen(results);
  const reviewed = revisions.some((each) => each.status === "under_review") || open;
  const decided = revisions.find((each) => each.decided_by !== null)?.decided_by ?? null;
  const steps: Step[] = [];
  const alone = latest === first && !reviewed;
  if (!alone) {
    steps.push({ is: "first", revision: first, struck: !open && first.winner !== latest.winner });
  }
  if (reviewed) {
    const pair = [first.winner, first.second].filter((entry): entry is EntryId => entry !== null);
    const cars = results.review.length > 0 ? results.review : pair;
    steps.push({ is: "review", cars: cars.toSorted(), open, decidedBy: decided });
  }
  steps.push(open ? { is: "waiting" } : { is: "now", revision: latest });
  return steps;
}

export interface Changed {
  what: "ahead" | "lapLeader" | "led" | "leadChanges" | "margin";
  entry: EntryId | null;
  before: EntryId | number | null;
  now: EntryId | number | null;
  changed: boolean;
}

/** What the latest result says otherwise than the first; nothing while it is not decided. */
export function changedSince(results: ResultsShown): Changed[] {
  const [first] = results.revisions;
  const latest = results.revisions.at(-1);
  if (first === undefined || latest === undefined || latest === first || isOpen(results)) return [];
  const told: Changed[] = [];
  const tell = (what: Changed["what"], entry: EntryId | null, before: Changed["before"], now: Changed["now"]): void => {
    told.push({ what, entry, before, now, changed: before !== now });
  };
  if (first.winner !== latest.winner) {
    tell("ahead", null, first.winner, latest.winner);
  }
  // Maps, because an entry may be called anything, `constructor` included.
  const ledFirst = new Map(Object.entries(first.laps_led));
  const ledNow = new Map(Object.entries(latest.laps_led));
  for (const entry of new Set([...ledFirst.keys(), ...ledNow.keys()])) {
    const before = ledFirst.get(entry) ?? 0;
    const now = ledNow.get(entry) ?? 0;
    if (before !== now) tell("led", entry, before, now);
  }
  if (first.lead_changes !== latest.lead_changes) {
    tell("leadChanges", null, first.lead_changes, latest.lead_changes);
  }
  if (told.length > 0 || first.margin !== latest.margin) {
    tell("margin", null, first.margin, latest.margin);
  }
  return told;
}

/** What a lede can say, as facts; the words are elsewhere. */
export type Told =
  | { fact: "firstShown"; entry: EntryId }
  | { fact: "decided"; by: string; entry: EntryId }
  | { fact: "caution" }
  | { fact: "behindAtWhite"; entry: EntryId; ahead: EntryId; by: number }
  | { fact: "aheadAtWhite"; entry: EntryId; by: number }
  | { fact: "grid"; entry: EntryId; place: number }
  | { fact: "led"; entry: EntryId; laps: number; of: number };

/** The story of the finish, told from what is known of it; nothing of an open one. */
export function ledeOf(results: ResultsShown, state: State, rows: Rows): Told[] {
  const [first] = results.revisions;
  const latest = results.revisions.at(-1);
  const winner = latest?.winner ?? null;
  if (isOpen(results) || first === undefined || latest === undefined || winner === null) return [];
  const told: Told[] = [];
  const other = first.winner !== null && first.winner !== winner ? first.winner : null;
  if (other !== null) told.push({ fact: "firstShown", entry: other });
  if (latest.decided_by !== null) told.push({ fact: "decided", by: latest.decided_by, entry: winner });
  if (latest.under_caution) told.push({ fact: "caution" });
  else {
    const lap = lastLapOf(winner, latest.second, rows);
    if (lap !== null && latest.second !== null) {
      told.push(
        lap > 0
          ? { fact: "behindAtWhite", entry: winner, ahead: latest.second, by: lap }
          : { fact: "aheadAtWhite", entry: winner, by: -lap },
      );
    }
  }
  const row = rows(winner);
  if (told.length < 2 && row !== undefined) {
    if (row.laps_led > 0) told.push({ fact: "led", entry: winner, laps: row.laps_led, of: state.lap });
    if (told.length < 2 && row.starting_position !== null) {
      told.push({ fact: "grid", entry: winner, place: row.starting_position });
    }
  }
  return told;
}

/** How far the winner was behind the second as the last lap began; negative: ahead. */
function lastLapOf(winner: EntryId, second: EntryId | null, rows: Rows): number | null {
  const [one, two] = [rows(winner), second === null ? undefined : rows(second)];
  if (one?.laps_completed !== two?.laps_completed) return null;
  const began = (row: Row | undefined): number | null =>
    row?.last_crossing == null || row.last_lap === null ? null : row.last_crossing - row.last_lap;
  const [a, b] = [began(one), began(two)];
  return a === null || b === null || a === b ? null : a - b;
}

/** Cars further apart than this are not in each other's race. */
const TOGETHER = 1_000_000;

/**
 * How the gap of one car to another went, lap by lap, for as long as the two were together at the
 * end: positive behind it, negative ahead.
 */
export function duel(
  one: { first: number; completed_at: readonly (number | null)[] },
  two: { first: number; completed_at: readonly (number | null)[] },
  upTo: number,
  laps: number,
): { lap: number; by: number }[] {
  const found: { lap: number; by: number }[] = [];
  const last = Math.min(
    one.first + one.completed_at.length,
    two.first + two.completed_at.length,
  ) - 1;
  for (let lap = last; lap >= Math.max(1, last - laps + 1); lap -= 1) {
    const a = one.completed_at[lap - one.first] ?? null;
    const b = two.completed_at[lap - two.first] ?? null;
    if (a === null || b === null || Math.abs(a - b) > TOGETHER) break;
    if (Math.max(a, b) <= upTo) found.unshift({ lap, by: a - b });
  }
  return found;
}

/** One figure of the race, and whose it is. */
export type Figure =
  | { figure: "class"; entry: EntryId; car_class: string; position: number }
  | { figure: "fastest"; entry: EntryId; time: Span; lap: number | null }
  | { figure: "led"; entry: EntryId; laps: number; of: number }
  | { figure: "gained"; entry: EntryId; from: number; to: number };

/** Figures that a result proves; none of a finish that is still open. */
export function figuresOf(
  results: ResultsShown,
  rowOf: (entry: EntryId) => Row | undefined,
  classes: boolean,
): Figure[] {
  if (isOpen(results)) return [];
  const told: Figure[] = [];
  const seen = new Set<string>();
  let fastest: Extract<Figure, { figure: "fastest" }> | null = null;
  let led: Extract<Figure, { figure: "led" }> | null = null;
  let gained: Extract<Figure, { figure: "gained" }> | null = null;
  const of = results.classification[0]?.laps ?? 0;
  for (const { entry, position, laps_led } of results.classification) {
    const row = rowOf(entry);
    if (row === undefined) continue;
    const { car_class, best_lap, starting_position } = row;
    if (classes && position !== null && car_class !== null && !seen.has(car_class)) {
      seen.add(car_class);
      told.push({ figure: "class", entry, car_class, position });
    }
    if (best_lap !== null && (fastest === null || best_lap < fastest.time)) {
      fastest = { figure: "fastest", entry, time: best_lap, lap: row.best_lap_number };
    }
    if (laps_led > (led?.laps ?? 0)) led = { figure: "led", entry, laps: laps_led, of };
    const places = position === null || starting_position === null ? 0 : starting_position - position;
    if (position !== null && starting_position !== null && places > (gained === null ? 0 : gained.from - gained.to)) {
      gained = { figure: "gained", entry, from: starting_position, to: position };
    }
  }
  return [...told, ...[fastest, led, gained].filter((one) => one !== null)];
}

/** Who drove a car, in the order in which they first did. */
export function crewOf(results: ResultsShown | null, entry: EntryId): string[] {
  return results?.classification.find((line) => line.entry === entry)?.drivers ?? [];
}

/** The classification in columns of about the same length. */
export function columnsOf(lines: readonly ClassifiedShown[], columns: number): ClassifiedShown[][] {
  const size = Math.max(1, Math.ceil(lines.length / columns));
  return Array.from({ length: Math.ceil(lines.length / size) }, (_, place) =>
    lines.slice(place * size, (place + 1) * size),
  );
}
