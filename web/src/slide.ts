/**
 * Rows that changed places slide there, when few enough did for an eye to follow.
 *
 * All rows are equally high, so a place is a hundred percent of a row and nothing is measured:
 * to ask one row for its height makes the browser lay out the whole page there and then.
 */

const MOVERS = 8;
/** Shorter than the time between two pictures of a live race, so that no slide meets another. */
const SLIDE_MS = 180;

/** How many places down each row was, by its key; only rows that moved and were there before. */
export function moves(before: readonly string[], now: readonly string[]): Map<string, number> {
  const was = new Map(before.map((key, place) => [key, place]));
  const moved = new Map<string, number>();
  now.forEach((key, place) => {
    const old = was.get(key);
    if (old !== undefined && old !== place) moved.set(key, old - place);
  });
  return moved;
}

let movedAt = Number.NEGATIVE_INFINITY;

/**
 * Lets rows slide from where they were, if those that moved before have come to rest: where the order
 * changes faster, as in a race played at fifty times, nothing would be seen but motion.
 */
export function slide(
  moved: ReadonlyMap<string, number>,
  element: (key: string) => Pick<HTMLElement, "animate"> | undefined,
  now = performance.now(),
): void {
  if (moved.size === 0) return;
  const atRest = now - movedAt >= SLIDE_MS;
  movedAt = now;
  if (!atRest || moved.size > MOVERS || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const [key, places] of moved) {
    element(key)?.animate([{ transform: `translateY(${places * 100}%)` }, { transform: "none" }], {
      duration: SLIDE_MS,
      easing: "cubic-bezier(0.2, 0, 0, 1)",
    });
  }
}
