/**
 * Every word of the page, in one place: another language is another file like this one.
 *
 * It is imported under several names, `$words/board` by what is there at once, `$words/later` and
 * others by what loads when it is asked for: each loads only the words it uses.
 *
 * What comes from the feed (names, sentences of officials) is data and stands as it came.
 */

import type { ReachName } from "./charts/axis.ts";
import type { Mark } from "./charts/series.ts";
import type { ControlEntry } from "./control.ts";
import type { Place } from "./evidence.ts";
import type { Figure, Told } from "./finish.ts";
import { gap, lapTime, margin, signed, surname } from "./format.ts";
import type { Freshness } from "./freshness.ts";
import type { Seen } from "./timeline.ts";
import type { CarStatus, EntryId, PenaltyShown, ResultStatus } from "./wire.ts";

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

const PHASES = ["candidate", "confirmed", "updated", "cleared"];

export const title = "Race tracker";

export const none = "\u2013";

export const tabs = {
  order: "Order",
  incidents: "Incidents",
  charts: "Charts",
  result: "Finish",
  verdicts: "Verdicts",
  forming: "forming",
  label: "Parts of the race",
};

export const head = {
  keys: "Keys and marks",
  keysInFull: "This list",
  settings: "Settings",
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
};

export const flag = {
  word: (flag: string) => sentence(named(flags, flag)),
  caution: (number: number) => `caution ${number}`,
  reasons: (given: readonly string[]) => given.map((name) => named(reasons, name)).join(", "),
  overtime: "overtime",
  finalLap: "final lap",
  result: (status: ResultStatus) => sentence(status.replace("_", " ")),
  withdrawn: "result withdrawn",
  grid: "Before the start",
  over: "Finished",
  estimated: "moment estimated",
};

export const freshness = (now: Freshness): string => {
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
};

export const notice = {
  connecting: "Connecting to the race…",
  fetching: "Fetching this part of the race\u2026",
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
};

export const time = {
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
};

export const keys = {
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
  on: "Single keys do these things",
  name: (key: string) =>
    named({ " ": "space", ArrowLeft: "\u2190", ArrowRight: "\u2192", ArrowUp: "\u2191", ArrowDown: "\u2193" }, key),
};

export const held = {
  over: "This race is over",
  start: "Watch from the start",
  result: "Show the result",
};

export const order = {
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
};

/** A penalty as it stands: a chip, and what it is. */
export const penalty = (penalty: PenaltyShown): { chip: string; text: string } => {
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
};

export const state = {
  incident: (kind: string) => named({}, kind),
  status: (status: CarStatus) => statuses[status],
  pitRoad: "pit road",
  review: "under review",
  freePass: "free pass",
  outLap: "out of the pits",
};

export const incidents = {
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
};

export const tools = {
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
};

export const car = {
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
  stint: (first: number, last: number, drivers: readonly string[]) =>
    [`laps ${first}\u2013${last} (${last - first + 1})`, ...drivers].join(", "),
  none: "No lap completed yet",
  more: "Earlier laps",
  unreachable: "Its laps could not be fetched.",
};

export const spoken = {
  summary: (lap: number, leader: string, cars: readonly string[]) =>
    [`Lap ${lap}: leader ${leader}`, ...cars].join("; "),
  one: (car: string, place: string, gap: string | null) =>
    `car ${car} is ${place}${gap === null ? "" : `, ${gap}`}`,
};

/** `1st`, `22nd`. */
export const ordinal = (position: number) => {
  const tens = position % 100;
  const ending =
    tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][position % 10] ?? "th");
  return `${position}${ending}`;
};

/** `17`, `17 and 5`, `17, 5 and 9`. */
function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** Who drove a car, in a list: one driver in full, several by their last names. */
export const crew = (drivers: readonly string[]): string =>
  drivers.length > 1 ? drivers.map(surname).join(" / ") : (drivers[0] ?? "");

const resultStatuses: Record<ResultStatus, string> = {
  unofficial: "Unofficial result",
  under_review: "The finish",
  provisional: "Provisional result",
  official: "Official result",
  amended: "Amended result",
};

const deciders: Record<string, string> = {
  photo: "Decided by photo",
  video: "Decided by video",
  loop: "Decided by the timing loops",
  manual: "Decided by officials",
};

const retirements: Record<string, string> = { dvp: "damaged", other: "out" };

