import { alarming, alertOf } from "../../web/src/alerts.ts";
import { between, carsIn, toldBy, wanted, type ControlEntry } from "../../web/src/control.ts";
import { read } from "../../web/src/settings.svelte.ts";
import * as words from "$words/later";

function told(changes: Partial<ControlEntry>): ControlEntry {
  return {
    at: 0,
    lap: 1,
    kind: "flag",
    severity: "note",
    what: "green",
    status: null,
    number: null,
    entries: [],
    amount: null,
    location: null,
    text: null,
    ...changes,
  };
}

const LOG = [
  told({ at: null, text: "before the clock ran" }),
  told({ at: 10 }),
  told({ at: 20, kind: "penalty", severity: "warning", what: "drive_through", entries: ["4"] }),
  told({ at: 30, kind: "flag", severity: "urgent", what: "red" }),
];

describe("the log of race control", () => {
  it("holds nothing later than the moment that is shown", () => {
    expect(toldBy(LOG, 20).map((entry) => entry.at)).toEqual([20, 10, null]);
    expect(toldBy(LOG, null)).toEqual([]);
    expect(between(LOG, 10, 30).map((entry) => entry.at)).toEqual([20, 30]);
  });

  it("is picked from by kind, by car and by how grave it is", () => {
    const all = { kind: null, least: "note", cars: null } as const;
    expect(LOG.filter((entry) => wanted(entry, all))).toHaveLength(4);
    expect(LOG.filter((entry) => wanted(entry, { ...all, kind: "penalty" }))).toHaveLength(1);
    expect(LOG.filter((entry) => wanted(entry, { ...all, least: "urgent" }))).toHaveLength(1);
    // A flag is out for everybody, whoever is asked for.
    const none = LOG.filter((entry) => wanted(entry, { ...all, cars: new Set(["44"]) }));
    expect(none.map((entry) => entry.at)).toEqual([null, 10, 30]);
  });

  it("takes a number for that car and no other", () => {
    const cars = ["4", "44", "04"].map((car) => ({ entry: `e${car}`, row: { car } }));
    expect(carsIn("4", cars)).toEqual(new Set(["e4"]));
    expect(carsIn("#04, 44", cars)).toEqual(new Set(["e44", "e04"]));
    expect(carsIn("  ", cars)).toBeNull();
    expect(carsIn("9", cars)).toEqual(new Set());
  });

  it("says a penalty with its size and where it stands", () => {
    const penalty = told({ kind: "penalty", what: "time", amount: 5_000_000, status: "applied" });
    expect(words.control.line(penalty)).toBe("Penalty: 5.000 s");
    expect(words.control.line({ ...penalty, status: "served" })).toBe("Penalty: 5.000 s, served");
    const looked = told({ kind: "penalty", what: "drive_through", status: "investigating" });
    expect(words.control.line(looked)).toBe("Penalty: drive-through, under investigation");
  });
});

describe("alerts", () => {
  const alerts = read(
    JSON.stringify({
      alerts: {
        penalty: { on: true, only: "followed", least: "warning" },
        flag: { on: true, only: "followed" },
      },
    }),
  ).alerts;
  const follows = (car: string): boolean => car === "4";

  it("are told of the cars followed, from the severity asked for", () => {
    const [penalty] = LOG.filter((entry) => entry.kind === "penalty");
    if (penalty === undefined) throw new Error("no penalty");
    expect(alarming(penalty, alerts, follows)).toBe(true);
    expect(alarming({ ...penalty, entries: ["44"] }, alerts, follows)).toBe(false);
    expect(alarming({ ...penalty, severity: "note" }, alerts, follows)).toBe(false);
  });

  it("concern everybody where no car is named, and nobody who did not ask", () => {
    expect(alarming(told({ what: "red", severity: "urgent" }), alerts, follows)).toBe(true);
    expect(alarming(told({ kind: "message", text: "x" }), alerts, follows)).toBe(false);
  });

  it("count a review as news of the result", () => {
    expect(alertOf(told({ kind: "review" }))).toBe("result");
  });
});
