/** What a visitor is told of unasked: which news, by kind, car and severity. */

import { atLeast, type ControlEntry } from "./control.ts";
import type { Alert, AlertKind } from "./settings.svelte.ts";
import type { EntryId } from "./wire.ts";

/** The kind of alert that a line of the log falls under. */
export function alertOf(entry: ControlEntry): AlertKind {
  return entry.kind === "review" ? "result" : entry.kind;
}

/** Whether a line is to be told. What names no car concerns everybody. */
export function alarming(
  entry: ControlEntry,
  alerts: Record<AlertKind, Alert>,
  followed: (car: EntryId) => boolean,
): boolean {
  const alert = alerts[alertOf(entry)];
  if (!alert.on || !atLeast(entry, alert.least)) return false;
  return alert.only === "all" || entry.entries.length === 0 || entry.entries.some(followed);
}

/** Hertz: told apart without looking, high where one should look at once. */
export const TONES: Record<AlertKind, number> = {
  flag: 880,
  incident: 740,
  penalty: 587,
  retirement: 494,
  message: 440,
  result: 988,
  lead: 659,
  pit: 392,
};

let audio: AudioContext | null = null;

/** A short, soft tone; browsers allow it only after the visitor has touched the page. */
export function sound(kind: AlertKind): void {
  try {
    audio ??= new AudioContext();
    if (audio.state === "suspended") void audio.resume();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const now = audio.currentTime;
    tone.frequency.value = TONES[kind];
    volume.gain.setValueAtTime(0, now);
    volume.gain.linearRampToValueAtTime(0.15, now + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, now + 0.35);
    tone.connect(volume).connect(audio.destination);
    tone.start(now);
    tone.stop(now + 0.4);
  } catch {
    // A browser without sound says it in writing.
  }
}
