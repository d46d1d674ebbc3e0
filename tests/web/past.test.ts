import { Past, type Segment } from "../../web/src/past.ts";
import type { Timeline } from "../../web/src/timeline.ts";
import { snapshot, update } from "./story.ts";

const S = 1_000_000;

function segment(index: number, changes: Partial<Segment> = {}): Segment {
  const from = index * 60 * S;
  const first = index * 10;
  return {
    race: "kansas",
    epoch: "past",
    index,
    from,
    to: from + 60 * S,
    complete: true,
    reach: Number.POSITIVE_INFINITY,
    events: first + 10,
    snapshot: snapshot({ version: first, epoch: "past" }),
    frames: [
      {
        at: from + 10 * S,
        messages: [update({ follows: first, version: first + 1, epoch: "past", state: { lap: index * 2 + 1 } })],
      },
      {
        at: from + 40 * S,
        messages: [update({ follows: first + 1, version: first + 2, epoch: "past", state: { lap: index * 2 + 2 } })],
      },
    ],
    ...changes,
  };
}

function known(changes: Partial<Timeline> = {}): Timeline {
  return {
    race: "kansas",
    epoch: "a",
    version: 1,
    start: 0,
    edge: 180 * S,
    segment: 60 * S,
    step: S / 4,
    events: [10, 20, 30],
    finished_at: null,
    laps: [],
    flags: [],
    incidents: [],
    lead_changes: [],
    stages: [],
    results: [],
    recent: [],
    ...changes,
  };
}

function library(made = segment): { past: Past; asked: number[] } {
  const asked: number[] = [];
  const past = new Past((index) => {
    asked.push(index);
    return Promise.resolve(made(index));
  });
  return { past, asked };
}

describe("the past", () => {
  it("is the picture at a moment, forward and back, from one fetch", async () => {
    const { past, asked } = library();
    expect(past.at(known(), 70 * S)).toBeNull();
    await past.load(known(), 70 * S);
    expect(past.at(known(), 70 * S)?.state.lap).toBe(3);
    expect(past.at(known(), 99 * S)?.state.lap).toBe(3);
    expect(past.at(known(), 100 * S)?.state.lap).toBe(4);
    expect(past.at(known(), 61 * S)?.version).toBe(10);
    expect(asked).toEqual([1]);
  });

  it("is fetched once, however many ask for it at once", async () => {
    const { past, asked } = library();
    await Promise.all([past.load(known(), 1 * S), past.load(known(), 2 * S)]);
    expect(asked).toEqual([0]);
  });

  it("is fetched again when something of it was put right", async () => {
    const { past, asked } = library();
    await past.load(known(), 70 * S);
    const corrected = known({ events: [10, 21, 31] });
    expect(past.at(corrected, 70 * S)).toBeNull();
    await past.load(corrected, 70 * S);
    expect(asked).toEqual([1, 1]);
  });

  it("is known as far as the race was when it was fetched", async () => {
    const { past } = library((index) => segment(index, { complete: false, reach: 150 * S }));
    await past.load(known({ edge: 150 * S }), 140 * S);
    expect(past.at(known({ edge: 150 * S }), 150 * S)).not.toBeNull();
    expect(past.at(known({ edge: 160 * S }), 155 * S)).toBeNull();
  });

  it("keeps no more than a few parts of the race", async () => {
    const { past, asked } = library();
    const long = known({ edge: 6000 * S, events: Array.from({ length: 100 }, (_, n) => n * 10 + 10) });
    for (let part = 0; part < 40; part += 1) await past.load(long, part * 60 * S);
    expect(past.at(long, 39 * 60 * S)).not.toBeNull();
    expect(past.at(long, 0)).toBeNull();
    expect(asked).toHaveLength(40);
  });

  it("says so when a part of it does not hold together", async () => {
    const broken = segment(0, {
      frames: [{ at: 5 * S, messages: [update({ follows: 99, version: 100, epoch: "past" })] }],
    });
    const { past } = library(() => broken);
    await past.load(known(), 0);
    expect(() => past.at(known(), 6 * S)).toThrow("does not hold together");
  });
});
