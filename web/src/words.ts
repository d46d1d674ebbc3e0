/**
 * Every word of the page. Another language is another file like this one.
 *
 * What comes from the feed (names, sentences of officials) is data and stands as it came.
 */

import type { ControlEntry } from "./control.ts";
import { margin, signed } from "./format.ts";
import type { Freshness } from "./freshness.ts";
import type { Seen } from "./timeline.ts";
import type { CarStatus, PenaltyShown, ResultStatus } from "./wire.ts";

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** A word by its name in the feed; one we do not know is shown as it came, without underscores. */
function named(names: Record<string, string>, name: string): string {
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name.replaceAll("_", " ");
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `17`, `17 and 5`, `17, 5 and 9`. */
function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

function age(ms: number | null): string {
  if (ms === null) return "";
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.floor(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.floor(ms / 60_000)} min`;
  return `${Math.floor(ms / 3_600_000)} h`;
}

const flags: Record<string, string> = {
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

const resultStatuses: Record<ResultStatus, string> = {
  unofficial: "Unofficial result",
  under_review: "The finish",
  provisional: "Provisional result",
  official: "Official result",
  amended: "Amended result",
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
const deciders: Record<string, string> = {
  photo: "Decided by photo",
  video: "Decided by video",
  loop: "Decided by the timing loops",
  manual: "Decided by officials",
};

const retirements: Record<string, string> = { dvp: "damaged", other: "out" };

const penalties: Record<string, string> = {
  drive_through: "drive-through",
  stop_go: "stop and go",
  tail: "to the tail",
  dsq: "disqualified",
  positions: "places lost",
};

const penaltyStatuses: Record<string, string> = {
  applied: "",
  investigating: "under investigation",
};

function penalty(entry: { what: string; status: string | null; amount: number | null }): string {
  const { what, amount } = entry;
  const size =
    amount === null
      ? named(penalties, what)
      : what === "time"
        ? `${margin(amount)} s`
        : what === "laps"
          ? count(amount, "lap", "laps")
          : what === "positions"
            ? count(amount, "place", "places")
            : named(penalties, what);
  const status = named(penaltyStatuses, entry.status ?? "");
  return `Penalty: ${size}${status === "" ? "" : `, ${status}`}`;
}

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

  races: {
    heading: "Races",
    none: "No race yet",
    noneMore: "A race appears here as soon as its first event arrives.",
    live: "Live",
    quiet: "No news now",
    before: "Before the start",
    finished: "Finished",
    search: "Search by name, series, track or year",
    notFound: "No race is called that.",
    seen: "seen",
    go: "Go",
    goToLap: (race: string) => `Go to this lap of ${race}`,
    compare: "Compare these two",
    compareShort: "compare",
    compareHow: "Mark two races to compare them.",
    pick: (race: string) => `Compare ${race}`,
    rest: (races: number) => `${count(races, "more race", "more races")}`,
  },

  compare: {
    heading: "Two races side by side",
    secret: "This page tells both results.",
    show: "Show them",
    facts: "In figures",
    fact: "",
    winner: "Winner",
    margin: "Margin of victory",
    status: "Result",
    distance: "Laps run",
    time: "Race time",
    cautions: "Cautions",
    cautionLaps: "Laps under caution",
    leadChanges: "Lead changes",
    leaders: "Leaders",
    leadLap: "Cars on the lead lap",
    cars: "Cars",
    bestLap: "Best lap",
    led: "Most laps led",
    drivers: "Who ran both",
    driver: "Driver",
    none: "Nobody ran both.",
    missing: "This race could not be found.",
    winners: "Winners of the day",
    losers: "Losers of the day",
    line: "Flags along the race",
    ledBy: (car: string, laps: number) => `${car}, ${laps}`,
    startToFinish: (start: number | null, finish: number | null) =>
      `${start ?? "\u2013"} \u2192 ${finish ?? "\u2013"}`,
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
    close: "Close",
    loading: "Fetching this part of the race\u2026",
  },

  delay: {
    label: "Match a television",
    how: "Press Now when you see it on the screen; then nudge.",
    none: "Nothing to match yet: a lap or a flag will do.",
    now: "Now",
    by: (ms: number) => `${ms < 0 ? "\u2212" : "+"}${Math.abs(ms) / 1000}`,
    seconds: (ms: number) => `${(ms / 1000).toFixed(1)} s`,
    moment: (seen: Seen) =>
      seen.what === "lap" ? `Leader completes lap ${seen.lap}` : sentence(named(flags, seen.flag)),
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
    on: "Single keys do these things",
    name: (key: string) =>
      named({ " ": "space", ArrowLeft: "\u2190", ArrowRight: "\u2192", ArrowUp: "\u2191", ArrowDown: "\u2193" }, key),
  },

  settings: {
    heading: "Settings",
    theme: { heading: "Light or dark", auto: "As this device", light: "Light", dark: "Dark" },
    palette: {
      heading: "Colors",
      standard: "Standard",
      deuteranopia: "Blue and orange",
      contrast: "High contrast",
      mono: "No colors",
    },
    density: { heading: "Rows", all: "All cars at once", roomy: "Roomy" },
    textSize: { heading: "Text", normal: "Normal", large: "Large" },
    noSpoilers: "Keep results of finished races from me until I ask",
    byClass: "Group cars by class",
    spoken: "Read the cars I follow aloud to screen readers, at most every ten seconds",
    keys: "Single keys do things (? lists them)",
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
      `${count(changes, "lead change", "lead changes")} among ${count(leaders, "car", "cars")}`,
    cars: (cars: number) => count(cars, "car", "cars"),
    caption: "Running order of all cars",
    columns: {
      position: "Pos",
      placesSince: (lap: number) => (lap === 0 ? "Since start" : `Since ${lap}`),
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
    estimated: "worked out, not timed: a timing loop missed this car",
    mostlyEstimated: "~ worked out, not timed",
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
    first: (what: "interval" | "gap") => (what === "gap" ? "Gap first" : "Interval first"),
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
      text: looked ? (reason ?? "") : [kind === "warning" ? null : what, reason].filter(Boolean).join(", "),
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

  control: {
    heading: "Race control",
    filters: "Which lines",
    kind: "Kind",
    severity: "How grave",
    cars: "Cars no.",
    followed: "Cars I follow",
    everything: "Everything",
    kinds: {
      flag: "Flags",
      incident: "Incidents",
      penalty: "Penalties",
      retirement: "Retirements",
      review: "Reviews",
      result: "Results",
      message: "Messages",
    },
    least: { note: "All", warning: "Warnings", urgent: "Urgent only" },
    none: "Nothing told so far.",
    unreachable: "The log could not be fetched. Trying again by itself.",
    watch: "Watch this moment",
    more: (lines: number) => `${count(lines, "earlier line", "earlier lines")}`,
    /** A line in our words; the officials' own stand under it. */
    line: (entry: ControlEntry): string => {
      const number = entry.number === null ? "" : ` ${entry.number}`;
      switch (entry.kind) {
        case "flag":
          return entry.what === "caution" ? `Caution${number}` : sentence(named(flags, entry.what));
        case "incident": {
          const place = entry.location ? `, ${entry.location}` : "";
          return `${sentence(named({}, entry.what))}${place}${entry.status === "cleared" ? ", cleared" : ""}`;
        }
        case "penalty":
          return penalty(entry);
        case "retirement":
          return entry.what === "back" ? "Back in the race" : `Retired: ${named(retirements, entry.what)}`;
        case "review":
          return entry.status === "open" ? "The finish is under review" : "The review is closed";
        case "result":
          if (entry.what === "ended") return "Race control ends the race";
          if (entry.what === "declared") return `Declared ${entry.status ?? ""}`.trim();
          return entry.status === "under_review"
            ? `Result${number}: under review`
            : `Result${number}, ${entry.status ?? ""}`;
        case "message":
          return entry.text ?? "";
      }
    },
  },

  alerts: {
    heading: "Tell me of",
    region: "News",
    kinds: {
      flag: "Flags",
      incident: "Incidents",
      penalty: "Penalties",
      retirement: "Retirements",
      message: "Messages of race control",
      result: "Reviews and results",
      lead: "Lead changes",
      pit: "Pit stops of cars I follow",
    },
    sound: "sound",
    only: { all: "all cars", followed: "cars I follow" },
    least: { note: "all", warning: "warnings", urgent: "urgent" },
    dismiss: "Dismiss",
    lead: (car: string) => `${car} leads`,
    pit: (car: string) => `${car} is on pit road`,
    cars: (numbers: readonly string[]) => listed(numbers.map((number) => `No. ${number}`)),
  },

  cautions: {
    heading: "Cautions",
    number: "No.",
    laps: "Laps",
    reason: "Reason",
    freePass: "Free pass",
    none: "none",
    range: (first: number, last: number | null) =>
      last === null ? `${first}\u2013` : first === last ? `${first}` : `${first}\u2013${last}`,
    total: (laps: number) => `${count(laps, "lap", "laps")} under caution`,
  },

  stages: {
    heading: "Stages",
    ended: (lap: number) => `lap ${lap}`,
  },

  result: {
    none: "No result yet",
    noneMore: "It appears here at the checkered flag.",
    status: (status: ResultStatus) => resultStatuses[status],
    statusWord: (status: string) => sentence(named({}, status)),
    revision: (rev: number) => `revision ${rev}`,
    winner: (name: string, by: string | null) => (by === null ? name : `${name},`),
    by: (us: number) => `by ${margin(us)} s`,
    byLaps: (laps: number) => `by ${count(laps, "lap", "laps")}`,
    underCaution: "under caution",
    underReview: "Under review",
    noWinner: "No winner",
    noWinnerMore: "The result names no winner.",
    reviewed: (cars: readonly string[]) =>
      cars.length === 0
        ? "The finish is being looked at \u2014 no winner yet"
        : cars.length === 1
          ? `${cars[0]} is being looked at \u2014 no winner yet`
          : `${listed(cars)} within the timing error \u2014 no winner yet`,
    carName: (car: string) => `Car ${car}`,
    heldBack: "Set aside while under review.",
    revisions: "How the result came about",
    unchanged: "Nothing changed.",
    firstShown: (name: string) => `${name} was shown ahead at first.`,
    /** A remark that may have come without its capital and its stop. */
    sentence: (text: string) => (text === "" ? "" : sentence(text).replace(/([^.!?])$/, "$1.")),
    decidedBy: (by: string) => named(deciders, by),
    facts: {
      winner: "Winner",
      shownAhead: "Shown ahead",
      margin: "Margin",
      leadChanges: "Lead changes",
      lapsLed: (car: string, name: string) => `Laps led, ${car} ${name}`.trim(),
    },
    marginOf: (us: number | null, underCaution: boolean) =>
      underCaution ? "under caution" : us === null ? "\u2013" : `${margin(us)} s`,
    /** Of a finish that is not decided: no winner's name, and no margin of victory. */
    ahead: (car: string, us: number | null, timingError: number) =>
      us === null
        ? `${car}, not decided`
        : `${car}, by ${margin(us)} s, ${us <= timingError ? "within the timing error" : "not decided"}`,
    was: "was",
    classification: "Classification",
    columns: { position: "Fin", car: "Car", driver: "Driver", start: "Start", led: "Led", time: "Behind" },
    behind: (laps: number) => count(laps, "lap", "laps"),
    classified: (status: string) =>
      named({ dnf: "DNF", dns: "DNS", dsq: "DSQ", retired: "out" }, status),
  },

  verdicts: {
    heading: "Verdicts",
    forming: "forming",
    status: (status: string, rev: number) =>
      status === "forming"
        ? "If the race ended now. They change as it does."
        : status === "held"
          ? "Held: nobody whose finish is under review is judged before it is decided."
          : status === "provisional"
            ? `On result ${rev}, not yet official.`
            : `On official result ${rev}.`,
    winners: "Winners",
    losers: "Losers",
    /** A heading; what is said under it is told as if the race were over. */
    side: (heading: string, status: string) =>
      status === "forming" ? `If it ended now: ${heading.toLowerCase()}` : heading,
    /** Why they were issued again, where that is not said by the status already. */
    cause: (cause: string, status: string) => {
      const said: string[] =
        `${status} provisional unofficial result checkered flag`.toLowerCase().match(/\w+/g) ?? [];
      const told: string[] = cause.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
      return told.every((word) => said.includes(word)) ? "" : cause;
    },
    estimated: "Estimated: partly from crossings that were worked out.",
    because: "What proves it",
    withdrawn: "Withdrawn",
    considered: "Also considered",
    skipped: (rules: number) => `Rules that could not be asked (${rules})`,
    place: (position: number) => {
      const tens = position % 100;
      const ending =
        tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][position % 10] ?? "th");
      return `${position}${ending}`;
    },
  },

  key: {
    heading: "Key",
    leadLap: "on the lead lap",
    lapsDown: "laps down",
    retired: "retired",
    gained: "places gained since the last restart, and why",
    lost: "places lost",
    ownBest: "own best lap",
    raceBest: "best lap of the race",
    estimated: "worked out, not timed",
    pit: "stops · lap and seconds of the latest; gray when it was not in this caution",
  },
} as const;

export type Words = typeof words;
