/**
 * Rows that changed places slide there, when few enough did for an eye to follow.
 *
 * All rows are equally high, so a place is a hundred percent of a row and nothing is measured:
 * to ask one row for its height makes the browser lay out the whole page there and then.
 */

const MOVERS = 8;
const SLIDE_MS = 220;

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

export function slide(
  moved: ReadonlyMap<string, number>,
  element: (key: string) => HTMLElement | undefined,
): void {
  if (moved.size === 0 || moved.size > MOVERS) return;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const [key, places] of moved) {
    element(key)?.animate(
      [{ transform: `translateY(${places * 100}%)` }, { transform: "translateY(0)" }],
      // Added to a slide that is still under way, so that a row in motion never jumps.
      { duration: SLIDE_MS, easing: "cubic-bezier(0.2, 0, 0, 1)", composite: "add" },
    );
  }
}
