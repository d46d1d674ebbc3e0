/** The finish, worked out: who was near whom at the line, how it came about, and what is kept back. */

import {
  changedSince,
  columnsOf,
  duel,
  figuresOf,
  ledeOf,
  photoOf,
  rulerOf,
  stepsOf,
} from "../../web/src/finish.ts";
import type { ClassifiedShown, ResultsShown, Row } from "../../web/src/wire.ts";
import { finishWords } from "$words/finish";
import { revision, row, STATE } from "./story.ts";

const LAP = 30_890_000;

function line(entry: string, position: number | null, more: Partial<ClassifiedShown> = {}): ClassifiedShown {
  return {
    position,
    entry,
    drivers: [],
    laps: 268,
    time: null,
    behind: null,
    laps_behind: 0,
    laps_led: 0,
    status: "running",
    ...more,
  };
}

function crossing(car: string, at: number, more: Partial<Row> = {}): Row {
  return { ...row(car, 1), laps_completed: 268, last_lap: LAP, last_crossing: at, ...more };
}

const CARS: Record<string, Row> = {
  "5": crossing("5", 1_000_000, { starting_position: 4, laps_led: 64 }),
  "17": crossing("17", 1_001_000, { last_lap: LAP + 31_000 }),
  "9": crossing("9", 1_060_000),
  "11": crossing("11", 1_609_000),
};
const rows = (entry: string): Row | undefined => CARS[entry];
const ORDER = ["5", "17", "9", "11"].map((entry, place) => line(entry, place + 1));
const first = revision({ status: "under_review", winner: "17", second: "5", laps_led: { "5": 63, "17": 54 }, lead_changes: 27 });
const photo = revision({ rev: 2, status: "official", winner: "5", second: "17", decided_by: "photo", laps_led: { "5": 64, "17": 53 }, lead_changes: 28 });

function results(more: Partial<ResultsShown> = {}): ResultsShown {
  return { status: "official", review: [], timing_error: 3_000, classification: ORDER, revisions: [first, photo], withdrawn: [], ...more };
}

const open = results({
  status: "under_review",
  review: ["17", "5"],
  classification: [line("17", null), line("5", null), line("9", 3), line("11", 4)],
  revisions: [first],
});
const state = { ...STATE, lap: 268 };

describe("the photo at the line", () => {
  it("draws a thousandth of a second at the speed of the last lap: eight centimeters", () => {
    const drawn = photoOf(results(), state, rows);
    expect(drawn?.cars.map((car) => car.entry)).toEqual(["5", "17", "9"]);
    expect(drawn?.speed).toBeCloseTo(78.15, 1);
    expect(drawn?.cars[1]?.cm).toBeCloseTo(7.8, 1);
    expect(drawn?.error.cm).toBeCloseTo(11.7, 1);
    expect(drawn?.closeUp).toBe(2);
  });

  it("takes the timing error from the rulebook", () => {
    expect(photoOf(results({ timing_error: 200 }), state, rows)?.error.time).toBe(100);
  });

  it("is of no finish under caution, of none that was not close, and of no track without a length", () => {
    expect(photoOf(results({ revisions: [{ ...photo, under_caution: true }] }), state, rows)).toBeNull();
    expect(photoOf(results({ classification: [line("5", 1), line("11", 2)] }), state, rows)).toBeNull();
    expect(photoOf(results(), { ...state, track_length_m: null }, rows)).toBeNull();
    expect(photoOf(results({ classification: [] }), state, rows)).toBeNull();
  });

  it("leaves out who is a lap down, however near on the road", () => {
    const lapped = results({ classification: [line("5", 1), line("17", 2, { laps: 267, laps_behind: 1 })] });
    expect(photoOf(lapped, state, rows)).toBeNull();
  });
});

describe("a ruler", () => {
  it("has room for what was asked for, and names the line first", () => {
    for (const width of [200, 420, 640, 1200]) {
      const ruler = rulerOf(width, 60, 20);
      expect(ruler.x(60)).toBeCloseTo(0);
      expect(ruler.x(-20)).toBeCloseTo(width);
      expect(ruler.marks[0]).toBe(0);
      const [one = 0, two = 0] = ruler.marks;
      expect((two - one) * ruler.scale).toBeGreaterThanOrEqual(40);
    }
  });
});

