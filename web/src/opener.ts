/** Opens what proves a verdict: a moment of the race, an incident's card, the charts. */

import type { Place } from "./evidence.ts";
import type { Route } from "./route.ts";
import type { Session } from "./session.svelte.ts";
import { show } from "./show.svelte.ts";
import { momentOf } from "./timeline.ts";
import type { EntryId } from "./wire.ts";

export type Open = (place: Place, entry: EntryId) => void;

interface Charted {
  cars: Record<EntryId, { first: number; completed_at: (number | null)[] }>;
}

/** When a car completed a lap: its own crossing, not the leader's. */
export function crossingOf(chart: Charted, entry: EntryId, lap: number): number | null {
  const car = Object.hasOwn(chart.cars, entry) ? chart.cars[entry] : undefined;
  return car?.completed_at[lap - car.first] ?? null;
}

export async function chartOf(race: string): Promise<Charted> {
  const answer = await fetch(`/api/races/${race}/lap-chart`);
  if (!answer.ok) throw new Error(`lap chart: ${answer.status}`);
  return (await answer.json()) as Charted;
}

/** For the race page, and for a page that has to go there first. */
export function openerOf(session: Session, race: string, go: (to: Route) => void): Open {
  const { clock } = session;
  const toRace = (): void => go({ at: "race", race, view: null });
  const seek = (at: number, entry: EntryId): void => {
    if (clock.now !== null && at < clock.now) clock.seek(at, false);
    toRace();
    show.please({ what: "car", entry });
  };
  const leader = (lap: number): number | null =>
    clock.timeline === null ? null : momentOf(clock.timeline, lap);
  return (place, entry) => {
    switch (place.at) {
      case "lap": {
        const at = leader(place.lap);
        if (at !== null) seek(at, entry);
        break;
      }
      case "crossing":
        void chartOf(race)
          .then((chart) => crossingOf(chart, place.entry, place.lap))
          .catch(() => null) // the leader's lap is near enough where the line is down
          .then((own) => {
            const at = own ?? leader(place.lap);
            if (at !== null) seek(at, place.entry);
          });
        break;
      case "laps":
        toRace();
        show.please({ what: "chart", cars: [entry] });
        break;
      case "incident":
        toRace();
        show.please({ what: "incident", number: place.number });
        break;
      case "result":
        show.please({ what: "result" });
        break;
      case "past":
        break; // its line is shown where it was asked for
    }
  };
}
