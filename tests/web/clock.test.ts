import { Clock } from "../../web/src/clock.svelte.ts";
import type { Timeline } from "../../web/src/timeline.ts";

const S = 1_000_000;
const always = (): boolean => true;

/** A race of thirty-second laps, ten of them run, with an incident in lap 4. */
function timeline(changes: Partial<Timeline> = {}): Timeline {
  return {
    race: "kansas",
    epoch: "a",
    version: 100,
    start: -60 * S,
    edge: 305 * S,
    segment: 60 * S,
    step: S / 4,
    events: [10, 20, 30, 40, 50, 60, 70],
    finished_at: null,
    laps: Array.from({ length: 10 }, (_, lap) => (lap + 1) * 30 * S),
    flags: [{ flag: "green", from: 0, to: null, lap: 0, caution: null, reasons: [] }],
    incidents: [{ number: 1, at: 100 * S, lap: 4, kind: "spin" }],
    lead_changes: [],
    stages: [],
    results: [],
    recent: [],
    ...changes,
  };
}

function clock(changes: Partial<Timeline> = {}): Clock {
  const made = new Clock();
  made.told(timeline(changes), 0);
  return made;
}

describe("the clock", () => {
  it("is at the live edge until it is moved, and on lap ten there", () => {
    const now = clock();
    expect(now.tick(0, always)).toBeNull();
    expect(now.mode).toBe("live");
    expect(now.lap).toBe(10);
  });

  it("plays the past at its speed, whatever the time between two looks", () => {
    const now = clock();
    now.seek(30 * S, true);
    now.setSpeed(10);
    now.tick(0, always);
    now.tick(100, always);
    now.tick(350, always);
    expect(now.moment).toBe(30 * S + 3_500_000);
  });

  it("stands still where what comes next is not here yet, and skips nothing", () => {
    const now = clock();
    now.seek(30 * S, true);
    now.tick(0, always);
    now.tick(100, () => false);
    expect(now.loading).toBe(true);
    expect(now.moment).toBe(30 * S);
    now.tick(900, () => false);
    now.tick(1000, always);
    expect(now.loading).toBe(false);
    expect(now.moment).toBe(30_100_000);
  });

  it("steps by laps of the leader: back from the middle of one is to its beginning", () => {
    const now = clock();
    now.seek(75 * S, false);
    expect(now.lap).toBe(2);
    now.step(-1);
    expect(now.moment).toBe(60 * S);
    now.step(-1);
    expect(now.moment).toBe(30 * S);
    now.step(1);
    expect(now.moment).toBe(60 * S);
    now.step(-5);
    expect(now.moment).toBe(-60 * S);
  });

  it("stops at incidents, forward and back", () => {
    const now = clock();
    now.seek(10 * S, false);
    now.jump(true);
    expect(now.moment).toBe(100 * S);
    now.jump(true);
    expect(now.moment).toBe(100 * S);
    now.jump(false);
    expect(now.moment).toBe(-60 * S);
  });

  it("pauses what is live at the moment that is shown", () => {
    const now = clock();
    now.toggle();
    expect([now.mode, now.moment, now.playing]).toEqual(["past", 305 * S, false]);
  });

  it("is live again when it has caught up with a race that goes on", () => {
    const now = clock();
    now.seek(304 * S, true);
    now.tick(0, always);
    now.tick(1000, always);
    expect(now.mode).toBe("live");
  });

  it("stands at the end of a race that is over, and begins again from there", () => {
    const now = clock({ finished_at: 300 * S });
    now.seek(304 * S, true);
    now.tick(0, always);
    now.tick(1000, always);
    expect([now.mode, now.playing]).toEqual(["past", false]);
    now.toggle();
    expect([now.moment, now.playing]).toEqual([-60 * S, true]);
  });
});

describe("a clock behind live", () => {
  it("shows what was the edge so long ago, however fast the race is told", () => {
    const now = clock({ edge: 0, laps: [] });
    // A show at twenty times the speed: a second here is twenty there.
    for (let second = 1; second <= 20; second += 1) now.heard(second * 20 * S, second * 1000);
    now.setDelay(5000);
    expect(now.tick(20_000, always)).toBe(15 * 20 * S);
    now.heard(420 * S, 21_000);
    expect(now.tick(21_000, always)).toBe(16 * 20 * S);
  });

  it("stands while the race stood", () => {
    const now = clock({ edge: 0, laps: [] });
    now.heard(20 * S, 1000);
    now.setDelay(5000);
    now.tick(6000, always);
    expect(now.tick(60_000, always)).toBe(20 * S);
  });

  it("knows from the server what was before the page was opened", () => {
    const now = clock({
      edge: 100 * S,
      recent: [
        [30_000, 70 * S],
        [10_000, 90 * S],
        [0, 100 * S],
      ],
    });
    now.setDelay(15_000);
    expect(now.tick(0, always)).toBe(70 * S);
  });

  it("is set by a moment seen on the television", () => {
    const now = clock({ edge: 0, laps: [] });
    now.heard(30 * S, 1000);
    now.heard(31 * S, 2000);
    expect(now.since(30 * S, 13_500)).toBe(12_500);
    expect(now.since(99 * S, 13_500)).toBeNull();
  });

  it("is never further behind than the server remembers, and no delay is live", () => {
    const now = clock();
    now.setDelay(99_999_999);
    expect(now.delay).toBe(600_000);
    now.setDelay(-1);
    expect([now.mode, now.delay]).toEqual(["live", 0]);
  });
});
