/** The columns of the running order: which there are, which are shown, and which give way first. */

/** In the order in which they stand; each is the class of its cells as well. */
export const COLUMNS = [
  "position",
  "places",
  "car",
  "driver",
  "team",
  "make",
  "car-class",
  "class-place",
  "interval",
  "gap",
  "class-gap",
  "to",
  "trend",
  "last",
  "best-lap",
  "best-on",
  "laps",
  "laps-down",
  "led",
  "start",
  "gained",
  "pit",
  "last-pit",
  "state",
] as const;

export type Column = (typeof COLUMNS)[number];

/** Nothing can be told without these; and the comparison comes and goes by itself. */
export const ALWAYS: readonly Column[] = ["position", "car", "driver"];

/** Those of the page, until somebody chooses. */
export const DEFAULTS: readonly Column[] = [
  ...ALWAYS,
  "places",
  "interval",
  "gap",
  "trend",
  "last",
  "best-lap",
  "laps",
  "led",
  "start",
  "pit",
  "state",
];

/** What a visitor may choose among. */
export const OPTIONAL = COLUMNS.filter((column) => !ALWAYS.includes(column) && column !== "to");

/** On a phone a row has two lines, and these. */
const PHONE: readonly Column[] = [
  ...ALWAYS,
  "places",
  "interval",
  "gap",
  "last",
  "best-lap",
  "pit",
  "state",
];

/** Widths in pixels where letters are 13 high; the driver and the state share what is left. */
export const WIDTHS: Record<Column, number> = {
  position: 46,
  places: 84,
  car: 42,
  driver: 176,
  team: 132,
  make: 76,
  "car-class": 70,
  "class-place": 46,
  interval: 70,
  gap: 70,
  "class-gap": 76,
  to: 92,
  trend: 70,
  last: 76,
  "best-lap": 70,
  "best-on": 56,
  laps: 40,
  "laps-down": 48,
  led: 38,
  start: 70,
  gained: 50,
  pit: 116,
  "last-pit": 62,
  state: 140,
};
export const LETTERS = 13;

/** A driver's cell has room for the class, where there are several. */
const WITH_CLASS = 236;

/** Before the start only who starts where is known. */
export const NOT_ON_THE_GRID = COLUMNS.filter(
  (column) => ![...ALWAYS, "team", "make", "car-class", "class-place", "state"].includes(column),
);

/** The width of a column in this race. */
export function widthOf(column: Column, classes: boolean): number {
  return column === "driver" && classes ? WITH_CLASS : WIDTHS[column];
}

/** What stays longest stands first; what a visitor added beyond the page's own follows `state`. */
const STAYS: readonly Column[] = [
  ...ALWAYS,
  "interval",
  "gap",
  "last",
  "to",
  "places",
  "state",
  "pit",
  "best-lap",
  "trend",
  "start",
  "laps",
  "led",
];

/** Columns that were kept or told, as far as there are such. */
export function known(names: readonly string[] | null): Column[] {
  if (names === null) return [...DEFAULTS];
  return COLUMNS.filter((column) => ALWAYS.includes(column) || names.includes(column));
}

export interface Room {
  /** Pixels, where letters are 13 high; null where rows have two lines. */
  width: number | null;
  /** There is a car to compare with. */
  comparing: boolean;
  behind: "interval" | "gap";
  /** There are several classes. */
  classes?: boolean;
  /** Columns in which nothing would stand. */
  empty?: readonly Column[];
}

/** The columns to show: those chosen, as far as there is room for them. */
export function columnsFor(chosen: readonly Column[], room: Room): Column[] {
  const wanted = new Set<Column>(room.width === null ? PHONE : chosen);
  if (room.comparing) wanted.add("to");
  else wanted.delete("to");
  for (const column of room.empty ?? []) wanted.delete(column);
  if (room.width === null) {
    if (room.classes) wanted.add("car-class");
    if (room.comparing) wanted.delete("best-lap");
  } else {
    const added = [...wanted].filter((column) => !STAYS.includes(column));
    const cut = STAYS.indexOf("state") + 1;
    let left = room.width;
    let full = false;
    for (const column of [...STAYS.slice(0, cut), ...added, ...STAYS.slice(cut)]) {
      if (!wanted.has(column)) continue;
      left -= widthOf(column, room.classes ?? false);
      full ||= left < 0 && !ALWAYS.includes(column);
      if (full) wanted.delete(column);
    }
  }
  const shown = COLUMNS.filter((column) => wanted.has(column));
  const [first, second] = [shown.indexOf("interval"), shown.indexOf("gap")];
  if (room.behind === "gap" && first >= 0 && second >= 0) {
    shown[first] = "gap";
    shown[second] = "interval";
  }
  return shown;
}
