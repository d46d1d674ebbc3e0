import { behindAxis, lapsNamed, placeAxis, reachOf, ticksOf, timeAxis } from "../../web/src/charts/axis.ts";
import { bandsOf, lastRestart } from "../../web/src/charts/bands.ts";
import { cut, lapsBy, median, placeOf, type Book, type CarLaps } from "../../web/src/charts/book.ts";
import { csv, fileName, seconds } from "../../web/src/charts/export.ts";
import { added, askAfter, type LapChart } from "../../web/src/charts/laps.svelte.ts";
import { COLORS, lightness } from "../../web/src/charts/look.ts";
import { spread } from "../../web/src/charts/paint.ts";
import { laidOut } from "../../web/src/charts/png.ts";
import { behind, classPositions, lapTimes, positions, shared, stints, type Line } from "../../web/src/charts/series.ts";
import type { Turn } from "../../web/src/drivers.ts";
import type { Timeline } from "../../web/src/timeline.ts";

const S = 1_000_000;

/** A car that takes so many seconds for each of its laps. */
function car(entry: string, times: number[], more: Partial<CarLaps> = {}): CarLaps {
  const at = [0];
  for (const time of times) at.push((at.at(-1) ?? 0) + time * S);
  return {
    entry,
    number: entry,
    driver: null,
    drivers: [],
    at,
    position: at.map(() => null),
    stops: [],
    estimated: new Set(),
    ...more,
  };
}

function book(...cars: CarLaps[]): Book {
  return new Map(cars.map((each) => [each.entry, each]));
}

const of = (lines: readonly Line[], entry: string): Line => lines.find((line) => line.entry === entry)!;
const END = Number.POSITIVE_INFINITY;

describe("what there was at a moment", () => {
  const race = book(car("5", [30, 30, 30]), car("17", [31, 31, 31]));

  it("holds nothing later than it, to the microsecond", () => {
    const then = cut(race, 62 * S - 1);
    expect(then.cars.map(({ laps }) => laps)).toEqual([2, 1]);
    expect(of(behind(then, null), "17").values).toEqual([null, 1 * S]);
    expect(cut(race, 62 * S).cars.map(({ laps }) => laps)).toEqual([2, 2]);
  });

  it("never has more laps earlier than later, whatever the moment", () => {
    for (const each of race.values()) {
      let before = 0;
      for (let moment = -S; moment < 100 * S; moment += 777_777) {
        const laps = lapsBy(each, moment);
        expect(laps).toBeGreaterThanOrEqual(before);
        expect(each.at[laps]).toBeLessThanOrEqual(Math.max(0, moment));
        before = laps;
      }
    }
  });

  it("is the same object while nobody completes a lap, so that nothing is drawn again", () => {
    const then = cut(race, 61 * S);
    expect(cut(race, 61 * S + 1, { cut: then, of: race })).toBe(then);
    expect(cut(race, 62 * S, { cut: then, of: race })).not.toBe(then);
    expect(cut(new Map(race), 61 * S + 1, { cut: then, of: race })).not.toBe(then);
  });

  it("does not know of a stop that is still to come", () => {
    const stops = [{ lap: 1, at: 29 * S, time_on_pit_road: null }, { lap: 3, at: 85 * S, time_on_pit_road: null }];
    const stopped = book(car("5", [30, 30, 30], { stops }));
    expect(cut(stopped, 61 * S).cars[0]?.pits).toEqual([1]);
    expect(cut(stopped, END).cars[0]?.pits).toEqual([1, 3]);
  });

  it("lies between two laps of the leader", () => {
    const { leader } = cut(race, END);
    expect(placeOf(leader, 30 * S)).toBe(1);
    expect(placeOf(leader, 45 * S)).toBe(1.5);
    expect(placeOf(leader, -5 * S)).toBe(0);
    expect(placeOf(leader, 99 * S)).toBeCloseTo(3.3);
  });
});

