/** The small decisions of the page: how old the board is, where to go, what moved, what changed. */

import { FeedAge, freshness, type Known } from "../../web/src/freshness.ts";
import { changesOf } from "../../web/src/revisions.ts";
import { obvious, pathOf, routeOf } from "../../web/src/route.ts";
import { moves, slide } from "../../web/src/slide.ts";
import { gapOf, intervalOf, stateOf, type Around } from "../../web/src/parts/state.ts";
import * as words from "$words/later";
import { revision, row } from "./story.ts";

describe("freshness", () => {
  const racing: Known = {
    line: "open",
    catchingUp: false,
    phase: "racing",
    status: "live",
    age: 400,
  };
  it.each<[string, Partial<Known>]>([
    ["live · 0.4 s", {}],
    ["live · 19 s", { age: 19_999 }],
    ["stale 22 s", { age: 22_400 }],
    ["stale 3 min", { age: 200_000 }],
    ["live", { age: null }],
    ["catching up", { catchingUp: true }],
    ["reconnecting…", { line: "reconnecting", age: 90_000 }],
    ["connecting…", { line: "connecting", phase: null }],
    ["closed", { line: "away" }],
    ["waiting", { phase: "before", age: 60_000 }],
    ["quiet 60 s", { phase: "finished", status: "provisional", age: 60_000 }],
    ["complete", { phase: "finished", status: "official", age: 900_000 }],
  ])("reads “%s”", (text, known) => {
    expect(words.freshness(freshness({ ...racing, ...known }))).toBe(text);
  });

  it("grows by our own clock between beats, and news sets it back", () => {
    const age = new FeedAge();
    expect(age.at(0)).toBeNull();
    age.told(2500, 10_000);
    expect(age.at(10_000)).toBe(2500);
    expect(age.at(13_000)).toBe(5500);
    age.news(14_000);
    expect(age.at(14_200)).toBe(200);
  });
});

describe("the way", () => {
  it("is in the path", () => {
    expect(routeOf("/")).toEqual({ at: "races" });
    expect(routeOf("/race/kansas-2024")).toEqual({ at: "race", race: "kansas-2024", view: null });
    expect(routeOf("/race/../secret")).toEqual({ at: "races" });
    expect(pathOf({ at: "race", race: "kansas-2024", view: null })).toBe("/race/kansas-2024");
  });

  it("is obvious when there is one race to be watched", () => {
    const race = (name: string, live: boolean, phase = "racing") => ({ race: name, live, phase });
    expect(obvious([race("a", false)])).toBe("a");
    expect(obvious([race("a", false), race("b", true)])).toBe("b");
    expect(obvious([race("a", true), race("b", true)])).toBeNull();
    expect(obvious([race("a", false), race("b", false)])).toBeNull();
    expect(obvious([])).toBeNull();
    // Its page would tell the result.
    expect(obvious([race("a", false, "finished")])).toBeNull();
    expect(obvious([race("a", true, "finished")])).toBe("a");
  });
});

it("rows that moved are those that were there and are elsewhere now", () => {
  expect([...moves(["a", "b", "c"], ["b", "a", "c", "d"])]).toEqual([["b", 1], ["a", -1]]);
  expect(moves([], ["a", "b"]).size).toBe(0);
});

it("rows slide when those that moved before have come to rest, and not when all of them move", () => {
  let slid: string[] = [];
  const element = (key: string) => ({ animate: () => (slid.push(key), {} as Animation) });
  const slides = (moved: string[], now: number): string[] => {
    slid = [];
    slide(new Map(moved.map((key) => [key, 1])), element, now);
    return slid;
  };
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  expect(slides(["5", "17"], 1_000)).toEqual(["5", "17"]);
  expect(slides(["5", "17"], 1_100)).toEqual([]);
  expect(slides([], 1_250)).toEqual([]);
  expect(slides(["9"], 1_300)).toEqual(["9"]);
  expect(slides(Array.from({ length: 20 }, (_, place) => String(place)), 2_000)).toEqual([]);
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
  expect(slides(["5"], 3_000)).toEqual([]);
  vi.unstubAllGlobals();
});

