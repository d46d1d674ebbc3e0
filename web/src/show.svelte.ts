/**
 * What one part of the page asks the others to show: an incident, cars on a chart, a car's row.
 *
 * Whoever asks says only what; who can show it looks here. A wish is an object of its own each
 * time, so that asking twice for the same is asked twice.
 */

import type { EntryId } from "./wire.ts";

export type Wish =
  /** The card of an incident, by its number. */
  | { what: "incident"; number: number }
  /** The charts, of these cars. */
  | { what: "chart"; cars: readonly EntryId[] }
  /** A car's row in the running order. */
  | { what: "car"; entry: EntryId }
  /** The result, or the verdicts. */
  | { what: "result" | "verdicts" };

class Show {
  /** The latest wish; null when there was none since the race was opened. */
  wish = $state.raw<Wish | null>(null);

  please(wish: Wish): void {
    this.wish = { ...wish };
  }

  forget(): void {
    this.wish = null;
  }
}

export const show = new Show();
