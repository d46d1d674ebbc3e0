/** Where a piece of a verdict's evidence can be looked at. Its forms: `docs/verdicts.md`. */

import type { EntryId, VerdictShown } from "./wire.ts";

export type Place =
  | { at: "crossing"; entry: EntryId; lap: number }
  | { at: "lap"; lap: number }
  | { at: "laps"; from: number; to: number }
  | { at: "incident"; number: number }
  | { at: "result"; rev: number }
  | { at: "past"; date: string; track: string };

export interface Proof {
  /** As it came. */
  text: string;
  /** What it says there. */
  says: string;
  /** Null where there is nothing to open: a place on the grid, what was counted. */
  place: Place | null;
}

/** A piece of evidence as it came, `crossing/5/268/sf: No. 5, position 1`, taken apart. */
export function proofOf(text: string): Proof {
  const colon = text.indexOf(": ");
  const ref = colon < 0 ? text : text.slice(0, colon);
  const says = colon < 0 ? "" : text.slice(colon + 2);
  return { text, says, place: placeOf(ref, says) };
}

function placeOf(ref: string, says: string): Place | null {
  // A car may be called anything; the lap and the loop are the last two parts.
  const crossing = /^crossing\/(.+)\/(\d{1,5})\/[a-z0-9-]+$/.exec(ref);
  if (crossing) return { at: "crossing", entry: crossing[1] ?? "", lap: Number(crossing[2]) };
  const lap = /^lap (\d{1,5})$/.exec(ref) ?? (/^(?:retirement|penalty)\//.test(ref) ? /\blap (\d{1,5})\b/.exec(says) : null);
  if (lap) return { at: "lap", lap: Number(lap[1]) };
  const laps = /^laps (\d{1,5})-(\d{1,5})$/.exec(ref);
  if (laps) return { at: "laps", from: Number(laps[1]), to: Number(laps[2]) };
  const caution = /^caution\//.test(ref) ? /^laps (\d{1,5}) to/.exec(says) : null;
  if (caution) return { at: "lap", lap: Number(caution[1]) };
  const incident = /^incident\/(\d{1,6})$/.exec(ref);
  if (incident) return { at: "incident", number: Number(incident[1]) };
  const result = /^result\/(\d{1,6})$/.exec(ref);
  if (result) return { at: "result", rev: Number(result[1]) };
  const past = /^(\d{4}-\d{2}-\d{2}) (.+)$/.exec(ref);
  if (past) return { at: "past", date: past[1] ?? "", track: past[2] ?? "" };
  return null;
}

/** What can be opened of a verdict's evidence, each once. */
export function proofsOf(evidence: readonly string[]): Proof[] {
  const known = new Map<string, Proof>();
  for (const text of evidence) {
    const proof = proofOf(text);
    if (proof.place === null) continue;
    const key = JSON.stringify(proof.place);
    if (!known.has(key)) known.set(key, proof);
  }
  return [...known.values()];
}

/** The lap whose order verdicts were judged by: the latest that their evidence names; 0 without. */
export function lapJudged(verdicts: readonly VerdictShown[]): number {
  const laps = verdicts
    .flatMap(({ reasons }) => reasons.flatMap(({ evidence }) => evidence))
    .map((text) => proofOf(text).place)
    .map((place) => (place?.at === "crossing" ? place.lap : 0));
  return Math.max(0, ...laps);
}
