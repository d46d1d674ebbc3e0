/** The running order as a visitor sets it up: columns that fit, a car to compare with, its laps. */

import { ALWAYS, COLUMNS, columnsFor, DEFAULTS, known, WIDTHS, type Column } from "../../web/src/columns.ts";
import { against, closing, rejoin, type Placed } from "../../web/src/compare.ts";
import { fetchLaps, gapTrend, lapsOf, stintsOf, type CarCharted } from "../../web/src/laps.ts";
import {
  aheadOf,
  behindOf,
  classGapOf,
  classIntervalOf,
  penaltyOf,
  stateOf,
  toOf,
  type Around,
} from "../../web/src/parts/state.ts";
import { officialOf } from "../../web/src/parts/official.ts";
import { OrderView } from "../../web/src/order.svelte.ts";
import { summary } from "../../web/src/spoken.ts";
import type { PenaltyShown, ResultsShown, Row } from "../../web/src/wire.ts";
import * as words from "$words/later";
import { row, STATE } from "./story.ts";

const wide = (width: number, comparing = false) =>
  ({ width, comparing, behind: "interval" }) as const;

describe("columns", () => {
  it("are those of the page until somebody chooses, and unknown ones are forgotten", () => {
    expect(new Set(known(null))).toEqual(new Set(DEFAULTS));
    expect(known(["team", "nonsense", "last"])).toEqual(["position", "car", "driver", "team", "last"]);
  });

  it("all stand where there is room, in the order of the board", () => {
    const shown = columnsFor(DEFAULTS, wide(3000));
    expect(shown).toEqual(COLUMNS.filter((column) => DEFAULTS.includes(column)));
  });

  it.each([320, 740, 900, 1024, 1051, 1280, 1680])("never need more room than %d pixels", (width) => {
    for (const chosen of [DEFAULTS, COLUMNS]) {
      const shown = columnsFor(chosen, wide(width, true));
      const optional = shown.filter((column) => !ALWAYS.includes(column));
      const total = shown.reduce((sum, column) => sum + WIDTHS[column], 0);
      expect(optional.length === 0 || total <= width).toBe(true);
      expect(shown).toEqual(expect.arrayContaining([...ALWAYS]));
    }
  });

  it("give way as the window narrows, and none comes back", () => {
    let before: readonly Column[] = columnsFor(DEFAULTS, wide(2000));
    for (let width = 1990; width > 300; width -= 10) {
      const shown = columnsFor(DEFAULTS, wide(width));
      expect(before).toEqual(expect.arrayContaining(shown));
      before = shown;
    }
    expect(before).toEqual(["position", "car", "driver"]);
  });

  it("make room for what a visitor added before what the page has", () => {
    const shown = columnsFor(known([...DEFAULTS, "team"]), wide(1100));
    expect(shown).toContain("team");
    expect(shown).not.toContain("led");
  });

  it("have the comparison while there is one", () => {
    expect(columnsFor(DEFAULTS, wide(1051))).not.toContain("to");
    expect(columnsFor(DEFAULTS, wide(1051, true))).toContain("to");
    const phone = columnsFor(DEFAULTS, { width: null, comparing: true, behind: "interval" });
    expect(phone).toContain("to");
    expect(phone).not.toContain("best-lap");
  });

  it("tell the gap before the interval where that is liked better", () => {
    const shown = columnsFor(DEFAULTS, { width: 1500, comparing: false, behind: "gap" });
    expect(shown.indexOf("gap")).toBe(shown.indexOf("interval") - 1);
  });
});

function car(entry: string, position: number, more: Partial<Row> = {}): Placed {
  return { entry, row: { ...row(entry, position), ...more } };
}

const field = [
  car("11", 1, { last_lap: 31_000_000 }),
  car("17", 2, { gap_to_leader: 400_000, interval: 400_000, last_lap: 31_100_000 }),
  car("5", 3, { gap_to_leader: 1_000_000, interval: 600_000, last_lap: 31_000_000 }),
  car("54", 4, { laps_down: 1, interval_laps: 1 }),
  car("33", 5, { laps_down: 1, interval: 2_000_000 }),
  car("2", 6, { laps_down: 80, status: "retired" }),
];

