/**
 * The words of the finish and of what people share, loaded with them. As in `words.ts`, another
 * language is another file like this one.
 */

import { margin, surname } from "./format.ts";
import type { Place } from "./evidence.ts";
import type { Told } from "./finish.ts";
import type { EntryId, ResultStatus } from "./wire.ts";
import { more } from "./words-more.ts";

const MPH = 0.44704;
const INCH_CM = 2.54;

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

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

const deciders: Record<string, string> = {
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

export type Called = (entry: EntryId) => string;

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
        return `${deciders[told.by] ?? "It was given to"} ${called(told.entry)}.`;
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
          : `${called(told.entry)} started ${more.verdicts.place(told.place)}.`;
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
        ? more.verdicts.status("held", 0)
        : `${count(lines, "line", "lines")}, ${status === "final" ? "from official results" : "on a result that is not official yet"}. Every claim links to its evidence.`,
  },

  agate: {
    heading: (status: ResultStatus) =>
      status === "official" ? "Official results" : status === "amended" ? "Amended results" : status === "under_review" ? "Order at the line" : "Results, not yet official",
    columns: "Columns: finish, car, driver, start, laps led, time behind.",
    cautions: (cautions: number) => count(cautions, "caution", "cautions"),
    miles: (meters: number) => `${(meters / 1609.344).toFixed(0)} miles`,
    mph: (meters: number, us: number) => `${((meters * 1_000_000) / us / MPH).toFixed(1)} mph`,
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
  called: (driver: string | null | undefined, car: string) =>
    driver ? surname(driver) : more.result.carName(car),
};
