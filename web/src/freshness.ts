/** How old what the page shows is. */

import type { Line } from "./connection.ts";
import type { Phase, ResultStatus } from "./wire.ts";

/** The field is never silent this long while cars run: a lap is shorter, and cars are many. */
export const STALE_MS = 20_000;

export type Freshness =
  | { is: "connecting" | "reconnecting" | "catching up" | "away" | "waiting" | "complete" }
  | { is: "live" | "stale" | "quiet"; age: number | null }
  | { is: "delayed"; behind: number }
  | { is: "replay"; playing: boolean; speed: number };

export interface Known {
  line: Line["is"];
  catchingUp: boolean;
  phase: Phase | null;
  status: "live" | ResultStatus | null;
  /** Milliseconds since the server heard the last event; null when it has not said. */
  age: number | null;
}

export function freshness(known: Known): Freshness {
  switch (known.line) {
    case "connecting":
    case "reconnecting":
    case "away":
      return { is: known.line };
    case "open":
      break;
  }
  if (known.catchingUp) return { is: "catching up" };
  if (known.phase === null) return { is: "connecting" };
  if (known.status === "official" || known.status === "amended") return { is: "complete" };
  const late = known.age !== null && known.age >= STALE_MS;
  if (!late) return { is: "live", age: known.age };
  // Before the start and after the finish nothing need happen: silence means nothing then.
  if (known.phase === "before") return { is: "waiting" };
  return { is: known.phase === "racing" ? "stale" : "quiet", age: known.age };
}

/** The age of the feed: told by beats, set back by news, grown by our own clock in between. */
export class FeedAge {
  #at: number | null = null;

  /** A beat said so. */
  told(age: number | null, now: number): void {
    this.#at = age === null ? null : now - age;
  }

  /** Something changed, so something arrived. */
  news(now: number): void {
    this.#at = now;
  }

  forget(): void {
    this.#at = null;
  }

  at(now: number): number | null {
    return this.#at === null ? null : Math.max(0, now - this.#at);
  }
}