describe("the comparison with a car", () => {
  it("tells who is how far behind it, and ahead of it", () => {
    const to = against(field, "17");
    expect(to.get("11")).toEqual({ time: -400_000, laps: 0 });
    expect(to.get("5")).toEqual({ time: 600_000, laps: 0 });
    expect(to.get("54")).toEqual({ time: null, laps: 1 });
    expect(to.has("17") || to.has("2")).toBe(false);
    expect(toOf(to.get("11")!, false)).toBe("\u22120.400");
    expect(toOf(to.get("5")!, true)).toBe("~0.600");
    expect(toOf(to.get("54")!, false)).toBe("1 lap");
  });

  it("works between cars that are lapped, and from them to those that are not", () => {
    const to = against(field, "54");
    expect(to.get("33")).toEqual({ time: 2_000_000, laps: 0 });
    expect(to.get("11")).toEqual({ time: null, laps: -1 });
    expect(toOf(to.get("11")!, false)).toBe("\u22121 lap");
  });

  it("is the same both ways round, but for the sign", () => {
    for (const one of field) {
      for (const other of field) {
        const there = against(field, one.entry).get(other.entry);
        const back = against(field, other.entry).get(one.entry);
        if (there === undefined) continue;
        expect(back?.time ?? null).toBe(there.time === null ? null : -there.time);
        expect(back!.laps + there.laps).toBe(0);
      }
    }
  });

  it("is not with a car that is out, nor with one that stands still", () => {
    const stopped = [...field.slice(0, 3), car("18", 4, { status: "stopped", gap_to_leader: 9_000_000 })];
    expect(against(stopped, "17").has("18")).toBe(false);
    expect(against(field, "2").size).toBe(0);
    expect(against(field, "nobody").size).toBe(0);
  });

  it("says who comes nearer, from ahead and from behind", () => {
    const [leader, reference, chaser] = field.map((each) => each.row);
    const to = against(field, "17");
    expect(closing(to.get("5"), chaser!, reference!)).toBe(true);
    expect(closing(to.get("11"), leader!, reference!)).toBe(false);
    expect(closing(to.get("54"), field[3]!.row, reference!)).toBeNull();
  });
});

describe("where a car would come out after a stop", () => {
  const loss = { time: 700_000, stops: 12 };

  it("is behind all on its lap who are less behind than a stop costs", () => {
    expect(rejoin(field, "17", loss)).toEqual({ position: 3, ahead: "5", behindIt: 100_000 });
    expect(rejoin(field, "11", { ...loss, time: 500_000 })?.position).toBe(2);
    expect(rejoin(field, "5", loss)).toEqual({ position: 3, ahead: null, behindIt: null });
  });

  it("is never better than where it is, and worse the more a stop costs", () => {
    let worst = 0;
    for (let time = 0; time < 2_000_000; time += 50_000) {
      const found = rejoin(field, "11", { time, stops: 5 })!.position;
      expect(found).toBeGreaterThanOrEqual(Math.max(1, worst));
      worst = found;
    }
    expect(worst).toBe(3);
  });

  it("is not known without stops to judge by, of a car that is stopping or out, or past a car that is not timed", () => {
    expect(rejoin(field, "17", null)).toBeNull();
    expect(rejoin(field, "2", loss)).toBeNull();
    expect(rejoin([car("1", 1, { on_pit_road: true })], "1", loss)).toBeNull();
    const unseen = [field[0]!, car("17", 2)];
    expect(rejoin(unseen, "11", loss)).toBeNull();
  });
});

describe("a penalty on a row", () => {
  const calm: Around = { reviewed: false, freePass: false, incident: null, onGrid: false, mostlyEstimated: false, now: 900_000_000 };
  const given: PenaltyShown = { number: 1, kind: "drive_through", amount: null, status: "investigating", reason: "speeding", lap: 160 };
  const under = (status: PenaltyShown["status"], more: Partial<Row> = {}): Row => ({
    ...row("17", 2),
    penalties: [{ ...given, status }],
    ...more,
  });

  it("goes from looked into to given to served", () => {
    expect(stateOf(under("investigating"), calm)).toEqual({ chip: "investigated", look: "plain", text: "speeding" });
    expect(stateOf(under("applied"), calm)).toEqual({ chip: "penalty", look: "warn", text: "drive-through, speeding" });
    expect(stateOf(under("served"), calm)).toEqual({ chip: "penalty", look: "plain", text: "served, lap 160" });
  });

  it("is forgotten with the stint in which it was served", () => {
    const stop = { lap: 200, time_on_pit_road: 30_000_000, caution: 3 };
    expect(penaltyOf(under("served", { pit_stop: stop, laps_completed: 210 }))).toBeNull();
    expect(penaltyOf(under("applied", { pit_stop: stop }))?.status).toBe("applied");
    expect(penaltyOf(under("served", { pit_stop: { ...stop, lap: 150 } }))?.lap).toBe(160);
  });

  it("says what it takes", () => {
    const told = (kind: string, amount: number) => words.penalty({ ...given, status: "applied", reason: null, kind, amount }).text;
    expect(told("time", 5_000_000)).toBe("+5 s");
    expect(told("positions", 3)).toBe("3 places");
    expect(told("laps", 1)).toBe("\u22121 lap");
  });
});