describe("how it came about", () => {
  it("goes from what was scored first over the review to what is official", () => {
    expect(stepsOf(results()).map((step) => step.is)).toEqual(["first", "review", "now"]);
    expect(stepsOf(results())[0]).toMatchObject({ struck: true });
  });

  it("strikes nobody and tells nothing while the review is open", () => {
    const steps = stepsOf(open);
    expect(steps.map((step) => step.is)).toEqual(["first", "review", "waiting"]);
    expect(steps[0]).toMatchObject({ struck: false });
    expect(changedSince(open)).toEqual([]);
    expect(ledeOf(open, state, rows)).toEqual([]);
  });

  it("is one step where nothing was looked at or changed", () => {
    const plain = results({ revisions: [revision({ status: "official" })] });
    expect(stepsOf(plain).map((step) => step.is)).toEqual(["now"]);
    expect(changedSince(plain)).toEqual([]);
  });

  it("tells what the review changed, and that the margin did not", () => {
    expect(changedSince(results()).map((each) => [each.what, each.entry, each.before, each.now, each.changed])).toEqual([
      ["ahead", null, "17", "5", true],
      ["led", "5", 63, 64, true],
      ["led", "17", 54, 53, true],
      ["leadChanges", null, 27, 28, true],
      ["margin", null, first.margin, photo.margin, first.margin !== photo.margin],
    ]);
  });

  it("is told in sentences of facts", () => {
    const names: Record<string, string> = { "5": "Larson", "17": "Buescher" };
    const told = ledeOf(results(), state, rows).map((each) => finishWords.told(each, (entry) => names[entry] ?? entry));
    expect(told).toEqual([
      "Timing first showed Buescher ahead.",
      "The photo at the line gave it to Larson.",
      "With one lap to go Buescher led Larson by 0.030 s.",
    ]);
  });

  it("says of a race under caution why there is no margin", () => {
    const caution = results({ revisions: [revision({ status: "official", winner: "5", under_caution: true })] });
    expect(ledeOf(caution, state, rows).map((each) => each.fact)).toEqual(["caution", "led"]);
  });
});

describe("the last laps", () => {
  const car = (...completed_at: (number | null)[]) => ({ first: 0, completed_at });

  it("are those in which the two were together, and none after the moment that is shown", () => {
    const one = car(0, 5_000_000, 30_000_000, 60_000_000, 90_001_000);
    const two = car(0, 1_000_000, 30_020_000, 60_030_000, 90_000_000);
    expect(duel(one, two, 100_000_000, 10)).toEqual([
      { lap: 2, by: -20_000 },
      { lap: 3, by: -30_000 },
      { lap: 4, by: 1_000 },
    ]);
    expect(duel(one, two, 61_000_000, 10).map((each) => each.lap)).toEqual([2, 3]);
    expect(duel(one, two, 100_000_000, 1).map((each) => each.lap)).toEqual([4]);
    expect(duel(one, car(0, null), 100_000_000, 10)).toEqual([]);
  });
});

it("sets results in columns: every car once, in order, whatever the width", () => {
  for (const columns of [1, 2, 3]) {
    for (const cars of [0, 1, 2, 4, 38]) {
      const lines = Array.from({ length: cars }, (_, place) => line(String(place), place + 1));
      const set = columnsOf(lines, columns);
      expect(set.flat()).toEqual(lines);
      expect(set.length).toBeLessThanOrEqual(columns);
    }
  }
});

describe("the race in figures", () => {
  const field: Record<string, Row> = {
    "7": { ...row("7", 1), car_class: "GTP", starting_position: 2, best_lap: 94_251_000, best_lap_number: 12 },
    "88": { ...row("88", 2), car_class: "LMP2", starting_position: 9, best_lap: 97_381_000 },
    "6": { ...row("6", 3), car_class: "GTP", starting_position: 30, best_lap: 94_188_000, best_lap_number: 141 },
  };
  const told = results({
    classification: [line("7", 1, { laps_led: 49 }), line("88", 2), line("6", null, { laps_led: 21 })],
  });

  it("names who won each class, was fastest, led most and came from furthest back", () => {
    expect(figuresOf(told, (entry) => field[entry], true)).toEqual([
      { figure: "class", entry: "7", car_class: "GTP", position: 1 },
      { figure: "class", entry: "88", car_class: "LMP2", position: 2 },
      { figure: "fastest", entry: "6", time: 94_188_000, lap: 141 },
      { figure: "led", entry: "7", laps: 49, of: 268 },
      // Who is not classified gained nothing.
      { figure: "gained", entry: "88", from: 9, to: 2 },
    ]);
  });

  it("says nothing of a finish that is open, and nothing that is not known", () => {
    expect(figuresOf(open, rows, false)).toEqual([]);
    expect(figuresOf(results({ classification: [line("9", 1)] }), (entry) => row(entry, 1), false)).toEqual([]);
  });
});
