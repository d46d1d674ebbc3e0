/** How far behind cars are once there are results: as officials have it, not as it was at the line. */

import type { Board } from "../board.svelte.ts";
import type { EntryId, ResultsShown, Span, State } from "../wire.ts";
import type { Official, Standing } from "./state.ts";

/** How a car stands in the whole field, on a screen that has no classes. */
export function overall(board: Board, now: State): (entry: EntryId) => Standing {
  const settled = now.result_status !== "under_review";
  const official =
    now.phase === "finished" && settled && board.results !== null
      ? officialOf(board.cars.map((car) => car.entry), board.results)
      : null;
  return (entry) => ({ byClass: false, settled, lead: now.lap, official: official?.get(entry) ?? null });
}

/** The results of cars that stand in this order, each against the first and the one before it. */
export function officialOf(
  cars: readonly EntryId[],
  results: ResultsShown,
): Map<EntryId, Official> {
  const all = new Map(results.classification.map((each) => [each.entry, each]));
  const time = (entry: EntryId | undefined): Span | null => {
    const found = entry === undefined ? undefined : all.get(entry);
    return found?.position === 1 ? 0 : (found?.behind ?? null);
  };
  const since = (entry: EntryId, other: EntryId | undefined): Span | null => {
    const [own, before] = [time(entry), time(other)];
    // A race that ended under caution kept its order, whatever the clock said at the line.
    return other === entry || own === null || before === null || own < before ? null : own - before;
  };
  return new Map(
    cars.map((entry, place) => [
      entry,
      {
        gap: since(entry, cars[0]),
        interval: since(entry, cars[place - 1]),
        laps: (all.get(entry)?.laps_behind ?? 0) - (all.get(cars[0] ?? entry)?.laps_behind ?? 0),
      },
    ]),
  );
}
