/** What proves a verdict, what a car's race was, and what an image of the race says. */

import { lapJudged, proofOf, proofsOf } from "../../web/src/evidence.ts";
import { crossingOf } from "../../web/src/opener.ts";
import { posterOf } from "../../web/src/poster.ts";
import { momentsOf, reportsOf } from "../../web/src/reports.ts";
import type { Timeline } from "../../web/src/timeline.ts";
import type { IncidentShown, ResultsShown, VerdictsShown } from "../../web/src/wire.ts";
import { revision, row, STATE } from "./story.ts";

describe("evidence", () => {
  it("names the lap that verdicts were judged by", () => {
    const verdict = (...evidence: string[]) => ({
      side: "winner" as const,
      entry: "5",
      driver: null,
      headline: "",
      text: "",
      reasons: [{ rule: "win", text: "", evidence }],
      score: 1,
    });
    expect(lapJudged([verdict("crossing/17/171/sf"), verdict("crossing/5/172/sf: first", "lap 260")])).toBe(172);
    expect(lapJudged([verdict("grid 10: No. 14 started 10")])).toBe(0);
  });

  it.each([
    ["crossing/5/268/sf: result/3, No. 5 running", { at: "crossing", entry: "5", lap: 268 }],
    ["crossing/a/b/12/sf", { at: "crossing", entry: "a/b", lap: 12 }],
    ["lap 260: No. 8 was 5, estimated", { at: "lap", lap: 260 }],
    ["laps 1-267: average position 8.9", { at: "laps", from: 1, to: 267 }],
    ["incident/5: lap 261, spin: No. 8 self", { at: "incident", number: 5 }],
    ["retirement/2: lap 185, Accident", { at: "lap", lap: 185 }],
    ["result/2: No. 5 first", { at: "result", rev: 2 }],
    ["2024-04-28 Dover: 32nd, accident", { at: "past", date: "2024-04-28", track: "Dover" }],
    ["caution/3: laps 176 to 181", { at: "lap", lap: 176 }],
    ["grid 6: No. 54 started 6", null],
    ["counted over this race: lap 3", null],
    ["", null],
  ])("%s leads where it can be looked at", (text, place) => {
    expect(proofOf(text).place).toEqual(place);
  });

  it("is offered once, however many reasons rest on it", () => {
    const proofs = proofsOf(["lap 3: one", "lap 3: another", "incident/1", "grid 4"]);
    expect(proofs.map((proof) => proof.text)).toEqual(["lap 3: one", "incident/1"]);
  });

  it("is a car's own crossing, not the leader's", () => {
    const chart = { cars: { "2": { first: 0, completed_at: [0, 31, 64] } } };
    expect(crossingOf(chart, "2", 2)).toBe(64);
    expect(crossingOf(chart, "2", 9)).toBeNull();
    expect(crossingOf(chart, "toString", 0)).toBeNull();
  });
});

const incident = (number: number, at: number, ...entries: string[]): IncidentShown =>
  ({
    number,
    lap: number,
    at,
    kind: "spin",
    phase: "confirmed",
    location: null,
    involved: entries.map((entry) => ({ entry, role: "self", outcome: "continued" })),
    caution: null,
    assigned_by: "official",
    text: null,
    consequence: null,
  }) as unknown as IncidentShown;

const results: ResultsShown = {
  status: "official",
  review: [],
  timing_error: 3_000,
  classification: ["5", "17"].map((entry, place) => ({
    position: place + 1,
    entry,
    drivers: [entry === "5" ? "Kyle Larson" : "Chris Buescher"],
    laps: 2,
    time: 60_000_000,
    behind: place === 0 ? null : 1_000,
    laps_behind: 0,
    laps_led: 1,
    status: "running",
  })),
  revisions: [revision({ status: "official", winner: "5", second: "17" })],
  withdrawn: [],
};
const verdicts: VerdictsShown = {
  status: "final",
  rev: 1,
  cause: null,
  verdicts: [{ side: "winner", entry: "5", driver: "Kyle Larson", headline: "Wins", text: "", reasons: [], score: 60 }],
  withdrawn: [],
  also_considered: [],
  skipped: [],
};
const rows = (entry: string) => ({ ...row(entry, 1), starting_position: 9 });

it("a car's report has its start, its incidents and its verdict", () => {
  const [larson, buescher] = reportsOf(results, verdicts, [incident(2, 20, "17"), incident(1, 10, "17", "5")], rows);
  expect(larson).toMatchObject({ entry: "5", gained: 8, verdict: { side: "winner", headline: "Wins" } });
  expect(buescher).toMatchObject({ gained: 7, verdict: null });
  expect(buescher?.incidents.map((each) => each.number)).toEqual([1, 2]);
});

it("what would be the verdict if it ended now is in no report", () => {
  const forming = { ...verdicts, status: "forming" as const };
  expect(reportsOf(results, forming, [], rows).map((report) => report.verdict)).toEqual([null, null]);
});

describe("key moments", () => {
  const timeline = {
    flags: [{ flag: "red", from: 30, to: 40, lap: 1, caution: null, reasons: [] }],
    stages: [{ number: 1, lap: 1, at: 25 }, { number: 2, lap: 2, at: 60 }],
    lead_changes: [{ at: 50, lap: 2, entry: "5", cause: null }],
    finished_at: 60,
    laps: [25, 60],
    results: [{ rev: 1, status: "official", at: 70 }],
  } as unknown as Timeline;

  it("are in order, and none is later than what is shown", () => {
    const all = momentsOf(timeline, [incident(1, 10, "5")], 100, true);
    expect(all.map((moment) => moment.is)).toEqual(["start", "incident", "stage", "red", "lead", "flag", "result"]);
    for (let now = 0; now <= 100; now += 5) {
      for (const moment of momentsOf(timeline, [incident(1, 10, "5")], now, true)) {
        expect(moment.at).toBeLessThanOrEqual(now);
      }
    }
  });

  it("do not say who took the lead for good while that is open", () => {
    expect(momentsOf(timeline, [], 100, false).map((moment) => moment.is)).not.toContain("lead");
  });
});

describe("the image of a race", () => {
  const board = (told: ResultsShown | null) => ({
    state: STATE,
    results: told,
    verdicts,
    car: (entry: string) => ({ entry, row: row(entry, 1) }),
  });

  it("says who won, by how much, and the order", () => {
    const poster = posterOf(board(results));
    expect(poster?.headline[0]).toBe("Larson");
    expect(poster?.order.map((line) => [line.place, line.name, line.behind])).toEqual([
      ["1", "Kyle Larson", ""],
      ["2", "Chris Buescher", "+0.001"],
    ]);
  });

  it("names all who drove the car", () => {
    const [first, ...more] = results.classification;
    const crew = { ...first!, drivers: ["Will Stone", "Quinn Lund"] };
    const poster = posterOf(board({ ...results, classification: [crew, ...more] }));
    expect(poster?.headline[0]).toBe("Stone and Lund");
    expect(poster?.order[0]?.name).toBe("Stone / Lund");
  });

  it("names no winner under review, and is none before there is a result", () => {
    const open = posterOf(board({ ...results, status: "under_review", review: ["5", "17"] }));
    expect(open?.headline).toEqual(["Under review"]);
    expect(open?.order.map((line) => line.place)).toEqual(["\u2013", "\u2013"]);
    expect(posterOf(board(null))).toBeNull();
  });
});
