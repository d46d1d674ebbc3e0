/** What an overlay shows, as its address asks: `?rows=10&cars=5,17&side=right&gap=leader&delay=35`. */

import { LONGEST_DELAY_MS } from "../clock.svelte.ts";

export interface Asked {
  rows: number;
  /** Car numbers; null for the first cars, whoever they are. */
  cars: readonly string[] | null;
  side: "left" | "right";
  behind: "gap" | "interval";
  flag: boolean;
  /** Milliseconds behind live, to match the picture. */
  delay: number;
}

const MOST_ROWS = 60;
const FIRST_ROWS = 10;

export function asked(search: string): Asked {
  const wish = new URLSearchParams(search);
  const cars = wish.get("cars")?.split(",").filter(Boolean).slice(0, MOST_ROWS) ?? [];
  const rows = Number(wish.get("rows") ?? (cars.length || FIRST_ROWS));
  const delay = 1000 * Number(wish.get("delay") ?? 0);
  return {
    rows: Number.isInteger(rows) && rows >= 0 ? Math.min(rows, MOST_ROWS) : FIRST_ROWS,
    cars: cars.length > 0 ? cars : null,
    side: wish.get("side") === "right" ? "right" : "left",
    behind: wish.get("gap") === "leader" ? "gap" : "interval",
    flag: wish.get("flag") !== "off",
    delay: Number.isFinite(delay) && delay > 0 ? Math.min(delay, LONGEST_DELAY_MS) : 0,
  };
}