describe("the gap", () => {
  it("to the leader is to the first to complete that lap, whoever it was", () => {
    const lines = behind(cut(book(car("5", [30, 33]), car("17", [31, 31])), END), null);
    expect(of(lines, "5").values).toEqual([null, 0, 1 * S]);
    expect(of(lines, "17").values).toEqual([null, 1 * S, 0]);
  });

  it("to a car keeps its meaning laps down, and is less than nothing ahead of it", () => {
    const race = cut(book(car("5", [30, 30, 30, 30]), car("22", [40, 45])), END);
    const lines = behind(race, "22");
    expect(of(lines, "5").values).toEqual([null, -10 * S, -25 * S, null, null]);
    expect(of(lines, "22").values).toEqual([null, 0, 0]);
  });

  it("is the same both ways round", () => {
    const race = cut(book(car("5", [30, 31.5, 29]), car("17", [31, 29, 30.25])), END);
    const there = of(behind(race, "5"), "17").values;
    const back = of(behind(race, "17"), "5").values;
    expect(there.slice(1)).toEqual(back.slice(1).map((value) => -(value ?? Number.NaN)));
  });
});

describe("lap times", () => {
  const field = book(
    car("5", [30, 30, 60, 30], { stops: [{ lap: 2, at: 58 * S, time_on_pit_road: null }] }),
    car("17", [31, 31, 61, 31]),
    car("9", [32, 32, 62, 32]),
  );

  it("mark stops, the lap after one, and cautions", () => {
    const lines = lapTimes(cut(field, END), [{ from: 95 * S, to: 100 * S }], "nothing");
    expect([...of(lines, "5").marks]).toEqual([[2, "pit"], [3, "out"]]);
    expect([...of(lines, "17").marks]).toEqual([[3, "caution"]]);
  });

  it("against the field cancel a caution", () => {
    const lines = lapTimes(cut(field, END), [], "field");
    expect(of(lines, "5").values).toEqual([null, -1 * S, -1 * S, -1 * S, -1 * S]);
    expect(of(lines, "17").values.slice(1)).toEqual([0, 0, 0, 0]);
  });

  it("have a middle that is one of them, or between two", () => {
    expect(median([])).toBeNull();
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(3); // 2.5 microseconds, rounded
  });
});

describe("places", () => {
  it("within a class are those of who completed the lap first there", () => {
    const race = cut(
      book(
        car("7", [30, 30], { position: [1, 1, 1] }),
        car("911", [35, 34], { position: [3, 3, 2] }),
        car("4", [34, 36], { position: [2, 2, 3] }),
      ),
      END,
    );
    const rivals = race.cars.filter(({ car: each }) => each.entry !== "7");
    const lines = classPositions(race, rivals);
    expect(of(lines, "911").values).toEqual([2, 2, 1]);
    expect(of(lines, "4").values).toEqual([1, 1, 2]);
  });

  it("are marked where they were worked out; where most were, those that were timed", () => {
    const one = positions(cut(book(car("5", [30, 30, 30], { estimated: new Set([2]) })), END));
    expect([...of(one, "5").marks]).toEqual([[2, "estimated"]]);
    const most = positions(cut(book(car("5", [30, 30, 30], { estimated: new Set([1, 2]) })), END));
    expect([...of(most, "5").marks]).toEqual([[3, "timed"]]);
  });
});

describe("stints", () => {
  it("go from stop to stop and fill the race without a hole", () => {
    const runs = stints({ car: car("5", []), laps: 90, pits: [30, 62], turns: [] });
    expect(runs).toEqual([
      { from: 0, to: 30, stopped: true, drivers: [] },
      { from: 30, to: 62, stopped: true, drivers: [] },
      { from: 62, to: 90, stopped: false, drivers: [] },
    ]);
  });

  it("end with a car that came in and went no further", () => {
    const [only, ...more] = stints({ car: car("5", []), laps: 30, pits: [30], turns: [] });
    expect(only).toMatchObject({ from: 0, to: 30, stopped: true });
    expect(more).toEqual([]);
    expect(stints({ car: car("5", []), laps: 0, pits: [], turns: [] })).toEqual([]);
  });

  const turns: Turn[] = [
    { driver: "Ann Ash", at: null, lap: 1 },
    { driver: "Bo Birk", at: 3_000 * S, lap: 31 },
    { driver: "Cy Cole", at: 6_300 * S, lap: 62 },
  ];

  it("name who drove them, whether a driver took over before the line or after it", () => {
    const runs = stints({ car: car("5", []), laps: 90, pits: [30, 62], turns });
    expect(runs.map(({ drivers }) => drivers)).toEqual([["Ann Ash"], ["Bo Birk"], ["Cy Cole"]]);
    expect(shared(runs)).toBe(true);
  });

  it("name all who drove one where the stop between them was never told", () => {
    const [run] = stints({ car: car("5", []), laps: 90, pits: [], turns });
    expect(run?.drivers).toEqual(["Ann Ash", "Bo Birk", "Cy Cole"]);
  });

  it("know nothing of who takes over later", () => {
    const times = Array.from({ length: 40 }, () => 100);
    const now = cut(book(car("5", times, { drivers: turns })), 2_999 * S);
    expect(now.cars[0]?.turns.map(({ driver }) => driver)).toEqual(["Ann Ash"]);
    expect(shared(stints(now.cars[0]!))).toBe(false);
  });
});

