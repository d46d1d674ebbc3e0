/** The one thing worth saying about a car now, the gravest first. */

import type { To } from "../compare.ts";
import { gap } from "../format.ts";
import type { PenaltyShown, RaceTime, Row, Span } from "../wire.ts";
import * as words from "$words/board";

export interface CarState {
  chip: string | null;
  look: "solid" | "warn" | "plain" | "stale";
  text: string | null;
}

export interface Around {
  reviewed: boolean;
  freePass: boolean;
  incident: string | null;
  onGrid: boolean;
  mostlyEstimated: boolean;
  /** The moment that is shown. */
  now: RaceTime | null;
}

/** Why a car is not in the race any more, in a word; null while it is. */
export function outOf(row: Row): string | null {
  return words.order.out[row.status] ?? null;
}

/** The penalty to speak of: one that is not served, else one served in this stint. */
export function penaltyOf(row: Row): PenaltyShown | null {
  const open = row.penalties.findLast((penalty) => penalty.status !== "served");
  if (open !== undefined) return open;
  const served = row.penalties.at(-1);
  if (served === undefined) return null;
  // The next stop begins another stint, and the matter is closed.
  const since = row.pit_stop?.lap ?? 0;
  return since > served.lap ? null : served;
}

/** It came out of the pits under green and has not completed a lap since. */
function onOutLap(row: Row): boolean {
  const { pit_stop: stop, on_pit_road: onPitRoad } = row;
  if (stop === null || onPitRoad || stop.lap === null || stop.caution !== null) return false;
  return row.laps_completed <= stop.lap;
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
  const penalty = penaltyOf(row);
  if (penalty !== null && penalty.status !== "served") {
    const { chip, text: more } = words.penalty(penalty);
    return { chip, look: penalty.status === "applied" ? "warn" : "plain", text: more };
  }
  if (around.incident !== null) {
    return { chip: words.state.incident(around.incident), look: "warn", text };
  }
  if (around.freePass) return { chip: words.state.freePass, look: "plain", text };
  if (row.due !== null && around.now !== null) {
    return { chip: null, look: "stale", text: words.order.stale(around.now - row.due) };
  }
  if (onOutLap(row)) return { chip: null, look: "plain", text: words.state.outLap };
  if (penalty !== null) {
    const { chip, text: more } = words.penalty(penalty);
    return { chip, look: "plain", text: more };
  }
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

/** Behind the first of its class. */
export function classGapOf(row: Row): string {
  if (row.class_gap_laps !== null) return words.order.laps(row.class_gap_laps);
  if (row.class_gap !== null) return behind(row.class_gap, row.estimated);
  return row.class_position === 1 ? words.order.leader : words.none;
}

/** Behind the next of its class ahead. */
export function classIntervalOf(row: Row): string {
  if (row.class_interval !== null) return behind(row.class_interval, row.estimated);
  return row.class_interval_laps !== null ? words.order.laps(row.class_interval_laps) : words.none;
}

/** What decides how far behind a car is said to be. */
export interface Standing {
  byClass: boolean;
  /** No review is open: there may be a leader. */
  settled: boolean;
  /** Laps completed by whoever leads: the race, or the class. */
  lead: number;
  /** As the results have it, penalties and all; null while there are none. */
  official: Official | null;
}

export interface Official {
  gap: Span | null;
  interval: Span | null;
  laps: number;
}

/** Laps behind of a car that has not come round for laps: more than at its last crossing. */
export function overdue(row: Row, { byClass, lead, official }: Standing): number {
  const laps = Math.max(official?.laps ?? 0, lead - row.laps_completed - 1);
  return laps > (byClass ? (row.class_gap_laps ?? 0) : row.laps_down) ? laps : 0;
}

/** Behind the leader, or the first of its class, as the board says it. */
export function behindOf(row: Row, standing: Standing): string {
  const gap = standing.official?.gap ?? null;
  if (gap !== null) return behind(gap, row.estimated);
  const laps = overdue(row, standing);
  if (laps > 0) return words.order.laps(laps);
  return standing.byClass ? classGapOf(row) : gapOf(row, standing.settled);
}

/** Behind the next car ahead, as the board says it. */
export function aheadOf(row: Row, standing: Standing): string {
  const interval = standing.official?.interval ?? null;
  if (interval !== null) return behind(interval, row.estimated);
  if (overdue(row, standing) > 0) return words.none;
  return standing.byClass ? classIntervalOf(row) : intervalOf(row);
}

/** Behind the car one compares with, or ahead of it. */
export function toOf(to: To, estimated: boolean): string {
  if (to.laps !== 0) return words.order.lapsTo(to.laps);
  if (to.time === null) return words.none;
  return estimated ? `~${gap(to.time).replace(/^\+/, "")}` : gap(to.time);
}

/** Behind the next car ahead, for a car that is in the race. */
export function intervalOf(row: Row): string {
  if (row.interval !== null) return behind(row.interval, row.estimated);
  return row.interval_laps !== null ? words.order.laps(row.interval_laps) : words.none;
}