/** What a penalty is: so many seconds, laps, places, or its kind. */
export function penaltySize(what: string, amount: number | null): string {
  if (amount !== null) {
    if (what === "time") return `${margin(amount)} s`;
    if (what === "laps") return count(amount, "lap", "laps");
    if (what === "positions") return count(amount, "place", "places");
  }
  return named(penalties, what);
}

function penaltyTold(entry: { what: string; status: string | null; amount: number | null }): string {
  const size = penaltySize(entry.what, entry.amount);
  const status = named(penaltyStatuses, entry.status ?? "");
  return `Penalty: ${size}${status === "" ? "" : `, ${status}`}`;
}

export const races = {
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
};

export const compare = {
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
};

export const delay = {
  label: "Match a television",
  how: "Press Now when you see it on the screen; then nudge.",
  none: "Nothing to match yet: a lap or a flag will do.",
  now: "Now",
  by: (ms: number) => `${ms < 0 ? "\u2212" : "+"}${Math.abs(ms) / 1000}`,
  seconds: (ms: number) => `${(ms / 1000).toFixed(1)} s`,
  moment: (seen: Seen) =>
    seen.what === "lap" ? `Leader completes lap ${seen.lap}` : sentence(named(flags, seen.flag)),
};

export const settings = {
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
};

export const key = {
  heading: "What the marks mean",
  leadLap: "on the lead lap",
  lapsDown: "laps down",
  retired: "retired",
  gained: "places gained since the last restart, and why",
  lost: "places lost",
  ownBest: "own best lap",
  raceBest: "best lap of the race",
  estimated: "estimated, not timed",
  pit: "stops · lap and seconds of the latest; gray when it was not in this caution",
};

export const control = {
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
  freePass: "free pass",
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
        return penaltyTold(entry);
      case "retirement":
        return entry.what === "back" ? "Back in the race" : `Retired: ${named(retirements, entry.what)}`;
      case "review":
        return entry.status === "open" ? "The finish is under review" : "The review is closed";
      case "result":
        if (entry.what === "withdrawn") return `Result${number} withdrawn: the race had not ended`;
        if (entry.what === "ended") return "Race control ends the race";
        if (entry.what === "declared") return `Declared ${entry.status ?? ""}`.trim();
        return entry.status === "under_review"
          ? `Result${number}: under review`
          : `Result${number}, ${entry.status ?? ""}`;
      case "message":
        return entry.text ?? "";
    }
  },
};

export const alerts = {
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
};

export const cautions = {
  heading: "Cautions",
  number: "No.",
  laps: "Laps",
  reason: "Reason",
  freePass: "Free pass",
  none: "none",
  range: (first: number, last: number | null) =>
    last === null ? `${first}\u2013` : first === last ? `${first}` : `${first}\u2013${last}`,
  total: (laps: number) => `${count(laps, "lap", "laps")} under caution`,
};

export const stages = {
  heading: "Stages",
  ended: (lap: number) => `lap ${lap}`,
};

export const result = {
  none: "No result yet",
  noneMore: "It appears here at the checkered flag.",
  withdrawn: "Result withdrawn",
  withdrawnMore: "The race had not ended.",
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
};

export const verdicts = {
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
  judgedOn: (lap: number) => `Judged as the race stood on lap ${lap}.`,
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
  estimated: "Estimated: partly from crossings that were not timed.",
  because: "What proves it",
  withdrawn: "Withdrawn",
  considered: "Also considered",
  skipped: (rules: number) => `Rules that could not be asked (${rules})`,
};

const MPH = 0.44704;
const INCH_CM = 2.54;

/** `8 cm`, `1.2 m`: no finer than timing to the thousandth of a second can be. */
function distance(cm: number): string {
  if (cm < 1) return `${Math.round(cm * 10)} mm`;
  return cm < 100 ? `${Math.round(cm)} cm` : `${(cm / 100).toFixed(1)} m`;
}

function imperial(cm: number): string {
  const inches = cm / INCH_CM;
  return inches < 36 ? `${inches.toFixed(inches < 10 ? 1 : 0)} in` : `${(inches / 12).toFixed(1)} ft`;
}

/** `0.0015`: half of what timing tells apart may need a digit more than a margin has. */
function seconds(us: number): string {
  return (us / 1_000_000).toFixed(us % 1000 === 0 ? 3 : 4);
}

const gaveIt: Record<string, string> = {
  photo: "The photo at the line gave it to",
  video: "The video gave it to",
  loop: "The timing loops gave it to",
  manual: "Officials gave it to",
};

const decided: Record<string, string> = {
  photo: "photo",
  video: "video",
  loop: "timing loops",
  manual: "officials",
};

