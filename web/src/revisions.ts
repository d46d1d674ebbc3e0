/** What a published result says, beside what the one before it said. */

import { surname } from "./format.ts";
import type { EntryId, RevisionShown } from "./wire.ts";
import * as words from "$words/later";

export interface Change {
  what: string;
  /** Null in the first result. */
  before: string | null;
  now: string;
}

/** How cars are called. */
export interface Namer {
  number(entry: EntryId): string;
  driver(entry: EntryId): string | null;
}

function called(entry: EntryId | null, namer: Namer): string {
  if (entry === null) return words.none;
  const driver = namer.driver(entry);
  return driver === null ? namer.number(entry) : `${namer.number(entry)} ${surname(driver)}`;
}

/** The status of a result that was published with its finish under review. */
const OPEN = "under_review";

/**
 * The first result in full; of a later one what differs. Who was only shown ahead is not called the
 * winner, neither while the finish is under review (`open`) nor afterwards.
 */
export function changesOf(
  before: RevisionShown | null,
  now: RevisionShown,
  namer: Namer,
  open = false,
  timingError = 0,
): Change[] {
  const { facts, marginOf } = words.result;
  const changes: Change[] = [];
  const tell = (what: string, was: string | null, is: string): void => {
    const changed = was !== null && was !== is;
    if (before === null || changed) changes.push({ what, before: changed ? was : null, now: is });
  };
  if (open || now.status === OPEN) {
    const ahead =
      now.winner === null
        ? words.none
        : open
          ? words.result.ahead(namer.number(now.winner), now.margin, timingError)
          : called(now.winner, namer);
    changes.push({ what: facts.shownAhead, before: null, now: ahead });
  } else if (before?.status === OPEN) {
    // Nobody had won before: there is no winner to strike out.
    changes.push({ what: facts.winner, before: null, now: called(now.winner, namer) });
    const by = marginOf(now.margin, now.under_caution);
    changes.push({ what: facts.margin, before: null, now: by });
  } else {
    tell(facts.winner, before && called(before.winner, namer), called(now.winner, namer));
    tell(
      facts.margin,
      before && marginOf(before.margin, before.under_caution),
      marginOf(now.margin, now.under_caution),
    );
  }
  tell(facts.leadChanges, before && String(before.lead_changes), String(now.lead_changes));
  if (before !== null) {
    // Maps, because an entry may be called anything, `constructor` included.
    const ledBefore = new Map(Object.entries(before.laps_led));
    const ledNow = new Map(Object.entries(now.laps_led));
    for (const entry of new Set([...ledBefore.keys(), ...ledNow.keys()])) {
      const driver = namer.driver(entry);
      tell(
        facts.lapsLed(namer.number(entry), driver === null ? "" : surname(driver)),
        String(ledBefore.get(entry) ?? 0),
        String(ledNow.get(entry) ?? 0),
      );
    }
  }
  return changes;
}
