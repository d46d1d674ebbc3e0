/**
 * The race as it was, from segments that the server keeps: a whole picture and what changed after.
 *
 * The ordinary rule of pictures applies them. Few segments are held, so that two hours of looking
 * back take no more memory than two minutes.
 */

import { after, type Picture } from "./picture.ts";
import { segmentOf, type Timeline } from "./timeline.ts";
import type { PictureMessage, RaceTime, Snapshot } from "./wire.ts";

/** Twelve minutes of a race: enough that going to and fro in a caution asks for nothing again. */
const MOST_SEGMENTS = 12;

export interface Frame {
  at: RaceTime;
  messages: PictureMessage[];
}

export interface Segment {
  race: string;
  epoch: string;
  index: number;
  from: RaceTime;
  to: RaceTime;
  /** The race has gone on beyond it. */
  complete: boolean;
  /** The race was known up to here when it was made. */
  reach: RaceTime;
  events: number;
  snapshot: Snapshot;
  frames: Frame[];
}

/** A segment, how far it reaches, and where in it we are. */
interface Held {
  segment: Segment;
  picture: Picture;
  /** The frame that comes next. */
  next: number;
}

export type Fetched = (index: number) => Promise<Segment>;

export class Past {
  #held = new Map<number, Held>();
  #asked = new Map<number, Promise<void>>();

  constructor(readonly fetched: Fetched) {}

  /** The race at a moment; null where that part of it has to be loaded first. */
  at(timeline: Timeline, moment: RaceTime): Picture | null {
    const held = this.#known(timeline, moment);
    if (held === null) return null;
    const done = held.segment.frames[held.next - 1];
    if (done !== undefined && done.at > moment) begin(held);
    for (;;) {
      const frame = held.segment.frames[held.next];
      if (frame === undefined || frame.at > moment) return held.picture;
      held.next += 1;
      for (const message of frame.messages) {
        const next = after(held.picture, message);
        // A segment is made in one piece: a change in it that does not follow is our mistake.
        if (next === null) throw new Error("a segment of the past does not hold together");
        held.picture = next;
      }
    }
  }

  /** Fetches the part of the race that a moment lies in, unless it is here or on its way. */
  load(timeline: Timeline, moment: RaceTime): Promise<void> {
    if (this.#known(timeline, moment) !== null) return Promise.resolve();
    const index = segmentOf(timeline, moment);
    const asked = this.#asked.get(index);
    if (asked !== undefined) return asked;
    const fetching = this.fetched(index)
      .then((segment) => this.#keep(index, segment))
      .finally(() => this.#asked.delete(index));
    this.#asked.set(index, fetching);
    return fetching;
  }

  forget(): void {
    this.#held.clear();
  }

  #known(timeline: Timeline, moment: RaceTime): Held | null {
    const index = segmentOf(timeline, moment);
    const held = this.#held.get(index);
    if (held === undefined) return null;
    const { segment } = held;
    const stale = segment.complete
      ? timeline.events[index] !== undefined && timeline.events[index] !== segment.events
      : moment > segment.reach;
    if (stale) return null;
    this.#held.delete(index);
    this.#held.set(index, held); // the one used last goes last
    return held;
  }

  #keep(index: number, segment: Segment): void {
    const picture = pictureOf(segment);
    this.#held.delete(index);
    this.#held.set(index, { segment, picture, next: 0 });
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= MOST_SEGMENTS) break;
      this.#held.delete(oldest);
    }
  }
}

function begin(held: Held): void {
  held.picture = pictureOf(held.segment);
  held.next = 0;
}

function pictureOf(segment: Segment): Picture {
  const picture = after(null, segment.snapshot);
  if (picture === null) throw new Error("a segment begins with a whole picture");
  return picture;
}