type Called = (entry: EntryId) => string;

export const finishWords = {
  heading: "Finish",
  race: "Race",
  views: "Race or finish",
  revision: (rev: number) => `version ${rev}`,

  told: (told: Told, called: Called): string => {
    switch (told.fact) {
      case "firstShown":
        return `Timing first showed ${called(told.entry)} ahead.`;
      case "decided":
        return `${gaveIt[told.by] ?? "It was given to"} ${called(told.entry)}.`;
      case "caution":
        return "The race ended under caution: the order was that of the moment the yellow came out.";
      case "behindAtWhite":
        return `With one lap to go ${called(told.ahead)} led ${called(told.entry)} by ${margin(told.by)} s.`;
      case "aheadAtWhite":
        return `${called(told.entry)} led by ${margin(told.by)} s with one lap to go.`;
      case "led":
        return `${called(told.entry)} led ${told.laps} of ${count(told.of, "lap", "laps")}.`;
      case "grid":
        return told.place === 1
          ? `${called(told.entry)} started first.`
          : `${called(told.entry)} started ${ordinal(told.place)}.`;
    }
  },

  steps: {
    first: "First scored",
    review: "Review",
    now: (status: string) => (status === "amended" ? "Amended" : status === "official" ? "Official" : status === "provisional" ? "Provisional" : "Result"),
    waiting: "Official",
    notDecided: "not decided",
    shownAhead: (us: number | null) => (us === null ? "shown ahead" : `shown ahead by ${margin(us)} s`),
    by: (us: number | null, by: string | null) =>
      [us === null ? null : `by ${margin(us)} s`, by === null ? null : (decided[by] ?? by)]
        .filter((part) => part !== null)
        .join(", "),
    within: (cars: string, us: number) => `${cars} within \u00B1${seconds(us)} s`,
    looked: (cars: string) => `${cars} looked at`,
    held: "verdicts held",
    decided: (by: string | null) => (by === null ? "closed" : `decided by ${decided[by] ?? by}`),
    underCaution: "under caution",
  },

  changed: {
    review: "What the review changed",
    other: "What changed since the first result",
    what: "What",
    before: "First scored",
    now: (status: ResultStatus) => finishWords.steps.now(status),
    ahead: "First at the line",
    led: (car: string) => `Laps led, ${car}`,
    leadChanges: "Lead changes",
    margin: "Margin of victory",
  },

  line: {
    heading: "At the line",
    how: "From above, drawn to scale along the track only.",
    line: "start/finish line",
    error: ["timing may be", "wrong by this much:"],
    errorBy: (cm: number, us: number) => `\u00B1${distance(cm)}, \u00B1${seconds(us)} s`,
    distance,
    imperial,
    at: (us: number, speed: number) => `${margin(us)} s at ${Math.round(speed / MPH)} mph`,
    axis: (cm: number, first: boolean) => (first ? `${cm} cm` : `${cm}`),
    whole: "Whole cars, to scale.",
    wholeMore: (cm: number, close: boolean, error: boolean) =>
      close
        ? `At this scale ${distance(cm)} is a pencil line.${error ? " That is less than the timing may be wrong by, so a finish this close waits for the officials." : ""}`
        : `The second car was ${distance(cm)} (${imperial(cm)}) behind.`,
    source: (speed: number, length: number, time: number) =>
      `Distance is time \u00D7 speed: ${Math.round(speed / MPH)} mph (${Math.round(speed * 3.6)} km/h), the average of the last lap, ${(length / 1000).toFixed(2)} km in ${margin(time)} s. At the line itself cars may be faster or slower.`,
    picture: (cars: readonly { name: string; cm: number }[], open: boolean) =>
      `${cars
        .map(({ name, cm }, place) => (place === 0 ? `${name} at the line` : `${name} ${distance(cm)} behind`))
        .join(", ")}${open ? "; not decided" : ""}.`,
    open: "Within the timing error: nobody has won yet.",
  },

  last: {
    heading: "The last laps",
    how: (one: string, two: string) => `The gap between them each time at the line: above, ${two} ahead; below, ${one}.`,
    lap: (lap: number) => `lap ${lap}`,
    seconds: (us: number) => `${margin(Math.abs(us))} s`,
    by: (name: string, us: number) => `${name} ahead by ${margin(us)} s`,
  },

  verdict: {
    heading: "Verdict",
    how: (lines: number, status: string) =>
      status === "held"
        ? verdicts.status("held", 0)
        : `${count(lines, "line", "lines")}, ${status === "final" ? "from official results" : "on a result that is not official yet"}. Every claim links to its evidence.`,
  },

  agate: {
    heading: (status: ResultStatus) =>
      status === "official" ? "Official results" : status === "amended" ? "Amended results" : status === "under_review" ? "Order at the line" : "Results, not yet official",
    columns: (classes: boolean, grid: boolean) =>
      `Columns: finish, car, driver, ${classes ? "place in class, " : ""}${grid ? "start, " : ""}laps led, time behind.`,
    cautions: (cautions: number) => count(cautions, "caution", "cautions"),
    miles: (meters: number) => `${(meters / 1609.344).toFixed(0)} miles`,
    mph: (meters: number, us: number) => `${((meters * 1_000_000) / us / MPH).toFixed(1)} mph`,
  },

  figures: {
    heading: "The race in figures",
    what: "What",
    figure: "Figure",
    name: (one: Figure): string => {
      switch (one.figure) {
        case "class":
          return `${one.car_class} winner`;
        case "fastest":
          return "Fastest lap";
        case "led":
          return "Most laps led";
        case "gained":
          return "Most places gained";
      }
    },
    value: (one: Figure): string => {
      switch (one.figure) {
        case "class":
          return one.position === 1 ? "overall winner" : `${ordinal(one.position)} overall`;
        case "fastest":
          return one.lap === null ? margin(one.time) : `${margin(one.time)}, lap ${one.lap}`;
        case "led":
          return `${one.laps} of ${one.of}`;
        case "gained":
          return `${one.from - one.to}, from ${ordinal(one.from)} to ${ordinal(one.to)}`;
      }
    },
  },

  whole: "The whole finish",
  every: "Every result that was published",

  evidence: {
    label: "Evidence",
    name: (place: Place, number: Called): string => {
      switch (place.at) {
        case "crossing":
          return `crossing ${number(place.entry)}, lap ${place.lap}`;
        case "lap":
          return `lap ${place.lap}`;
        case "laps":
          return `chart, laps ${place.from}\u2013${place.to}`;
        case "incident":
          return `incident ${place.number}`;
        case "result":
          return `result version ${place.rev}`;
        case "past":
          return `${place.track}, ${place.date.slice(0, 4)}`;
      }
    },
    opens: (place: Place): string => {
      switch (place.at) {
        case "crossing":
        case "lap":
          return "Watch this moment";
        case "laps":
          return "Show this car on the charts";
        case "incident":
          return "Open the incident";
        case "result":
          return "Every result that was published";
        case "past":
          return "What the records say";
      }
    },
  },

  summary: {
    title: (name: string) => `${name}: summary`,
    link: "Summary to share",
    back: "To the race",
    print: "Print",
    held: "This page tells who won",
    show: "Show it",
    none: "No result yet",
    noneMore: "At this moment the race was still on.",
    moments: "Key moments",
    watch: "Watch",
    start: "Green flag",
    stage: (number: number) => `Stage ${number} ends`,
    red: "Red flag",
    flag: "Checkered flag",
    lastLead: (car: string) => `${car} takes the lead for good`,
    result: (status: string) => `Result ${status.replace("_", " ")}`,
    every: "Every car\u2019s race",
    columns: {
      finish: "Fin", car: "Car", driver: "Driver", start: "Start", places: "\u00B1", led: "Led",
      best: "Best lap", stops: "Stops", incidents: "Incidents", penalties: "Penalties", verdict: "Verdict",
    },
    onLap: (lap: number) => `on ${lap}`,
    lapLink: (lap: number) => `lap ${lap}`,
  },

  share: {
    heading: "Share",
    moment: "This moment",
    momentMore: "Opens the race here. Nothing in the link says who won.",
    summary: "The result",
    summaryMore: "A page that tells who won and why. The link itself does not.",
    copy: "Copy link",
    copied: "Copied",
    byHand: "Select the link and copy it.",
    send: "Send\u2026",
    image: "Image of the result",
    imageMore: "It shows who won.",
    wide: "Wide, 1200 \u00D7 630",
    story: "Phone, 1080 \u00D7 1920",
    noImage: "There is an image once there is a result.",
    failed: "The image could not be made.",
    made: (name: string) => `The image ${name} has been saved.`,
    winners: "Winners",
    losers: "Losers",
  },

  /** What cars are called in a sentence. */
  called: (drivers: readonly string[], car: string) =>
    drivers.length > 0 ? listed(drivers.map(surname)) : result.carName(car),
};

