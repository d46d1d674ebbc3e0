/** Every word of the charts; apart from those of the page, for the first board needs none of them. */

import { gap, lapTime, margin } from "../format.ts";
import { surname } from "../format.ts";
import type { ReachName } from "./axis.ts";
import type { Mark } from "./series.ts";

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

export const words = {
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