describe("what the server adds", () => {
  const told = (after: number | null, first: number, at: number[], revision = "a"): LapChart => ({
    race: "r",
    epoch: "e",
    version: 1,
    revision,
    after,
    cars: {
      "5": { car: "5", driver: null, drivers: [], first, completed_at: at, position: at.map(() => 1), pit: [], estimated: [] },
    },
  });
  const held = { book: added(null, told(null, 0, [0, 30, 60]))!, revision: "a" };

  it("is put after what is held, and over it", () => {
    expect(added(held, told(1, 2, [61, 90]))?.get("5")?.at).toEqual([0, 30, 61, 90]);
  });

  it("is asked for whole after a correction, or where a lap would be missing", () => {
    expect(added(held, told(1, 2, [61], "b"))).toBeNull();
    expect(added(held, told(6, 7, [200]))).toBeNull();
    expect(added(null, told(6, 7, [200]))).toBeNull();
    expect(added(held, told(null, 0, [0, 31], "b"))?.get("5")?.at).toEqual([0, 31]);
  });

  it("leaves a car alone that has stopped for good", () => {
    expect(added(held, told(6, 7, []))?.get("5")?.at).toEqual([0, 30, 60]);
  });

  it("is asked for from the lap of the last car that still runs", () => {
    const race = book(car("5", Array(100).fill(30)), car("22", Array(94).fill(31)), car("2", Array(3).fill(30)));
    expect(askAfter(race)).toBe(93);
    expect(askAfter(new Map())).toBeNull();
  });
});

describe("flags behind the charts", () => {
  const timeline = {
    stages: [],
    flags: [
      { flag: "green", from: 0, to: 45 * S, lap: 0, caution: null, reasons: [] },
      { flag: "caution", from: 45 * S, to: 90 * S, lap: 1, caution: 1, reasons: [] },
      { flag: "red", from: 120 * S, to: null, lap: 4, caution: null, reasons: [] },
    ],
  } as unknown as Timeline;
  const leader = [0, 30 * S, 60 * S, 90 * S, 120 * S];

  it("lie where the leader was, and end at the moment that is shown", () => {
    expect(bandsOf(timeline, leader, 60 * S)).toMatchObject([{ look: "yellow", caution: 1, from: 1.5, to: 2 }]);
    expect(bandsOf(timeline, leader, 130 * S)).toHaveLength(2);
    expect(bandsOf(timeline, leader, 44 * S)).toEqual([]);
  });

  it("say where the last run began", () => {
    expect(lastRestart(timeline, leader, 80 * S)).toBe(0);
    expect(lastRestart(timeline, leader, 100 * S)).toBe(3);
  });
});