const MARKS: Record<Mark, string> = {
  pit: "pit",
  out: "out of the pits",
  caution: "under caution",
  estimated: "estimated, not timed",
  timed: "timed",
};

const REACH: Record<ReachName, string> = {
  far: "So far",
  whole: "Whole distance",
  fifty: "Last 50 laps",
  twenty: "Last 20 laps",
  run: "Since the restart",
};

export const charts = {
  none: "\u2013",
  tools: "What the charts show",
  loading: "Fetching the laps\u2026",
  failed: "The laps could not be fetched. Trying again.",
  empty: "No laps yet. The charts begin when the leader completes the first.",
  nobody: "No car is picked. Choose some under Cars.",

  reach: "Laps",
  reachOf: (name: ReachName) => REACH[name],
  carClass: "Class",
  allClasses: "All classes",
  wide: "Wide",
  wideInFull: "Charts in the place of the running order",

  cars: (picked: number) => `Cars ${picked}`,
  carsInFull: "Cars to draw in full",
  find: "Number or name",
  top: (cars: number) => `First ${cars}`,
  clear: "None",
  noneFound: "No such car",
  full: (most: number) => `No more than ${most} at once`,
  remove: (number: string) => `Leave out car ${number}`,
  done: "Done",

  position: {
    heading: "Position by lap",
    more: (faded: boolean) =>
      `Heavy line: led at the line.${faded ? " Gray: the rest of the field." : ""}`,
    inClass: (name: string) => `Places within ${name}.`,
    value: (place: number) => String(place),
    spoken: (place: number) => `position ${place}`,
  },
  behind: {
    heading: (number: string | null) => (number === null ? "Gap to the leader" : `Gap to car ${number}`),
    more: (number: string | null) =>
      number === null
        ? "Seconds after the first car to complete the same lap."
        : `Seconds at the end of the same lap. Above the line: ahead of ${number}.`,
    to: "Gap to",
    leader: "Leader",
    value: (us: number) => (us === 0 ? "0" : gap(us)),
    spoken: (us: number) =>
      us === 0 ? "level" : us > 0 ? `${margin(us)} seconds behind` : `${margin(-us)} seconds ahead`,
  },
  time: {
    heading: "Lap times",
    more: "Filled square: into the pits. Open square: out of them. Open circle: under caution.",
    against: "Against the field",
    field: "Seconds slower than the middle of the field on the same lap, which cancels cautions.",
    value: lapTime,
    spoken: (us: number) => `lap of ${lapTime(us)}`,
  },
  stints: {
    heading: "Stints and stops",
    more: "A bar for each run, with its laps; a gap is a stop.",
    all: "All cars",
    value: (laps: number) => `${laps} ${laps === 1 ? "lap" : "laps"}`,
    spoken: (run: number, laps: number) => `run ${run}, ${laps} ${laps === 1 ? "lap" : "laps"} so far`,
    by: (drivers: readonly string[]) => (drivers.length === 0 ? "" : `, ${drivers.join(", ")}`),
  },

  mostlyEstimated: "Most of it is estimated; dots were timed.",
  someEstimated: "Hollow dots are estimated, not timed.",
  bands: "Stripes: cautions.",

  lap: (lap: number) => (lap === 0 ? "Start" : `Lap ${lap}`),
  mark: (mark: Mark) => MARKS[mark],
  name: (driver: string | null) => (driver === null ? "" : surname(driver)),
  carInFull: (number: string, driver: string | null) => `car ${number}${driver === null ? "" : ` ${driver}`}`,
  noValue: "no lap",
  chart: "chart",
  how: "Left and right: laps. Up and down: cars. Enter: show the race at that lap.",

  table: "Table",
  picture: "PNG",
  sheet: "CSV",
  tableInFull: (heading: string) => `Table of ${heading.toLowerCase()}`,
  pictureInFull: (heading: string) => `PNG, a picture of ${heading.toLowerCase()}`,
  sheetInFull: (heading: string) => `CSV, a spreadsheet of ${heading.toLowerCase()}`,
  page: (first: number, last: number, all: number) => `${first}\u2013${last} of ${all}`,
  earlier: "Earlier",
  later: "Later",

  columns: {
    lap: "Lap",
    car: "Car",
    driver: "Driver",
    run: "Run",
    from: "From lap",
    to: "To lap",
    laps: "Laps",
    ended: "Ended",
    stop: "stop",
  },
  caption: (heading: string, lap: number) => `${heading}, up to lap ${lap}`,
  status: (lap: number) => `after lap ${lap}`,
};
