/** Each car's race in a line, and the moments that made the race. */

import type { Timeline } from "./timeline.ts";
import type { ClassifiedShown, EntryId, IncidentShown, ResultsShown, Row, VerdictsShown } from "./wire.ts";

export interface CarReport {
  entry: EntryId;
  line: ClassifiedShown;
  row: Row;
  /** Gained from the start to the finish; null where either is not known. */
  gained: number | null;
  incidents: IncidentShown[];
  verdict: { side: "winner" | "loser"; headline: string } | null;
}

/** Every car of the classification, in its order. */
export function reportsOf(
  results: ResultsShown,
  verdicts: VerdictsShown | null,
  incidents: readonly IncidentShown[],
  rows: (entry: EntryId) => Row | undefined,
): CarReport[] {
  const judged = verdicts === null || verdicts.status === "forming" ? [] : verdicts.verdicts;
  return results.classification.flatMap((line) => {
    const row = rows(line.entry);
    if (row === undefined) return [];
    const start = row.starting_position;
    const verdict = judged.find((each) => each.entry === line.entry) ?? null;
    return {
      entry: line.entry,
      line,
      row,
      gained: start === null || line.position === null ? null : start - line.position,
      incidents: incidents
        .filter((incident) => incident.involved.some((part) => part.entry === line.entry))
        .sort((a, b) => a.at - b.at),
      verdict: verdict === null ? null : { side: verdict.side, headline: verdict.headline },
    };
  });
}

export type KeyMoment = { at: number; lap: number } & (
  | { is: "start" | "red" | "flag" }
  | { is: "stage"; number: number }
  | { is: "incident"; incident: IncidentShown }
  | { is: "lead"; entry: EntryId }
  | { is: "result"; status: string }
);

/** What to watch again, up to a moment; who leads for good is told only of a race that is decided. */
export function momentsOf(
  timeline: Timeline,
  incidents: readonly IncidentShown[],
  now: number,
  decided: boolean,
): KeyMoment[] {
  const found: KeyMoment[] = [{ is: "start", at: 0, lap: 0 }];
  for (const incident of incidents) {
    found.push({ is: "incident", incident, at: incident.at, lap: incident.lap });
  }
  for (const stage of timeline.stages.slice(0, -1)) {
    if (stage.at !== null) found.push({ is: "stage", number: stage.number, at: stage.at, lap: stage.lap });
  }
  for (const flag of timeline.flags) {
    if (flag.flag === "red") found.push({ is: "red", at: flag.from, lap: flag.lap ?? 0 });
  }
  const lead = timeline.lead_changes.at(-1);
  if (decided && lead !== undefined) found.push({ is: "lead", entry: lead.entry, at: lead.at, lap: lead.lap });
  if (timeline.finished_at !== null) {
    found.push({ is: "flag", at: timeline.finished_at, lap: timeline.laps.length });
  }
  for (const [place, result] of timeline.results.entries()) {
    // Told again with another number: what it changed stands elsewhere.
    if (result.status === timeline.results[place - 1]?.status) continue;
    found.push({ is: "result", status: result.status, at: result.at, lap: timeline.laps.length });
  }
  return found.filter((moment) => moment.at <= now).sort((a, b) => a.at - b.at);
}
