/**
 * What the page draws: one reactive object for each car, in running order.
 *
 * Only fields that changed are set, so a car that crosses the line redraws three cells, not a row,
 * and a row that only moved redraws nothing.
 */

import { untrack } from "svelte";

import type { Picture } from "./picture.ts";
import type { EntryId, IncidentShown, ResultsShown, Row, State, VerdictsShown } from "./wire.ts";

/** A car's line on the board. */
export class Car {
  readonly entry: EntryId;
  readonly row: Row;

  constructor(entry: EntryId, row: Row) {
    this.entry = entry;
    const shown = $state({ ...row });
    this.row = shown;
  }
}

/** Sets the fields in which `now` differs from `before`, and touches no other. */
export function setChanged<T extends object>(shown: T, before: T, now: T): void {
  for (const key of Object.keys(now) as (keyof T)[]) {
    if (now[key] !== before[key]) shown[key] = now[key];
  }
}

export class Board {
  /** Null until there is a picture. */
  state = $state.raw<State | null>(null);
  /** In running order; the same array as long as nobody moves. */
  cars = $state.raw<readonly Car[]>([]);
  /** The latest first. */
  incidents = $state.raw<readonly IncidentShown[]>([]);
  results = $state.raw<ResultsShown | null>(null);
  verdicts = $state.raw<VerdictsShown | null>(null);

  #drawn: Picture | null = null;
  #known = new Map<EntryId, Car>();

  car(entry: EntryId): Car | undefined {
    return this.#known.get(entry);
  }

  /** Draws a picture; called once a frame, however many messages made it. */
  draw(picture: Picture): void {
    untrack(() => {
      const before = this.#drawn;
      if (picture === before) return;
      this.#drawn = picture;
      this.#drawState(picture.state, before?.state);
      this.#drawRows(picture.rows, before?.rows);
      if (picture.incidents !== before?.incidents) {
        this.incidents = [...picture.incidents.values()].sort(
          (a, b) => b.at - a.at || b.number - a.number,
        );
      }
      this.results = picture.results;
      this.verdicts = picture.verdicts;
    });
  }

  #drawState(now: State, before: State | undefined): void {
    if (this.state === null || before === undefined) {
      const shown = $state({ ...now });
      this.state = shown;
    } else {
      setChanged(this.state, before, now);
    }
  }

  #drawRows(now: Picture["rows"], before: Picture["rows"] | undefined): void {
    let newcomers = now.size !== this.#known.size;
    for (const [entry, row] of now) {
      const car = this.#known.get(entry);
      const last = before?.get(entry);
      if (car === undefined || last === undefined) {
        this.#known.set(entry, new Car(entry, row));
        newcomers = true;
      } else if (row !== last) {
        setChanged(car.row, last, row);
      }
    }
    if (newcomers) {
      for (const entry of this.#known.keys()) if (!now.has(entry)) this.#known.delete(entry);
    }
    const order = [...this.#known.values()].sort(
      (a, b) =>
        (now.get(a.entry)?.position ?? 0) - (now.get(b.entry)?.position ?? 0) ||
        a.entry.localeCompare(b.entry),
    );
    const moved =
      order.length !== this.cars.length || order.some((car, place) => car !== this.cars[place]);
    if (moved) this.cars = order;
  }
}
