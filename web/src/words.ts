/**
 * Every word of the first board. What is loaded later has its words in `words-more.ts`,
 * `words-finish.ts` and `charts/words.ts`: another language is four other files like these.
 *
 * What comes from the feed (names, sentences of officials) is data and stands as it came.
 */

import { margin, signed } from "./format.ts";
import type { Freshness } from "./freshness.ts";
import type { CarStatus, PenaltyShown, ResultStatus } from "./wire.ts";

export function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** A word by its name in the feed; one we do not know is shown as it came, without underscores. */
export function named(names: Record<string, string>, name: string): string {
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name.replaceAll("_", " ");
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function age(ms: number | null): string {
  if (ms === null) return "";
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.floor(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.floor(ms / 60_000)} min`;
  return `${Math.floor(ms / 3_600_000)} h`;
}

export const flags: Record<string, string> = {
  none: "No flag",
  cold: "Track closed",
  hot: "Track open",
  green: "Green",
  caution: "Caution",
  yellow_local: "Local yellow",
  fcy: "Full course yellow",
  sc: "Safety car",
  vsc: "Virtual SC",
  vsc_ending: "VSC ending",
  code60: "Code 60",
  red: "Red",
  white: "White",
  checkered: "Checkered",
};

const reasons: Record<string, string> = { stage: "stage end" };

const causes: Record<string, string> = {
  track: "track",
  pit: "pit",
  incident: "incident",
  penalty: "penalty",
  retirement: "out",
  correction: "fix",
};

const causesInFull: Record<string, string> = {
  track: "on the track",
  pit: "by pit stops",
  incident: "by an incident",
  penalty: "by a penalty",
  retirement: "by retirements",
  correction: "by a correction",
};

const makes: Record<string, string> = { Chevrolet: "CHV", Ford: "FRD", Toyota: "TYT" };

const statuses: Record<CarStatus, string> = {
  grid: "on the grid",
  running: "",
  stopped: "stopped",
  retired: "retired",
  finished: "finished",
  dns: "did not start",
  dsq: "disqualified",
  dnf: "did not finish",
};

const roles: Record<string, string> = { self: "alone", cause_unknown: "" };
const outcomes: Record<string, string> = {
  dnf: "out",
  pitted: "pitted",
  returned: "came back",
  continued: "",
  unknown: "",
};
const assigned: Record<string, string> = {
  official: "Roles by race control",
  editor: "Roles by an editor",
  inferred: "Roles inferred from timing",
};

export const penalties: Record<string, string> = {
  drive_through: "drive-through",
  stop_go: "stop and go",
  tail: "to the tail",
  dsq: "disqualified",
  positions: "places lost",
};

export const penaltyStatuses: Record<string, string> = {
  applied: "",
  investigating: "under investigation",
};

const PHASES = ["candidate", "confirmed", "updated", "cleared"];

export const words = {
  title: "Race tracker",
  none: "\u2013",

  tabs: {
    order: "Order",
    incidents: "Incidents",
    charts: "Charts",
    result: "Finish",
    verdicts: "Verdicts",
    forming: "forming",
    label: "Parts of the race",
  },

  head: {
    lap: "Lap",
    raceTime: "Race time",
    feed: "Feed",
    allRaces: "All races",
    views: "Race or finish",
    race: "Race",
    finish: "Finish",
    share: "Share",
    overtime: (laps: number) => `+${laps}`,
    overtimeInFull: (laps: number) => `${count(laps, "lap", "laps")} of overtime`,
    stage: (number: number, last: boolean) => (last && number > 1 ? "Final" : `Stage ${number}`),
    stageShort: (number: number, last: boolean) => (last && number > 1 ? "Final" : `S${number}`),
    wonBy: (car: string) => `won by ${car}`,
    endsLap: (lap: number) => `ends lap ${lap}`,
    toGo: (laps: number) => `${count(laps, "lap", "laps")} to go`,
    progress: (lap: number, laps: number) => `${lap} of ${laps} laps`,
  },

  flag: {
    word: (flag: string) => sentence(named(flags, flag)),
    caution: (number: number) => `caution ${number}`,
    reasons: (given: readonly string[]) => given.map((name) => named(reasons, name)).join(", "),
    overtime: "overtime",
    finalLap: "final lap",
    result: (status: ResultStatus) => sentence(status.replace("_", " ")),
    grid: "Before the start",
    over: "Finished",
    estimated: "moment estimated",
  },

  freshness: (now: Freshness): string => {
    switch (now.is) {
      case "live":
        return now.age === null ? "live" : `live · ${age(now.age)}`;
      case "stale":
      case "quiet":
        return `${now.is} ${age(now.age)}`;
      case "connecting":
      case "reconnecting":
        return `${now.is}…`;
      case "away":
        return "closed";
      case "delayed":
        return `delayed ${(now.behind / 1000).toFixed(1)} s`;
      case "replay":
        return now.playing ? `replay ${now.speed}\u00D7` : "paused";
      default:
        return now.is;
    }
  },

  notice: {
    connecting: "Connecting to the race…",
    waiting: "Waiting for the first news of this race.",
    noCars: "No cars yet. They appear here when the entry list arrives.",
    stale: "Nothing heard from the track. The board shows what was true then.",
    reconnecting: "Connection lost, trying again. The board shows what was true then.",
    catchingUp: "Some news was missed and is being fetched. The board is a moment old.",
    outgrown: "This page is older than the server. Load it again.",
    reload: "Load again",
    loading: "Loading\u2026",
    notLoaded: "This part of the page could not be loaded.",
    tryAgain: "Try again",
    noSuchRace: "No such race",
    noSuchRaceMore: "Nobody has announced a race by this name. It may start later.",
    away: "The server closed the connection",
    awayMore: (reason: string) => reason || "It gave no reason.",
    unreachable: "No connection to the server",
    unreachableMore: "Trying again by itself. Nothing needs to be done here.",
  },

  time: {
    label: "Time",
    moment: "Moment of the race",
    live: "Live",
    end: "End",
    atLive: "at live",
    atEnd: "at the end",
    behind: (ms: number) => `${(ms / 1000).toFixed(1)} s behind`,
    lap: (lap: number) => `Lap ${lap}`,
    stage: (number: number) => `S${number}`,
    play: "Play",
    pause: "Pause",
    speed: "Speed",
    times: (speed: number) => `${speed}\u00D7`,
    sync: "Sync to TV",
    syncShort: "TV",
    close: "Close",
    loading: "Fetching this part of the race\u2026",
  },

  keys: {
    heading: "Keys",
    groups: { time: "Time", board: "Board", page: "Page" },
    play: "Play or pause",
    lapBack: "One lap back",
    lapOn: "One lap on",
    nextIncident: "Next incident",
    lastIncident: "Incident before",
    speed: "Speed: 1, 2, 5, 10, 50 times",
    live: "Live",
    delay: "Match a television",
    later: "Half a second further behind live",
    earlier: "Half a second nearer to live",
    muchLater: "Five seconds further behind live",
    muchEarlier: "Five seconds nearer to live",
    map: "This list",
    settings: "Settings",
    on: "Single keys do these things",
    name: (key: string) =>
      named({ " ": "space", ArrowLeft: "\u2190", ArrowRight: "\u2192", ArrowUp: "\u2191", ArrowDown: "\u2193" }, key),
  },

  held: {
    over: "This race is over",
    start: "Watch from the start",
    result: "Show the result",
  },

  order: {
    heading: "Running order",
    grid: "Starting grid",
    atTheLine: "Order at the line",
    result: "Finishing order",
    summary: (cars: number, onLeadLap: number) =>
      `${count(cars, "car", "cars")}, ${onLeadLap} on the lead lap`,
    changes: (changes: number, leaders: number) =>
      changes === 0 ? "no lead change" : `${count(changes, "lead change", "lead changes")} among ${count(leaders, "car", "cars")}`,
    cars: (cars: number) => count(cars, "car", "cars"),
    caption: "Running order of all cars",
    columns: {
      position: "Pos",
      placesSince: (lap: number) => (lap === 0 ? "Since start" : `Since lap ${lap}`),
      placesInFull: "Places gained or lost since the last restart, and the main cause",
      car: "Car",
      driver: "Driver",
      interval: "Interval",
      intervalInFull: "Time behind the next car ahead",
      gap: "Gap",
      gapInFull: "Time behind the leader",
      last: "Last",
      lastInFull: "Last lap",
      best: "Best",
      bestInFull: "Best lap",
      laps: "Laps",
      lapsInFull: "Laps completed",
      led: "Led",
      ledInFull: "Laps led",
      start: "Start",
      sinceStart: "\u00B1",
      startInFull: "Starting position, and places gained or lost since",
      pit: "Pit stops",
      pitParts: ["Stops", "lap", "s"],
      pitInFull: "Pit stops made; lap and seconds of the latest",
      state: "State",
      team: "Team",
      make: "Make",
      carClass: "Class",
      classPlace: "Cl.",
      classPlaceInFull: "Place in class",
      classGap: "Class gap",
      classGapInFull: "Time behind the first of its class",
      to: (car: string) => `To ${car}`,
      toInFull: (car: string) => `Time behind ${car}; ahead of it where it has a minus`,
      trend: "5 laps",
      trendInFull: "The last five laps under green: above the line gained on the leader, below lost",
      bestOn: "Best on",
      bestOnInFull: "Lap of the best time",
      lapsDown: "Down",
      lapsDownInFull: "Laps behind the leader",
      gained: "Gained",
      gainedInFull: "Places gained or lost since the start",
      lastPit: "Last stop",
      lastPitInFull: "Lap of the latest pit stop",
    },
    leader: "Leader",
    laps: (laps: number) => count(laps, "lap", "laps"),
    out: { retired: "Out", dnf: "DNF", dns: "DNS", dsq: "DSQ" } as Partial<
      Record<CarStatus, string>
    >,
    gained: (places: number, cause: string | null) =>
      `${count(places, "place", "places")} gained${cause ? ` ${named(causesInFull, cause)}` : ""}`,
    lost: (places: number, cause: string | null) =>
      `${count(places, "place", "places")} lost${cause ? ` ${named(causesInFull, cause)}` : ""}`,
    same: "no place gained or lost",
    cause: (cause: string) => named(causes, cause),
    make: (make: string) => named(makes, make.length > 4 ? make : make.toUpperCase()),
    makeShort: (make: string) =>
      Object.hasOwn(makes, make) ? (makes[make] ?? make) : make.slice(0, 3).toUpperCase(),
    ownBest: "own best",
    raceBest: "best of the race",
    estimated: "estimated, not timed: a timing loop missed this car",
    mostlyEstimated: "~ estimated, not timed",
    estimatedShort: "loop missed",
    bestOnLap: (lap: number) => `on lap ${lap}`,
    pitTitle: (stops: number, lap: number | null, time: string | null) =>
      [
        count(stops, "stop", "stops"),
        lap === null ? null : `the latest on lap ${lap}`,
        time === null ? null : `${time} s on pit road`,
      ]
        .filter((part) => part !== null)
        .join(", "),
    pit: "pit",
    sinceStart: signed,
    stale: (us: number) => `stale, ${age(Math.floor(us / 1000))}`,
    staleInFull: "This car should have come to a timing loop before now",
    trend: (trend: readonly number[]) => {
      const sum = trend.reduce((all, each) => all + each, 0);
      const word = sum > 20 ? "gaining on" : sum < -20 ? "losing to" : "holding";
      const by = Math.abs(sum) > 20 ? ` ${margin(Math.abs(sum) * 1000)} s in` : ", ";
      return `${word} the leader${by} ${count(trend.length, "lap", "laps")}`;
    },
    lapsTo: (laps: number) => `${laps < 0 ? "\u2212" : ""}${count(Math.abs(laps), "lap", "laps")}`,
    reference: "reference",
    closing: "closing",
    opening: "opening",
    followed: "followed",
    compareWith: (car: string) => `Compare all cars with ${car}; again for its laps`,
    classHead: (name: string, cars: number) => `${name}, ${count(cars, "car", "cars")}`,
    replaced: (old: number) => `first scored as ${old}`,
  },

  /** A penalty as it stands: a chip, and what it is. */
  penalty: (penalty: PenaltyShown): { chip: string; text: string } => {
    const { kind, amount, status, lap, reason } = penalty;
    if (status === "served") return { chip: "penalty", text: `served, lap ${lap}` };
    const looked = status !== "applied";
    const what =
      kind === "time" && amount !== null
        ? `+${amount / 1_000_000} s`
        : kind === "positions" && amount !== null
          ? count(amount, "place", "places")
          : kind === "laps" && amount !== null
            ? `\u2212${count(amount, "lap", "laps")}`
            : named(penalties, kind);
    return {
      chip: looked ? (status === "noted" ? "noted" : "investigated") : kind === "warning" ? "warning" : "penalty",
      // Officials often begin with what it is themselves.
      text: looked
        ? (reason ?? "")
        : [kind === "warning" || reason?.startsWith(what.replace("+", "")) ? null : what, reason].filter(Boolean).join(", "),
    };
  },

  state: {
    status: (status: CarStatus) => statuses[status],
    pitRoad: "pit road",
    review: "under review",
    freePass: "free pass",
    outLap: "out of the pits",
  },

  incidents: {
    heading: "Incidents",
    none: "No incidents so far",
    lap: "Lap",
    caution: (number: number) => `caution ${number}`,
    what: (kind: string, location: string | null) =>
      location ? `${sentence(named({}, kind))}, ${location}` : sentence(named({}, kind)),
    kind: (kind: string) => named({}, kind),
    role: (role: string) => named(roles, role),
    outcome: (outcome: string) => named(outcomes, outcome),
    assigned: (by: string) => named(assigned, by),
    phase: (phase: string) => named({}, phase),
    steps: (phase: string) => PHASES.indexOf(phase) + 1,
    ofSteps: PHASES.length,
    noCars: "no car named",
    evidence: "Evidence",
    everything: "Race control",
    views: "What happened",
    followed: "of cars I follow",
    noneFollowed: "None of a car you follow so far",
    watch: "Watch it happen",
  },

  tools: {
    label: "Running order",
    rows: "Rows",
    all: (cars: number) => `All ${cars}`,
    roomy: "Roomy",
    compare: (car: string | null) => (car === null ? "Compare" : `Compare ${car}`),
    leave: "Stop comparing",
    columns: "Columns",
    reset: "Those of the page",
    always: "Columns that do not fit give way by themselves.",
    jump: "Jump to car",
    jumpTo: "no.",
    notFound: "no such car",
    byClass: "By class",
    first: "Gap first",
    keys: {
      up: "Cursor up",
      down: "Cursor down",
      compare: "Compare with the car at the cursor; again for its laps",
      leave: "Leave the comparison",
      behind: "Gap or interval first",
      follow: "Follow the car at the cursor",
      byClass: "Group cars by class",
    },
    follow: (car: string) => `Follow ${car}`,
    unfollow: (car: string) => `Stop following ${car}`,
    laps: "Its laps",
  },

  car: {
    heading: (car: string, driver: string | null) => (driver === null ? `Car ${car}` : `${car} ${driver}`),
    around: "Next ahead and behind",
    ahead: (car: string) => `Behind ${car}`,
    behind: (car: string) => `Ahead of ${car}`,
    nobodyAhead: "Nobody ahead on its lap",
    nobodyBehind: "Nobody behind on its lap",
    trend: (from: number, to: number, laps: number, way: "closing" | "opening" | "holding") =>
      `from ${margin(from)} to ${margin(to)} s over ${count(laps, "lap", "laps")}, ${way}`,
    way: { closing: "closing", opening: "opening", holding: "holding" },
    rejoin: (place: string) => `~${place} after a stop now`,
    rejoinInFull: (loss: string, stops: number) =>
      `Estimated: a stop under green has cost ${loss} s here (median of ${stops})`,
    rejoinBehind: (car: string, by: string) => `, ${by} s behind ${car}`,
    lap: "Lap",
    time: "Time",
    position: "Pos",
    flag: "Flag",
    pit: "Pit",
    stints: "Stints",
    stint: (first: number, last: number) => `laps ${first}\u2013${last} (${last - first + 1})`,
    none: "No lap completed yet",
    more: "Earlier laps",
    unreachable: "Its laps could not be fetched.",
    summary: (lap: number, leader: string, cars: readonly string[]) =>
      [`Lap ${lap}: leader ${leader}`, ...cars].join("; "),
    one: (car: string, place: string, gap: string | null) =>
      `car ${car} is ${place}${gap === null ? "" : `, ${gap}`}`,
  },
} as const;

export type Words = typeof words;