describe("a car that should have come", () => {
  const calm: Around = { reviewed: false, freePass: false, incident: null, onGrid: false, mostlyEstimated: false, now: 914_000_000 };

  it("is stale, and since when", () => {
    expect(stateOf({ ...row("15", 35), due: 900_000_000 }, calm)).toEqual({ chip: null, look: "stale", text: "stale, 14 s" });
  });
});

it("a car that came out of the pits under green is on its out lap until it has completed it", () => {
  const calm: Around = { reviewed: false, freePass: false, incident: null, onGrid: false, mostlyEstimated: false, now: 0 };
  const stop = { lap: 60, time_on_pit_road: 30_000_000, caution: null };
  const out = { ...row("5", 3), pit_stop: stop, laps_completed: 60 };
  expect(stateOf(out, calm)?.text).toBe(words.state.outLap);
  expect(stateOf({ ...out, laps_completed: 61 }, calm)).toBeNull();
  expect(stateOf({ ...out, pit_stop: { ...stop, caution: 2 } }, calm)).toBeNull();
});

it("among its class a car is behind the first of its class", () => {
  const car = { ...row("24", 12), class_position: 2, class_gap: 4_200_000, class_interval: 4_200_000 };
  expect([classGapOf(car), classIntervalOf(car)]).toEqual(["+4.200", "+4.200"]);
  expect(classGapOf({ ...car, class_gap: null, class_gap_laps: 2 })).toBe("2 laps");
  expect(classGapOf({ ...row("1", 10), class_position: 1 })).toBe("Leader");
});

describe("how far behind the board says a car is", () => {
  const running = { byClass: false, settled: true, lead: 60, official: null };
  const stopped = { ...row("18", 40), gap_to_leader: 13_110_000, interval: 400_000, laps_completed: 1 };

  it("is what it was at its last crossing, while it comes round", () => {
    const car = { ...stopped, laps_completed: 59 };
    expect([behindOf(car, running), aheadOf(car, running)]).toEqual(["+13.110", "+0.400"]);
    expect(behindOf({ ...car, laps_completed: 57, laps_down: 2 }, running)).toBe("2 laps");
  });

  it("is told in laps of a car that does not come round any more", () => {
    expect([behindOf(stopped, running), aheadOf(stopped, running)]).toEqual(["58 laps", words.none]);
    expect(behindOf({ ...stopped, class_gap_laps: 1 }, { ...running, byClass: true, lead: 50 })).toBe("48 laps");
  });

  it("is what the results say once there are any, with penalties and laps never driven", () => {
    const result = (entry: string, position: number | null, behind: number | null, laps_behind = 0) =>
      ({ entry, position, drivers: [], laps: 51, time: null, behind, laps_behind, laps_led: 0, status: "running" });
    const officially: ResultsShown = {
      status: "official",
      review: [],
      timing_error: 0,
      classification: [result("44", 1, null), result("10", 2, 24_720_000), result("20", 3, 40_663_000), result("18", null, null, 14)],
      revisions: [],
      withdrawn: [],
    };
    const official = officialOf(["44", "10", "20", "18"], officially);
    const at = (entry: string) => ({ ...running, official: official.get(entry) ?? null });
    const penalized = { ...row("20", 3), gap_to_leader: 30_663_000, interval: 5_943_000, laps_completed: 60 };
    expect([behindOf(penalized, at("20")), aheadOf(penalized, at("20"))]).toEqual(["+40.663", "+15.943"]);
    // Frozen by a late caution, in another order than at the line: no interval is less than nothing.
    const frozen = officialOf(["44", "20", "10"], officially);
    expect(frozen.get("10")).toEqual({ gap: 24_720_000, interval: null, laps: 0 });
    expect(behindOf({ ...row("44", 1), laps_completed: 60 }, at("44"))).toBe(words.order.leader);
    expect(behindOf({ ...stopped, laps_completed: 60 }, at("18"))).toBe("14 laps");
  });
});