describe("the paper", () => {
  it("gives the top ten the larger half of a large field, and everybody the same of a small one", () => {
    const large = placeAxis(38);
    expect((large.at(1) - large.at(10)) / (large.at(1) - large.at(38))).toBeCloseTo(0.55);
    const small = placeAxis(8);
    expect(small.at(1) - small.at(2)).toBe(small.at(7) - small.at(8));
    for (let place = 1; place < 60; place += 1) {
      expect(placeAxis(60).at(place)).toBeGreaterThan(placeAxis(60).at(place + 1));
    }
  });

  it("is not flattened by a car that is minutes behind", () => {
    const line = (values: number[]): Line => ({ entry: "", number: "", driver: null, values, marks: new Map() });
    const near = Array.from({ length: 100 }, (_, lap) => lap * 50_000);
    const axis = behindAxis([line([...near, 300 * S])], { first: 0, last: 100 });
    expect(-axis.low).toBeLessThan(10 * S);
    expect(axis.high).toBeGreaterThan(0);
    const stopped: Line = { ...line([0, 30 * S, 31 * S, 30 * S, 31 * S, 90 * S]), marks: new Map([[5, "pit"]]) };
    expect(timeAxis([stopped], { first: 0, last: 5 }).high).toBeLessThan(40 * S);
  });

  it("shows the laps asked for", () => {
    const race = { last: 133, distance: 267, restart: 90 };
    expect(reachOf("far", race)).toEqual({ first: 0, last: 135 });
    expect(reachOf("whole", race)).toEqual({ first: 0, last: 267 });
    expect(reachOf("twenty", race)).toEqual({ first: 113, last: 133 });
    expect(reachOf("run", race)).toEqual({ first: 90, last: 133 });
    // The last lap is never cut off, scheduled or not.
    expect(reachOf("far", { last: 268, distance: 267, restart: 0 }).last).toBe(268);
  });

  it("names round values, and few", () => {
    expect(lapsNamed({ first: 0, last: 267 }, 5)).toEqual([0, 100, 200, 267]);
    for (const [low, high] of [[0, 5 * S], [-3 * S, 40 * S], [29.9 * S, 31.2 * S], [0, 900 * S]] as const) {
      const ticks = ticksOf(low, high);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(7);
      for (const tick of ticks) expect(tick >= low && tick <= high).toBe(true);
    }
  });

  it("keeps numbers at the ends of lines apart, in order and inside", () => {
    const ends = [50, 51, 52, 99, 100].map((y) => ({ y, label: 0 }));
    spread(ends, 0, 100, 13);
    const labels = ends.map((end) => end.label);
    for (let place = 1; place < labels.length; place += 1) {
      expect((labels[place] ?? 0) - (labels[place - 1] ?? 0)).toBeGreaterThanOrEqual(12.999);
    }
    expect(Math.min(...labels)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...labels)).toBeLessThanOrEqual(100);
  });

  it("names the cars of a picture side by side, in as many rows as they need", () => {
    const rows = laidOut(["ab", "cde", "f", "ghij"], (text) => text.length * 10, 60);
    expect(rows).toEqual([
      [{ item: "ab", x: 0 }, { item: "cde", x: 20 }, { item: "f", x: 50 }],
      [{ item: "ghij", x: 0 }],
    ]);
  });

  it("shows every line on it: three to one against the paper, in every palette", () => {
    const contrast = (a: string, b: string): number => {
      const [dark, light] = [lightness(a), lightness(b)].sort((x, y) => x - y);
      return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
    };
    for (const { light, dark } of Object.values(COLORS)) {
      for (const color of light) expect(contrast(color, "#fbfbf9")).toBeGreaterThanOrEqual(3);
      for (const color of dark) expect(contrast(color, "#101317")).toBeGreaterThanOrEqual(3);
    }
  });
});

describe("files", () => {
  it("keep every microsecond of a time", () => {
    expect(seconds(31_231_000)).toBe("31.231");
    expect(seconds(-41)).toBe("-0.000041");
    expect(seconds(0)).toBe("0.000");
    expect(Number(seconds(123_456_789))).toBe(123.456789);
  });

  it("hold no formula of a stranger's", () => {
    const names = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\uff1d1", 'O"Ward, Jr', "Suárez"];
    const text = csv({ head: names, rows: [[-0.041, 2, null]] });
    expect(text).toBe(
      `\ufeff'=1+1,'+1,'-1,'@SUM(A1),'\t=1,' =1,'\uff1d1,"O""Ward, Jr",Suárez\r\n-0.041,2,\r\n`,
    );
  });

  it("have names that any system takes", () => {
    expect(fileName("kansas-2024", "position", 266, "csv")).toBe("kansas-2024-position-lap-266.csv");
    expect(fileName("../Grand Prix é", "time", 3, "png")).toBe("grand-prix-e-time-lap-3.png");
  });
});
