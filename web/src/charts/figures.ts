/** From laps to what a chart draws, and to the rows behind it. */

import type { EntryId, State } from "../wire.ts";
import { behindAxis, placeAxis, rowAxis, timeAxis, type Reach } from "./axis.ts";
import type { Band, StageLine } from "./bands.ts";
import type { Cut } from "./book.ts";
import { seconds, type Cell, type Sheet } from "./export.ts";
import type { Stroke } from "./look.ts";
import type { Drawn, Figure } from "./plot.ts";
import { shared, stints, type Line } from "./series.ts";
import { charts as words } from "$words/charts";

export const KINDS = ["position", "behind", "time", "stints"] as const;
export type Kind = (typeof KINDS)[number];

/** What every chart has in common. */
export interface Ground {
  reach: Reach;
  bands: readonly Band[];
  stages: readonly StageLine[];
  /** How each picked car is drawn, in the order they were picked. */
  strokes: ReadonlyMap<EntryId, Stroke>;
  out: (entry: EntryId) => boolean;
}

const PLAIN: Stroke = { color: "", width: 1, dash: [] };

function drawn(lines: readonly Line[], { strokes, out }: Ground, faded: boolean): Drawn[] {
  const all = lines.map((line): Drawn => {
    const stroke = strokes.get(line.entry);
    return { line, stroke: stroke ?? PLAIN, picked: stroke !== undefined, out: out(line.entry) };
  });
  const order = [...strokes.keys()];
  const picked = order.flatMap((entry) => all.find(({ line }) => line.entry === entry) ?? []);
  return faded ? [...all.filter((each) => !each.picked), ...picked] : picked;
}

/** A tick of whole or parted seconds, with no more digits than it needs. */
export function tick(us: number, signed: boolean): string {
  const text = signed && us !== 0 ? words.behind.value(us) : words.time.value(us);
  return text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

export function positionFigure(lines: readonly Line[], ground: Ground): Figure {
  return {
    ...ground,
    lines: drawn(lines, ground, true),
    bars: null,
    axis: placeAxis(lines.length),
    named: String,
    stepped: true,
    heavy: 1,
    base: null,
  };
}

export function behindFigure(lines: readonly Line[], ground: Ground): Figure {
  const picked = drawn(lines, ground, false);
  return {
    ...ground,
    lines: picked,
    bars: null,
    axis: behindAxis(picked.map(({ line }) => line), ground.reach),
    named: (us) => tick(us, true),
    stepped: false,
    heavy: null,
    base: 0,
  };
}

export function timeFigure(lines: readonly Line[], ground: Ground, against: "nothing" | "field"): Figure {
  const picked = drawn(lines, ground, false);
  return {
    ...ground,
    lines: picked,
    bars: null,
    axis: timeAxis(picked.map(({ line }) => line), ground.reach),
    named: (us) => tick(us, against === "field"),
    stepped: false,
    heavy: null,
    base: against === "field" ? 0 : null,
  };
}

/** A row for each car, in the order given; those not picked are drawn in ink. */
export function stintFigure(cut: Cut, rows: readonly EntryId[], ground: Ground, ink: Stroke): Figure {
  const shown = rows.flatMap((entry) => cut.cars.find(({ car }) => car.entry === entry) ?? []);
  const runs = shown.map(stints);
  return {
    ...ground,
    lines: shown.map(({ car, laps }, row): Drawn => {
      const values: (number | null)[] = Array.from({ length: laps + 1 }, () => null);
      // What is read out at a lap: how long the run had been going.
      for (const { from, to } of runs[row] ?? []) {
        for (let lap = from + 1; lap <= to; lap += 1) values[lap] = lap - from;
      }
      const line: Line = { entry: car.entry, number: car.number, driver: car.driver, values, marks: new Map() };
      return { line, stroke: ground.strokes.get(car.entry) ?? ink, picked: true, out: ground.out(car.entry) };
    }),
    bars: runs,
    axis: rowAxis(shown.length),
    named: () => "",
    stepped: false,
    heavy: null,
    base: null,
  };
}

/** Whether a car is out of the race, as far as is shown. */
export function isOut(status: string | undefined): boolean {
  return status === "retired" || status === "dnf" || status === "dsq" || status === "dns";
}

export function carName({ number, driver }: { number: string; driver: string | null }): string {
  return `${number} ${words.name(driver)}`.trim();
}

/** By lap, a column for each car. */
export function lapSheet(lines: readonly Line[], kind: Exclude<Kind, "stints">): Sheet {
  const last = Math.max(0, ...lines.map((line) => line.values.length - 1));
  return {
    head: [words.columns.lap, ...lines.map(carName)],
    rows: Array.from({ length: last + 1 }, (_, lap): Cell[] => [
      lap,
      ...lines.map((line): Cell => {
        const value = line.values[lap];
        if (value === null || value === undefined) return null;
        return kind === "position" ? value : Number(seconds(value));
      }),
    ]),
  };
}

/** The same as people read it, with what is worth knowing of a lap. */
export function lapTable(figure: Figure, kind: Exclude<Kind, "stints">): Sheet {
  const lines = figure.lines.filter(({ picked }) => picked).map(({ line }) => line);
  const sheet = lapSheet(lines, kind);
  const value = words[kind].value;
  return {
    head: sheet.head,
    rows: sheet.rows.map((_, lap) => [
      String(lap),
      ...lines.map((line) => {
        const told = line.values[lap];
        if (told === null || told === undefined) return words.none;
        const mark = line.marks.get(lap);
        return mark === undefined || mark === "timed" ? value(told) : `${value(told)} (${words.mark(mark)})`;
      }),
    ]),
  };
}

/** A row for each run of each car. */
export function stintSheet(figure: Figure): Sheet {
  const { columns } = words;
  return {
    head: [columns.car, columns.driver, columns.run, columns.from, columns.to, columns.laps, columns.ended],
    rows: figure.lines.flatMap(({ line }, row) =>
      (figure.bars?.[row] ?? []).map(({ from, to, stopped, drivers }, run): Cell[] => [
        line.number,
        drivers.join(", ") || line.driver,
        run + 1,
        from + 1,
        to,
        to - from,
        stopped ? columns.stop : null,
      ]),
    ),
  };
}

export interface Reading {
  drawn: Drawn;
  text: string;
  spoken: string;
}

/** What the picked cars did at a lap, from the top of the chart downward. */
export function readings(figure: Figure, kind: Kind, lap: number): Reading[] {
  const found = figure.lines.flatMap((each, row): (Reading & { at: number })[] => {
    const value = each.line.values[lap];
    if (!each.picked || value === null || value === undefined) return [];
    const mark = each.line.marks.get(lap);
    const told = mark === undefined || mark === "timed" ? "" : `, ${words.mark(mark)}`;
    if (kind === "stints") {
      const runs = figure.bars?.[row] ?? [];
      const run = runs.findIndex(({ from, to }) => lap > from && lap <= to);
      const drivers = shared(runs) ? (runs[run]?.drivers ?? []) : [];
      const { value: text, spoken, by } = words.stints;
      return [
        { drawn: each, text: text(value) + by(drivers.map(words.name)), spoken: spoken(run + 1, value) + by(drivers), at: row },
      ];
    }
    return [
      { drawn: each, text: words[kind].value(value), spoken: `${words[kind].spoken(value)}${told}`, at: -figure.axis.at(value) },
    ];
  });
  return found.sort((a, b) => a.at - b.at);
}

/** The distance of a race, as far as it is known at the moment that is shown. */
export function distanceOf(race: State | null): number | null {
  return race === null ? null : (race.finish_lap ?? race.scheduled_laps);
}
