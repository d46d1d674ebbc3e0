/** What two races have to be compared by. */

import { lapTime, margin, raceTime } from "../format.ts";
import type { Row, Snapshot } from "../wire.ts";
import * as words from "$words/later";

export interface Compared {
  name: string;
  values: [string, string];
}

/** Every figure, of one race and of the other. */
export function facts(one: Snapshot, other: Snapshot): Compared[] {
  const left = figures(one);
  const right = figures(other);
  return left.map(([name, value], place) => ({ name, values: [value, right[place]?.[1] ?? words.none] }));
}

function figures(race: Snapshot): [string, string][] {
  const { state, results } = race;
  const rows = Object.values(race.rows);
  const last = results?.revisions.at(-1);
  const decided = last !== undefined && results?.status !== "under_review";
  const winner = decided && last.winner !== null ? race.rows[last.winner] : undefined;
  const best = Math.min(...rows.map((row) => row.best_lap ?? Number.POSITIVE_INFINITY));
  const led = rows.reduce<Row | null>((most, row) => (row.laps_led > (most?.laps_led ?? 0) ? row : most), null);
  const under = state.cautions.reduce(
    (laps, caution) => laps + Math.max(0, (caution.last_lap ?? state.lap) - caution.first_lap + 1),
    0,
  );
  const won = !decided
    ? words.none
    : last.under_caution
      ? words.result.underCaution
      : last.margin === null
        ? words.none
        : `${margin(last.margin)} s`;
  return [
    [words.compare.winner, winner === undefined ? words.none : [winner.car, winner.driver].filter(Boolean).join(" ")],
    [words.compare.margin, won],
    [words.compare.status, state.result_status === "live" ? words.none : words.flag.result(state.result_status)],
    [words.compare.distance, String(state.lap)],
    [words.compare.time, state.race_time === null ? words.none : raceTime(finishTime(race) ?? state.race_time)],
    [words.compare.cautions, String(state.cautions.length)],
    [words.compare.cautionLaps, String(under)],
    [words.compare.leadChanges, String(state.lead_changes)],
    [words.compare.leaders, String(state.leaders)],
    [words.compare.leadLap, `${state.on_lead_lap} / ${state.cars}`],
    [words.compare.bestLap, Number.isFinite(best) ? lapTime(best) : words.none],
    [words.compare.led, led === null ? words.none : words.compare.ledBy([led.car, led.driver].filter(Boolean).join(" "), led.laps_led)],
  ];
}

/** The winner's time; the race's own clock may have run on for hours. */
function finishTime(race: Snapshot): number | null {
  return race.results?.classification[0]?.time ?? null;
}

/** Drivers of both races, in the order of the first; the same name is taken for the same driver. */
export function ranBoth(one: Snapshot, other: Snapshot): { driver: string; rows: [Row, Row] }[] {
  const there = new Map<string, Row>();
  for (const row of Object.values(other.rows)) if (row.driver) there.set(row.driver, row);
  return Object.values(one.rows)
    .sort((a, b) => a.position - b.position)
    .flatMap((row) => {
      const same = row.driver === null ? undefined : there.get(row.driver);
      return row.driver === null || same === undefined
        ? []
        : [{ driver: row.driver, rows: [row, same] as [Row, Row] }];
    });
}
