/**
 * The picture of one race, and the rule by which messages change it.
 *
 * A message applies only when its epoch is the picture's and it follows the picture's version.
 * Anything else leaves the picture as it is: old, which can be said, but never wrong.
 */

import type {
  EntryId,
  IncidentShown,
  PictureMessage,
  ResultsShown,
  Row,
  Snapshot,
  State,
  Update,
  VerdictsShown,
  Watch,
} from "./wire.ts";

export interface Picture {
  readonly race: string;
  readonly epoch: string;
  readonly version: number;
  readonly state: State;
  // Maps, because an entry may be called anything, `__proto__` included.
  readonly rows: ReadonlyMap<EntryId, Row>;
  readonly incidents: ReadonlyMap<number, IncidentShown>;
  readonly results: ResultsShown | null;
  readonly verdicts: VerdictsShown | null;
}

/** The picture after a message, or null where the message does not apply to it. */
export function after(picture: Picture | null, message: PictureMessage): Picture | null {
  if (message.type === "snapshot") return whole(message);
  if (picture === null) return null;
  if (message.race !== picture.race) return null;
  if (message.epoch !== picture.epoch || message.follows !== picture.version) return null;
  switch (message.type) {
    case "update":
      return updated(picture, message);
    case "incident": {
      const incidents = new Map(picture.incidents);
      incidents.set(message.incident.number, message.incident);
      return { ...picture, version: message.version, incidents };
    }
    case "results":
      return { ...picture, version: message.version, results: message.results };
    case "verdicts":
      return { ...picture, version: message.version, verdicts: message.verdicts };
  }
}

function whole(message: Snapshot): Picture {
  return {
    race: message.race,
    epoch: message.epoch,
    version: message.version,
    state: message.state,
    rows: new Map(Object.entries(message.rows)),
    incidents: new Map(Object.values(message.incidents).map((told) => [told.number, told])),
    results: message.results,
    verdicts: message.verdicts,
  };
}

function updated(picture: Picture, message: Update): Picture | null {
  const rows = new Map(picture.rows);
  for (const [entry, changed] of Object.entries(message.rows ?? {})) {
    const before = rows.get(entry);
    // A car not seen before must come whole; half a row would be a wrong board.
    if (before === undefined && !isWhole(changed)) return null;
    rows.set(entry, { ...before, ...changed } as Row);
  }
  for (const entry of message.gone ?? []) rows.delete(entry);
  return {
    ...picture,
    version: message.version,
    state: { ...picture.state, ...message.state },
    rows,
  };
}

function isWhole(row: Partial<Row>): row is Row {
  return row.position !== undefined && row.car !== undefined && row.status !== undefined;
}

/** What became of a message. */
export type Followed = "applied" | "ask" | "waiting" | "not ours";

/** Follows one race: holds its picture and knows when to ask again. */
export class Follower {
  picture: Picture | null = null;
  /** Asked again, not answered yet: the picture is old. */
  catchingUp = false;

  constructor(readonly race: string) {}

  receive(message: PictureMessage): Followed {
    if (message.race !== this.race) return "not ours";
    const next = after(this.picture, message);
    if (next !== null) {
      this.picture = next;
      this.catchingUp = false;
      return "applied";
    }
    // One question at a time: updates go on arriving while the answer is under way.
    if (this.catchingUp) return "waiting";
    return "ask";
  }

  /** The server's version, told in passing: the same as ours means that nothing is lacking. */
  heard(version: number | null): void {
    if (this.picture !== null && this.picture.version === version) this.catchingUp = false;
  }

  /** The request for what this picture lacks. */
  ask(): Watch {
    this.catchingUp = true;
    const { race, picture } = this;
    if (picture === null) return { type: "watch", race };
    return { type: "watch", race, epoch: picture.epoch, version: picture.version };
  }
}
