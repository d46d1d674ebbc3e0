/**
 * The laps that the server told, kept up to date while somebody looks at charts.
 *
 * The shapes are those of `tracker/live/lap_chart.py`. What is added is asked for by lap; a new
 * revision means that earlier laps may be told otherwise, and then all of them are.
 */

import type { Turn } from "../drivers.ts";
import type { EntryId, RaceTime, Span } from "../wire.ts";
import type { Book, CarLaps } from "./book.ts";

export interface StopCharted {
  lap: number | null;
  at: RaceTime | null;
  time_on_pit_road: Span | null;
  caution: number | null;
}

export interface CarCharted {
  car: string;
  driver: string | null;
  drivers: Turn[];
  /** The lap that the lists begin with. */
  first: number;
  completed_at: RaceTime[];
  position: (number | null)[];
  pit: StopCharted[];
  estimated: [number, number][];
}

export interface LapChart {
  race: string;
  epoch: string;
  version: number;
  revision: string;
  after: number | null;
  cars: Record<EntryId, CarCharted>;
}

/** Asked for no oftener than this, however fast laps come. */
const LEAST_MS = 1_000;
/** Cars behind the leader complete their laps after it: asked for again, lap or no lap. */
const AGAIN_MS = 5_000;
/** Cars further back than this are out, or have all the time in the world. */
const BACKMARKERS = 20;

/** What was told, added to what is held; null where they do not fit and all must be asked for. */
export function added(held: { book: Book; revision: string } | null, told: LapChart): Book | null {
  if (told.after !== null && (held === null || held.revision !== told.revision)) return null;
  const book = new Map<EntryId, CarLaps>();
  for (const [entry, car] of Object.entries(told.cars)) {
    const before = car.first === 0 ? undefined : held?.book.get(entry);
    const known = before?.at.length ?? 0;
    // A hole between what is held and what was told.
    if (car.first > known && (car.completed_at.length > 0 || before === undefined)) return null;
    const kept = Math.min(known, car.first);
    const estimated = new Set([...(before?.estimated ?? [])].filter((lap) => lap < car.first));
    for (const [first, last] of car.estimated) {
      for (let lap = first; lap <= last; lap += 1) estimated.add(lap);
    }
    book.set(entry, {
      entry,
      number: car.car,
      driver: car.driver,
      drivers: car.drivers,
      at: [...(before?.at.slice(0, kept) ?? []), ...car.completed_at],
      position: [...(before?.position.slice(0, kept) ?? []), ...car.position],
      stops: car.pit,
      estimated,
    });
  }
  return book;
}

/** After which lap to ask: everything that a car still running may have added comes then. */
export function askAfter(book: Book): number | null {
  const done = [...book.values()].map((car) => car.at.length - 1);
  const last = Math.max(0, ...done);
  const running = done.filter((lap) => last - lap <= BACKMARKERS);
  const after = Math.min(...running) - 1;
  return after > 0 && Number.isFinite(after) ? after : null;
}

export class Laps {
  /** Null until the server has told. */
  book = $state.raw<Book | null>(null);
  failed = $state.raw(false);

  #revision = "";
  #tag = "";
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking = false;
  #ended = false;
  #due: ReturnType<typeof setTimeout> | undefined;
  #wanted = "";

  constructor(readonly race: string) {}

  /** There is news: a lap of the leader's soon, anything else in a while. */
  news(lap: number, position: string): void {
    const urgent = lap > this.#lap;
    if (position === this.#wanted && !urgent) return;
    this.#wanted = position;
    if (this.#due !== undefined || this.#ended) return;
    const since = performance.now() - this.#askedAt;
    const wait = Math.max(0, (urgent ? LEAST_MS : AGAIN_MS) - since);
    this.#due = setTimeout(() => void this.#ask(), wait);
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#due);
  }

  get #lap(): number {
    return this.book === null ? -1 : Math.max(0, ...[...this.book.values()].map((car) => car.at.length - 1));
  }

  async #ask(): Promise<void> {
    this.#due = undefined;
    if (this.#asking || this.#ended) return;
    this.#asking = true;
    this.#askedAt = performance.now();
    try {
      const after = this.book === null ? null : askAfter(this.book);
      const fits = await this.#fetch(after);
      if (!fits && after !== null) await this.#fetch(null);
      this.failed = false;
    } catch {
      this.failed = true;
      this.#wanted = "";
    } finally {
      this.#asking = false;
    }
  }

  async #fetch(after: number | null): Promise<boolean> {
    const answer = await fetch(
      `/api/races/${this.race}/lap-chart${after === null ? "" : `?after=${after}`}`,
    );
    if (!answer.ok) throw new Error(`laps: ${answer.status}`);
    const tag = `${after} ${answer.headers.get("etag")}`;
    if (answer.headers.get("etag") !== null && tag === this.#tag) return true;
    const told = (await answer.json()) as LapChart;
    if (this.#ended) return true;
    const held = this.book === null ? null : { book: this.book, revision: this.#revision };
    const book = added(held, told);
    if (book === null) return false;
    this.#tag = tag;
    this.#revision = told.revision;
    this.book = book;
    return true;
  }
}
