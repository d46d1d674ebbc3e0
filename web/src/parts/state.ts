/** The one thing worth saying about a car now, the gravest first. */

import { gap } from "../format.ts";
import type { Row } from "../wire.ts";
import { words } from "../words.ts";

export interface CarState {
  chip: string | null;
  look: "solid" | "warn" | "plain";
  text: string | null;
}

export interface Around {
  reviewed: boolean;
  freePass: boolean;
  incident: string | null;
  onGrid: boolean;
  mostlyEstimated: boolean;
}

export function stateOf(row: Row, around: Around): CarState | null {
  const text = row.status_text;
  // Before the start nothing happens to a car: there is room to say whose it is.
  if (around.onGrid && text === null) {
    return row.team === null ? null : { chip: null, look: "plain", text: row.team };
  }
  switch (row.status) {
    case "retired":
    case "dnf":
    case "dsq":
    case "dns":
      return { chip: words.state.status(row.status), look: "solid", text };
    case "grid":
    case "running":
    case "stopped":
    case "finished":
      break;
  }
  if (around.reviewed) return { chip: words.state.review, look: "warn", text };
  if (row.status === "stopped") return { chip: words.state.status("stopped"), look: "warn", text };
  if (row.on_pit_road) return { chip: words.state.pitRoad, look: "plain", text };
  if (around.incident !== null) {
    return { chip: words.incidents.kind(around.incident), look: "warn", text };
  }
  if (around.freePass) return { chip: words.state.freePass, look: "plain", text };
  if (row.estimated && text === null && !around.mostlyEstimated) {
    return { chip: null, look: "plain", text: words.order.estimatedShort };
  }
  return text === null ? null : { chip: null, look: "plain", text };
}

/** What was worked out is marked, and the mark takes the place of the sign. */
function behind(us: number, estimated: boolean): string {
  return estimated ? `~${gap(us).replace(/^\+/, "")}` : gap(us);
}

/** Behind the leader, for a car that is in the race. */
export function gapOf(row: Row, settled: boolean): string {
  if (row.laps_down > 0) return words.order.laps(row.laps_down);
  // It led at its last crossing and does not now: how far back it is shows when it comes round.
  const led = row.gap_to_leader === 0 && row.position > 1 && row.interval === null;
  if (row.gap_to_leader !== null && !led) return behind(row.gap_to_leader, row.estimated);
  return row.position === 1 && settled ? words.order.leader : words.none;
}

/** Behind the next car ahead, for a car that is in the race. */
export function intervalOf(row: Row): string {
  if (row.interval !== null) return behind(row.interval, row.estimated);
  return row.interval_laps !== null ? words.order.laps(row.interval_laps) : words.none;
}
