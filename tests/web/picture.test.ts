import { after, Follower } from "../../web/src/picture.ts";
import type { Row, Snapshot, Update } from "../../web/src/wire.ts";
import { incident, results, row, snapshot, update } from "./story.ts";

describe("a picture", () => {
  it("is replaced by a snapshot", () => {
    const follower = new Follower("kansas");
    expect(follower.receive(snapshot({ version: 10 }))).toBe("applied");
    expect(follower.receive(snapshot({ version: 4, epoch: "b" }))).toBe("applied");
    expect(follower.picture?.version).toBe(4);
    expect(follower.picture?.epoch).toBe("b");
  });

  it("changes only in the fields an update names", () => {
    const follower = new Follower("kansas");
    follower.receive(snapshot({ version: 10 }));
    const before = follower.picture;
    follower.receive(
      update({ follows: 10, version: 12, state: { lap: 2 }, rows: { "5": { interval: 41_000 } } }),
    );
    expect(follower.picture?.version).toBe(12);
    expect(follower.picture?.state.lap).toBe(2);
    expect(follower.picture?.state.name).toBe("AdventHealth 400");
    expect(follower.picture?.rows.get("5")).toEqual({ ...row("5", 2), interval: 41_000 });
    // What did not change is the same object, so that nothing of it is drawn again.
    expect(follower.picture?.rows.get("17")).toBe(before?.rows.get("17"));
  });

  it("takes null for unknown, which is not the same as unchanged", () => {
    const follower = new Follower("kansas");
    follower.receive(snapshot({ version: 1 }));
    follower.receive(update({ follows: 1, version: 2, rows: { "5": { last_lap: 31_000_000 } } }));
    follower.receive(update({ follows: 2, version: 3, rows: { "5": { last_lap: null } } }));
    expect(follower.picture?.rows.get("5")?.last_lap).toBeNull();
  });

  it("loses cars that are gone and takes a new car only whole", () => {
    const follower = new Follower("kansas");
    follower.receive(snapshot({ version: 1 }));
    follower.receive(update({ follows: 1, version: 2, gone: ["17"], rows: { "9": row("9", 2) } }));
    expect([...(follower.picture?.rows.keys() ?? [])]).toEqual(["5", "9"]);
    const half = update({ follows: 2, version: 3, rows: { "11": { interval: 5 } } });
    expect(follower.receive(half)).toBe("ask");
    expect(follower.picture?.version).toBe(2);
    expect(follower.picture?.rows.has("11")).toBe(false);
  });

  it("takes incidents and results in the same order as updates", () => {
    const follower = new Follower("kansas");
    follower.receive(snapshot({ version: 1 }));
    follower.receive(incident({ follows: 1, version: 2, number: 1 }));
    follower.receive(results({ follows: 2, version: 3, status: "unofficial" }));
    expect(follower.picture?.incidents.get(1)?.kind).toBe("spin");
    expect(follower.picture?.results?.status).toBe("unofficial");
    follower.receive({ ...results({ follows: 3, version: 4, status: "official" }), results: null });
    expect(follower.picture?.results).toBeNull();
  });

  it("holds a car of any name", () => {
    const follower = new Follower("kansas");
    const told = JSON.parse(
      JSON.stringify(snapshot({ version: 1 })).replace('"17":', '"__proto__":'),
    ) as Snapshot;
    follower.receive(told);
    expect(follower.picture?.rows.get("__proto__")?.position).toBe(1);
  });
});

describe("a message that does not follow", () => {
  const wrong: [string, Update][] = [
    ["leaves a hole", update({ follows: 11, version: 12 })],
    ["comes twice", update({ follows: 9, version: 10 })],
    ["is of another epoch", update({ follows: 10, version: 11, epoch: "b" })],
  ];

  it.each(wrong)("leaves the picture and asks again: it %s", (_, message) => {
    const follower = new Follower("kansas");
    follower.receive(snapshot({ version: 10 }));
    const before = follower.picture;
    expect(follower.receive({ ...message, state: { lap: 99 } })).toBe("ask");
    expect(follower.ask()).toEqual({ type: "watch", race: "kansas", epoch: "a", version: 10 });
    expect(follower.picture).toBe(before);
    expect(follower.catchingUp).toBe(true);
  });

  it("is asked about once; the answer ends it", () => {
    const follower = new Follower("kansas");
    follower.receive(snapshot({ version: 10 }));
    expect(follower.receive(update({ follows: 11, version: 12 }))).toBe("ask");
    follower.ask();
    expect(follower.receive(update({ follows: 12, version: 13 }))).toBe("waiting");
    expect(follower.receive(update({ follows: 10, version: 13 }))).toBe("applied");
    expect(follower.catchingUp).toBe(false);
  });

  it("may be of a race that was left", () => {
    const follower = new Follower("kansas");
    expect(follower.receive(snapshot({ version: 1, race: "dover" }))).toBe("not ours");
    expect(follower.picture).toBeNull();
  });

  it("has no picture to apply to before the first snapshot", () => {
    const follower = new Follower("kansas");
    expect(follower.ask()).toEqual({ type: "watch", race: "kansas" });
    expect(follower.receive(update({ follows: 0, version: 1 }))).toBe("waiting");
    expect(follower.picture).toBeNull();
  });
});

describe("after a silence", () => {
  it("the same version says that nothing was missed", () => {
    const follower = new Follower("kansas");
    follower.receive(snapshot({ version: 10 }));
    follower.ask();
    follower.heard(9);
    expect(follower.catchingUp).toBe(true);
    follower.heard(10);
    expect(follower.catchingUp).toBe(false);
  });
});

describe("any splitting of the truth into updates", () => {
  /** Small, seeded, good enough to shuffle with. */
  function chance(seed: number): () => number {
    return () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
  }

  it.each([1, 2, 3, 4, 5])("ends in the truth, lossy line or not (seed %i)", (seed) => {
    const random = chance(seed);
    const truth = new Map<string, Row>([["5", row("5", 2)], ["17", row("17", 1)]]);
    const history: Update[] = [];
    const follower = new Follower("kansas");
    const whole = (version: number): Snapshot =>
      snapshot({ version, rows: Object.fromEntries(truth) });
    follower.receive(whole(0));
    for (let version = 1; version <= 200; version += 1) {
      const entry = random() < 0.5 ? "5" : "17";
      const changed = { laps_completed: version, interval: random() < 0.3 ? null : version * 7 };
      truth.set(entry, { ...truth.get(entry)!, ...changed });
      const message = update({ follows: version - 1, version, rows: { [entry]: changed } });
      history.push(message);
      if (random() < 0.2) continue; // lost on the way
      const followed = follower.receive(message);
      if (followed === "applied") {
        expect(follower.picture?.rows).toEqual(truth);
      } else if (followed === "ask") {
        const { version: from = 0 } = follower.ask();
        const rows: Record<string, Partial<Row>> = {};
        for (const missed of history.slice(from)) {
          for (const [car, fields] of Object.entries(missed.rows)) {
            rows[car] = { ...rows[car], ...fields };
          }
        }
        expect(follower.receive(update({ follows: from, version, rows }))).toBe("applied");
        expect(follower.picture?.rows).toEqual(truth);
      }
    }
  });

  it("never changes a picture that was handed out", () => {
    const first = after(null, snapshot({ version: 1 }));
    const second = after(first, update({ follows: 1, version: 2, rows: { "5": { position: 1 } } }));
    expect(first?.rows.get("5")?.position).toBe(2);
    expect(second?.rows.get("5")?.position).toBe(1);
  });
});