describe("the state of a car", () => {
  const calm: Around = { reviewed: false, freePass: false, incident: null, onGrid: false, mostlyEstimated: false, now: 900_000_000 };

  it("is the gravest thing there is to say", () => {
    const car = { ...row("8", 20), on_pit_road: true };
    const around = { ...calm, incident: "spin", freePass: true };
    expect(stateOf({ ...car, status: "retired", status_text: "accident" }, around)).toEqual({
      chip: "retired",
      look: "solid",
      text: "accident",
    });
    expect(stateOf(car, { ...around, reviewed: true })?.chip).toBe("under review");
    expect(stateOf(car, around)?.chip).toBe("pit road");
    expect(stateOf({ ...car, on_pit_road: false }, around)?.chip).toBe("spin");
    expect(stateOf(row("8", 20), { ...calm, freePass: true })?.chip).toBe("free pass");
  });

  it("is its team while it waits on the grid", () => {
    const car = { ...row("8", 5), team: "Childress", status: "grid" as const };
    expect(stateOf(car, { ...calm, onGrid: true })?.text).toBe("Childress");
  });

  it("is nothing when there is nothing to say", () => {
    expect(stateOf(row("8", 20), calm)).toBeNull();
    const missed = { ...row("8", 20), estimated: true };
    expect(stateOf(missed, calm)?.text).toBe("loop missed");
    expect(stateOf(missed, { ...calm, mostlyEstimated: true })).toBeNull();
  });
});

describe("how far back a car is", () => {
  const car = { ...row("8", 2), interval: 163_000, gap_to_leader: 57_092_000 };

  it("is told with a sign, or as worked out", () => {
    expect([intervalOf(car), gapOf(car, true)]).toEqual(["+0.163", "+57.092"]);
    const missed = { ...car, estimated: true };
    expect([intervalOf(missed), gapOf(missed, true)]).toEqual(["~0.163", "~57.092"]);
  });

  it("is told in laps for a lapped car", () => {
    expect(gapOf({ ...car, laps_down: 2, interval: null }, true)).toBe("2 laps");
    expect(intervalOf({ ...car, interval: null, interval_laps: 1 })).toBe("1 lap");
  });

  it("is not known of a former leader before it comes round again", () => {
    const former = { ...row("8", 5), gap_to_leader: 0 };
    expect(gapOf(former, true)).toBe(words.none);
    expect(gapOf({ ...former, estimated: true }, true)).toBe(words.none);
    // Tied with the leader, as the clock has it.
    expect(gapOf({ ...former, position: 2, interval: 0 }, true)).toBe("+0.000");
  });

  it("is nothing for the leader, if there may be one", () => {
    expect(gapOf(row("8", 1), true)).toBe(words.order.leader);
    expect(gapOf(row("8", 1), false)).toBe(words.none);
  });
});

describe("a revision of the result", () => {
  const namer = {
    number: (entry: string) => entry,
    driver: (entry: string) => ({ "5": "Kyle Larson", "17": "Chris Buescher" })[entry] ?? null,
  };

  it("is told in full the first time", () => {
    expect(changesOf(null, revision({}), namer)).toEqual([
      { what: "Winner", before: null, now: "17 Buescher" },
      { what: "Margin", before: null, now: "0.001 s" },
      { what: "Lead changes", before: null, now: "27" },
    ]);
  });

  it("is told by what it changed after that, the old beside the new", () => {
    const photo = revision({
      rev: 2,
      winner: "5",
      second: "17",
      laps_led: { "17": 53, "5": 64 },
      lead_changes: 28,
      decided_by: "photo",
    });
    expect(changesOf(revision({}), photo, namer)).toEqual([
      { what: "Winner", before: "17 Buescher", now: "5 Larson" },
      { what: "Lead changes", before: "27", now: "28" },
      { what: "Laps led, 5 Larson", before: "63", now: "64" },
      { what: "Laps led, 17 Buescher", before: "54", now: "53" },
    ]);
  });
});