describe("the laps of a car", () => {
  const at = (...seconds: number[]) => seconds.map((second) => second * 1_000_000);
  const laps = (completed_at: number[], more: Partial<CarCharted> = {}): CarCharted => ({
    car: "5",
    driver: null,
    drivers: [],
    completed_at,
    position: completed_at.map((_, place) => place + 1),
    slow: [],
    pit: [],
    estimated: [],
    ...more,
  });
  const told = laps(at(0, 30, 61, 120, 150), {
    slow: [{ flag: "caution", first: 3, last: 3 }],
    pit: [{ lap: 2, at: 58_000_000, time_on_pit_road: 12_000_000, caution: null }],
    estimated: [[4, 4]],
  });

  it("are found by what the car is called, and by nothing else", async () => {
    const body = JSON.stringify({ cars: { "5": told } });
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(body.replace('"5"', '"__proto__"'))));
    const charted = await fetchLaps("kansas");
    vi.unstubAllGlobals();
    expect(charted["__proto__"]?.car).toBe(told.car);
    expect(charted["constructor"]).toBeUndefined();
  });

  it("are those up to the moment that is shown, and none later", () => {
    expect(lapsOf(told, 119_000_000).map((lap) => lap.lap)).toEqual([2, 1]);
    expect(lapsOf(told, 29_000_000)).toEqual([]);
    expect(lapsOf(told, -1)).toEqual([]);
    const [fourth, third, second] = lapsOf(told, 150_000_000);
    expect(fourth).toMatchObject({ time: 30_000_000, estimated: true, flag: null });
    expect(third).toMatchObject({ time: 59_000_000, flag: "caution" });
    expect(second?.stop?.time_on_pit_road).toBe(12_000_000);
  });

  it("make stints between the stops, up to that moment too", () => {
    const spans = (now: number) => stintsOf(told, now).map(({ first, last }) => [first, last]);
    expect(spans(150_000_000)).toEqual([[3, 4], [1, 2]]);
    expect(spans(31_000_000)).toEqual([[1, 1]]);
  });

  it("name the drivers of stints once another took over, and not before", () => {
    const drivers = [
      { driver: "Ann Ash", at: null, lap: 1 },
      { driver: "Bo Birk", at: 61_000_000, lap: 3 },
    ];
    const named = (now: number) => stintsOf({ ...told, drivers }, now).map((stint) => stint.drivers);
    expect(named(150_000_000)).toEqual([["Bo Birk"], ["Ann Ash"]]);
    expect(named(60_000_000)).toEqual([[]]);
  });

  it("say whether two cars come nearer", () => {
    const chaser = laps(at(1, 31.5, 62.2, 120.9, 150.6));
    expect(gapTrend(told, chaser, 151_000_000, 10)).toMatchObject({ way: "closing" });
    expect(gapTrend(told, chaser, 151_000_000, 10)?.gaps.map((gap) => gap.time)).toEqual([1_500_000, 1_200_000, 900_000, 600_000]);
    expect(gapTrend(told, chaser, 151_000_000, 2)?.gaps.map((gap) => gap.lap)).toEqual([3, 4]);
    expect(gapTrend(told, undefined, 151_000_000, 10)).toBeNull();
    expect(gapTrend(told, chaser, 20_000_000, 10)).toBeNull();
  });
});

describe("a row that is pressed", () => {
  it("is what all are compared with, and pressed again shows its laps", () => {
    const view = new OrderView();
    view.press("17", false);
    expect([view.reference, view.opened]).toEqual(["17", null]);
    view.press("17", false);
    expect(view.opened).toBe("17");
    view.leave();
    expect([view.reference, view.cursor]).toEqual([null, null]);
  });

  it("shows its laps at once where there is little room", () => {
    const view = new OrderView();
    view.press("17", true);
    expect([view.reference, view.opened]).toEqual([null, "17"]);
  });
});

describe("what is read out", () => {
  const race = { ...STATE, lap: 132 };

  it("is the leader and the cars followed", () => {
    expect(summary(race, field, (entry) => entry === "5")).toBe("Lap 132: leader 11; car 5 is 3rd, +1.0 s");
    expect(summary(race, field, (entry) => entry === "54")).toContain("car 54 is 4th, 1 lap");
  });

  it("is nothing where nobody is followed, or nothing is decided", () => {
    expect(summary(race, field, () => false)).toBe("");
    expect(summary({ ...race, phase: "finished" }, field, () => true)).toBe("");
  });
});
