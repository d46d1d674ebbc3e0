/** The words of what is loaded after the first board; the other half of `words.ts`. */

import type { ControlEntry } from "./control.ts";
import { margin } from "./format.ts";
import type { Seen } from "./timeline.ts";
import type { ResultStatus } from "./wire.ts";
import { count, flags, named, penalties, penaltyStatuses, sentence } from "./words.ts";

/** `17`, `17 and 5`, `17, 5 and 9`. */
function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

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

export const more = {
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

  key: {
    heading: "Key",
    leadLap: "on the lead lap",
    lapsDown: "laps down",
    retired: "retired",
    gained: "places gained since the last restart, and why",
    lost: "places lost",
    ownBest: "own best lap",
    raceBest: "best lap of the race",
    estimated: "estimated, not timed",
    pit: "stops · lap and seconds of the latest; gray when it was not in this caution",
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
    estimated: "Estimated: partly from crossings that were not timed.",
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

} as const;