describe("a revision under review", () => {
  const namer = {
    number: (entry: string) => entry,
    driver: (entry: string) => ({ "5": "Kyle Larson", "17": "Chris Buescher" })[entry] ?? null,
  };
  const { winner, margin, shownAhead } = words.result.facts;
  const open = revision({ status: "under_review" });

  it("names no winner and no margin while the review is open", () => {
    for (const published of [open, revision({})]) {
      const told = changesOf(null, published, namer, true, 3_000);
      expect(told.map((change) => change.what)).not.toContain(winner);
      expect(told.map((change) => change.what)).not.toContain(margin);
      expect(told[0]).toEqual({
        what: shownAhead,
        before: null,
        now: "17, by 0.001 s, within the timing error",
      });
    }
    const wide = revision({ status: "under_review", margin: 410_000 });
    expect(changesOf(null, wide, namer, true, 3_000)[0]?.now).toBe("17, by 0.410 s, not decided");
  });

  it("still names none once it is decided", () => {
    expect(changesOf(null, open, namer)[0]).toEqual({
      what: shownAhead,
      before: null,
      now: "17 Buescher",
    });
  });

  it("is followed by the first winner, in full even where it is the car shown ahead", () => {
    for (const [car, name] of [["5", "5 Larson"], ["17", "17 Buescher"]] as const) {
      const decided = revision({ rev: 2, winner: car, decided_by: "photo" });
      expect(changesOf(open, decided, namer)).toEqual([
        { what: winner, before: null, now: name },
        { what: margin, before: null, now: "0.001 s" },
      ]);
    }
  });
});

it("a revision knows a car by what it is called, whatever that means elsewhere", () => {
  const namer = { number: (entry: string) => entry, driver: () => null };
  const again = revision({ rev: 2, laps_led: { "17": 54, "5": 60, constructor: 3 } });
  expect(changesOf(revision({}), again, namer)).toEqual([
    { what: "Laps led, 5", before: "63", now: "60" },
    { what: "Laps led, constructor", before: "0", now: "3" },
  ]);
});

it("a revision that only confirms changes nothing", () => {
  const namer = { number: (entry: string) => entry, driver: () => null };
  expect(changesOf(revision({}), revision({ rev: 2, status: "provisional" }), namer)).toEqual([]);
});

describe("words", () => {
  it("name no winner while a finish is under review", () => {
    expect(words.result.reviewed(["17", "5"])).toBe(
      "17 and 5 within the timing error \u2014 no winner yet",
    );
    expect(words.result.reviewed([])).toContain("no winner yet");
  });

  it("do not say twice why verdicts were issued", () => {
    const { status, cause } = words.verdicts;
    expect(cause("Official", status("final", 3))).toBe("");
    expect(cause("official result", status("final", 3))).toBe("");
    expect(cause("provisional", status("provisional", 2))).toBe("");
    expect(cause("Car 5 disqualified", status("final", 3))).toBe("Car 5 disqualified");
  });

  it("say of verdicts that form what they depend on", () => {
    expect(words.verdicts.side("Winners", "forming")).toBe("If it ended now: winners");
    expect(words.verdicts.side("Winners", "final")).toBe("Winners");
  });

  it("count one as one", () => {
    expect(words.order.changes(1, 1)).toBe("1 lead change among 1 car");
    expect(words.order.changes(27, 10)).toBe("27 lead changes among 10 cars");
  });

  it("show what they do not know as it came", () => {
    expect(words.flag.word("slow_zone")).toBe("Slow zone");
    expect(words.incidents.kind("constructor")).toBe("constructor");
  });
});
