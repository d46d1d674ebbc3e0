/** How the cars that one follows are doing, in one sentence for screen readers. */

import type { Placed } from "./compare.ts";
import { gapOf, outOf } from "./parts/state.ts";
import type { State } from "./wire.ts";
import * as words from "$words/spoken";

/** More than these would not be listened to. */
const MOST = 3;

/** `Lap 132: leader 5; car 17 is 3rd, +1.2 s`; nothing while nobody may be called leader. */
export function summary(
  race: State,
  cars: readonly Placed[],
  follows: (entry: string) => boolean,
): string {
  const leader = cars[0]?.row;
  if (leader === undefined || race.phase !== "racing" || race.lap === 0) return "";
  const told = cars.filter((car) => follows(car.entry)).slice(0, MOST);
  if (told.length === 0) return "";
  return words.spoken.summary(
    race.lap,
    leader.car,
    told.map(({ row }) => {
      const out = outOf(row);
      const gap = out ?? (row.position === 1 ? null : gapOf(row, true).replace(/(\.\d)\d+$/, "$1 s"));
      return words.spoken.one(row.car, words.ordinal(row.position), gap);
    }),
  );
}
