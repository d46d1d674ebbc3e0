/** The list of races: what is wanted of it, and in what order. */

import type { RaceListed } from "./wire.ts";

/** A search finds every word in a name, series, track or date, whatever its capitals and accents. */
export function found(races: readonly RaceListed[], search: string): RaceListed[] {
  const wanted = plain(search).split(/\s+/).filter(Boolean);
  return races.filter((race) => {
    const said = plain([race.name, race.race, race.series, race.track, race.date].join(" "));
    return wanted.every((word) => said.includes(word));
  });
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** What is on now, what is to come, and what has been, the latest first. */
export function sorted(races: readonly RaceListed[]): RaceListed[] {
  const rank = (race: RaceListed): number => (race.live ? 0 : race.phase === "finished" ? 2 : 1);
  return [...races].sort(
    (a, b) => rank(a) - rank(b) || (b.date ?? "").localeCompare(a.date ?? "") || a.race.localeCompare(b.race),
  );
}
