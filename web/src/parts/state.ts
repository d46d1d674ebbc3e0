/** The one thing worth saying about a car now, the gravest first. */

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
