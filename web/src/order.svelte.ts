/** What a visitor does with the running order: a cursor, a car to compare with, cars looked for. */

import type { EntryId } from "./wire.ts";

export class OrderView {
  /** The row that the keys are on. */
  cursor = $state.raw<EntryId | null>(null);
  /** The car that all others are compared with. */
  reference = $state.raw<EntryId | null>(null);
  /** The car whose laps are looked at. */
  opened = $state.raw<EntryId | null>(null);
  /** Cars looked for by number. */
  marked = $state.raw<ReadonlySet<EntryId>>(new Set());

  /** The rows on the screen. */
  readonly rows = new Map<EntryId, HTMLElement>();

  /** A row was pressed: compare with it; once more, or where there is no room, look at its laps. */
  press(entry: EntryId, narrow: boolean): void {
    this.cursor = entry;
    if (narrow || this.reference === entry) this.opened = entry;
    else this.reference = entry;
  }

  /** Back to the plain order. */
  leave(): void {
    this.cursor = null;
    this.reference = null;
    this.marked = new Set();
  }

  reveal(entry: EntryId, focus: boolean): void {
    const row = this.rows.get(entry);
    row?.scrollIntoView({ block: "nearest" });
    if (focus) row?.querySelector("button")?.focus({ preventScroll: true });
  }
}
