/**
 * What this visitor likes, kept by this browser and told to nobody.
 *
 * What is kept may be of an older page, or anything else: every value is checked as it is read.
 */

import { SEVERITIES, type Severity } from "./control.ts";

const KEPT_AS = "race-tracker";

export const THEMES = ["auto", "light", "dark"] as const;
export const PALETTES = ["standard", "deuteranopia", "contrast", "mono"] as const;
export const DENSITIES = ["all", "roomy"] as const;
export const TEXT_SIZES = ["normal", "large"] as const;

export type Theme = (typeof THEMES)[number];
export type Palette = (typeof PALETTES)[number];
export type Density = (typeof DENSITIES)[number];
export type TextSize = (typeof TEXT_SIZES)[number];

/** What to be told of: kinds of news, for all cars or those followed, and whether with a sound. */
export interface Alert {
  on: boolean;
  sound: boolean;
  only: "all" | "followed";
  least: Severity;
}

export const ALERTS = [
  "flag",
  "incident",
  "penalty",
  "retirement",
  "message",
  "result",
  "lead",
  "pit",
] as const;
export type AlertKind = (typeof ALERTS)[number];

export interface Kept {
  theme: Theme;
  palette: Palette;
  density: Density;
  textSize: TextSize;
  /** Columns shown beside those that always are; null for those of the page. */
  columns: string[] | null;
  /** Which of the two comes first, and alone where there is room for one. */
  behind: "interval" | "gap";
  /** Cars grouped by class. */
  byClass: boolean;
  /** How the cars followed are doing is told to screen readers. */
  spoken: boolean;
  /** Milliseconds behind live. */
  delay: number;
  /** What lies ahead of the moment that is shown stays hidden. */
  noSpoilers: boolean;
  /** Single keys do things. */
  keys: boolean;
  alerts: Record<AlertKind, Alert>;
  /** Cars followed, by series: entries. */
  followed: Record<string, string[]>;
  /** Races whose end this visitor has seen, the latest last. */
  seen: string[];
}

const FIRST: Kept = {
  theme: "auto",
  palette: "standard",
  density: "all",
  textSize: "normal",
  columns: null,
  behind: "interval",
  byClass: false,
  spoken: true,
  delay: 0,
  noSpoilers: true,
  keys: true,
  alerts: Object.fromEntries(
    ALERTS.map((kind) => [kind, { on: false, sound: false, only: "all", least: "note" }]),
  ) as Record<AlertKind, Alert>,
  followed: {},
  seen: [],
};

const MOST_SEEN = 300;
const MOST_FOLLOWED = 40;
const MOST_SERIES = 40;

/** What was kept, as far as it makes sense. */
export function read(text: string | null): Kept {
  let told: unknown;
  try {
    told = JSON.parse(text ?? "{}");
  } catch {
    return structuredClone(FIRST);
  }
  const raw = (typeof told === "object" && told !== null ? told : {}) as Record<string, unknown>;
  const one = <T extends string>(of: readonly T[], key: string, otherwise: T): T =>
    of.find((each) => each === raw[key]) ?? otherwise;
  const truth = (key: keyof Kept): boolean =>
    typeof raw[key] === "boolean" ? raw[key] : (FIRST[key] as boolean);
  const texts = (value: unknown, most: number): string[] =>
    Array.isArray(value)
      ? value.filter((each): each is string => typeof each === "string").slice(0, most)
      : [];
  const alerts = structuredClone(FIRST.alerts);
  const toldAlerts = (raw["alerts"] ?? {}) as Record<string, Partial<Alert> | undefined>;
  for (const kind of ALERTS) {
    const alert = toldAlerts[kind];
    if (typeof alert !== "object" || alert === null) continue;
    alerts[kind] = {
      on: alert.on === true,
      sound: alert.sound === true,
      only: alert.only === "followed" ? "followed" : "all",
      least: SEVERITIES.find((each) => each === alert.least) ?? "note",
    };
  }
  const following = typeof raw["followed"] === "object" ? (raw["followed"] ?? {}) : {};
  const followed = Object.fromEntries(
    Object.entries(following)
      .slice(0, MOST_SERIES)
      .map(([series, cars]) => [series, texts(cars, MOST_FOLLOWED)]),
  );
  const delay = raw["delay"];
  return {
    theme: one(THEMES, "theme", FIRST.theme),
    palette: one(PALETTES, "palette", FIRST.palette),
    density: one(DENSITIES, "density", FIRST.density),
    textSize: one(TEXT_SIZES, "textSize", FIRST.textSize),
    columns: Array.isArray(raw["columns"]) ? texts(raw["columns"], 40) : null,
    behind: raw["behind"] === "gap" ? "gap" : "interval",
    byClass: truth("byClass"),
    spoken: truth("spoken"),
    delay: typeof delay === "number" && delay >= 0 && delay <= 600_000 ? Math.round(delay) : 0,
    noSpoilers: truth("noSpoilers"),
    keys: truth("keys"),
    alerts,
    followed,
    seen: texts(raw["seen"], MOST_SEEN),
  };
}

class Settings {
  #kept = $state<Kept>(read(stored()));

  get kept(): Kept {
    return this.#kept;
  }

  set<K extends keyof Kept>(key: K, value: Kept[K]): void {
    this.#kept[key] = value;
    this.#keep();
  }

  alert(kind: AlertKind, change: Partial<Alert>): void {
    Object.assign(this.#kept.alerts[kind], change);
    this.#keep();
  }

  /** Whether anything is to be told. */
  get alerting(): boolean {
    return ALERTS.some((kind) => this.#kept.alerts[kind].on);
  }

  follows(series: string, entry: string): boolean {
    return this.#cars(series).includes(entry);
  }

  #cars(series: string): string[] {
    // A series may be called anything, `constructor` included.
    return Object.hasOwn(this.#kept.followed, series) ? (this.#kept.followed[series] ?? []) : [];
  }

  follow(series: string, entry: string): void {
    const cars = this.#cars(series);
    this.#kept.followed[series] = cars.includes(entry)
      ? cars.filter((each) => each !== entry)
      : [...cars, entry].slice(-MOST_FOLLOWED);
    this.#keep();
  }

  /** Whether the end of a race is to be kept from this visitor until asked for. */
  guards(race: string): boolean {
    return this.#kept.noSpoilers && !this.#kept.seen.includes(race);
  }

  saw(race: string): void {
    if (this.#kept.seen.includes(race)) return;
    this.#kept.seen = [...this.#kept.seen, race].slice(-MOST_SEEN);
    this.#keep();
  }

  #keep(): void {
    try {
      localStorage.setItem(KEPT_AS, JSON.stringify(this.#kept));
    } catch {
      // A browser that keeps nothing forgets at the end of the visit.
    }
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

export const settings = new Settings();
