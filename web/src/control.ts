/** The log of race control: what it holds, and which of it somebody wants to read. */

import type { EntryId, RaceTime } from "./wire.ts";

export const KINDS = [
  "flag",
  "incident",
  "penalty",
  "retirement",
  "review",
  "result",
  "message",
] as const;
export type Kind = (typeof KINDS)[number];

/** From the mildest to the gravest. */
export const SEVERITIES = ["note", "warning", "urgent"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** As `tracker/live/control.py` has it. */
export interface ControlEntry {
  at: RaceTime | null;
  lap: number;
  kind: Kind;
  severity: Severity;
  what: string;
  status: string | null;
  number: number | null;
  entries: EntryId[];
  amount: number | null;
  location: string | null;
  text: string | null;
}

export interface Wanted {
  /** Null for every kind. */
  kind: Kind | null;
  least: Severity;
  /** Entries; null for every car. */
  cars: ReadonlySet<EntryId> | null;
}

export function atLeast(entry: { severity: Severity }, least: Severity): boolean {
  return SEVERITIES.indexOf(entry.severity) >= SEVERITIES.indexOf(least);
}

/** Whether a line is wanted. What names no car is of all of them. */
export function wanted(entry: ControlEntry, of: Wanted): boolean {
  if (of.kind !== null && entry.kind !== of.kind) return false;
  if (!atLeast(entry, of.least)) return false;
  if (of.cars === null || entry.entries.length === 0) return true;
  return entry.entries.some((car) => of.cars?.has(car));
}

/** What had been told at a moment, the latest first. */
export function toldBy(log: readonly ControlEntry[], moment: RaceTime | null): ControlEntry[] {
  if (moment === null) return [];
  return log.filter((entry) => (entry.at ?? Number.NEGATIVE_INFINITY) <= moment).reverse();
}

/** What came between two moments, the earliest first. */
export function between(
  log: readonly ControlEntry[],
  after: RaceTime,
  until: RaceTime,
): ControlEntry[] {
  return log.filter((entry) => entry.at !== null && entry.at > after && entry.at <= until);
}

/** The log of a race; rejects where the server cannot be asked. */
export async function fetchLog(race: string): Promise<ControlEntry[]> {
  const answer = await fetch(`/api/races/${race}/control`);
  if (!answer.ok) throw new Error(`control: ${answer.status}`);
  return ((await answer.json()) as { entries: ControlEntry[] }).entries;
}

/** Car numbers somebody typed, as entries: `4` is 4 and never 44. */
export function carsIn(
  typed: string,
  cars: readonly { entry: EntryId; row: { car: string } }[],
): ReadonlySet<EntryId> | null {
  const numbers = typed
    .split(/[\s,;]+/)
    .map((each) => each.replace(/^#/, ""))
    .filter((each) => each !== "");
  if (numbers.length === 0) return null;
  return new Set(cars.filter((car) => numbers.includes(car.row.car)).map((car) => car.entry));
}
