/** Numbers as people read them. Times come in whole microseconds and are never floats before here. */

const MINUS = "\u2212";
const MICROSECONDS_A_SECOND = 1_000_000;

/** Whole milliseconds, halves up. */
function milliseconds(us: number): number {
  return Math.floor((us + 500) / 1000);
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

/** `31.231`, `1:04.080`: seconds to the thousandth, with minutes and hours only where there are any. */
function clocked(us: number): string {
  const ms = milliseconds(us);
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor(ms / 1000) % 60;
  const thousandths = pad(ms % 1000, 3);
  if (minutes === 0) return `${seconds}.${thousandths}`;
  if (minutes < 60) return `${minutes}:${pad(seconds, 2)}.${thousandths}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60, 2)}:${pad(seconds, 2)}.${thousandths}`;
}

/**
 * A length of time that decides something. What is not nothing must not read 0.000, so a span
 * that would is shown as finely as it was measured.
 */
export function margin(us: number): string {
  const size = Math.abs(us);
  const sign = us < 0 ? MINUS : "";
  if (size !== 0 && milliseconds(size) === 0) {
    return `${sign}0.${pad(size, 6).replace(/0+$/, "")}`;
  }
  return sign + clocked(size);
}

export function lapTime(us: number): string {
  return clocked(us);
}

/** `+0.163`: behind the leader, or behind the next car ahead. */
export function gap(us: number): string {
  return us < 0 ? margin(us) : `+${margin(us)}`;
}

/** `33.4`: time on pit road, to the tenth. */
export function pitTime(us: number): string {
  const tenths = Math.floor((us + 50_000) / 100_000);
  const minutes = Math.floor(tenths / 600);
  const seconds = Math.floor(tenths / 10) % 60;
  if (minutes === 0) return `${seconds}.${tenths % 10}`;
  return `${minutes}:${pad(seconds, 2)}.${tenths % 10}`;
}

/** `3:09:09`: race time, in seconds completed. */
export function raceTime(us: number): string {
  const seconds = Math.floor(Math.abs(us) / MICROSECONDS_A_SECOND);
  const hours = Math.floor(seconds / 3600);
  const sign = us < 0 ? MINUS : "";
  return `${sign}${hours}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
}

/** `+4`, `−2`, `0`: places against the start. */
export function signed(places: number): string {
  if (places === 0) return "0";
  return places > 0 ? `+${places}` : `${MINUS}${-places}`;
}

/** `5 May 2024` from an ISO date; what is not one is shown as it came. */
export function date(iso: string, language = "en-GB"): string {
  const day = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return iso;
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(day);
}

const SUFFIX = /^(jr|sr|ii|iii|iv)\.?$/i;
const PARTICLE = /^(van|von|der|den|de|del|della|di|da|dos|du|la|le|ten|ter)$/i;

/** The name a headline uses: `Truex Jr`, `van Gisbergen`, `Larson`. */
export function surname(name: string): string {
  const words = name.trim().split(/\s+/);
  let first = words.length - 1;
  if (first > 0 && SUFFIX.test(words[first] ?? "")) first -= 1;
  while (first > 1 && PARTICLE.test(words[first - 1] ?? "")) first -= 1;
  return words.slice(Math.max(first, 0)).join(" ");
}
