/**
 * Rows that changed places slide there, when few enough did for an eye to follow.
 *
 * All rows are equally high, so nothing is measured but one of them: Svelte's own flip measures
 * every row at every update, which costs a frame at sixty cars.
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
  let height = 0;
  for (const [key, places] of moved) {
    const row = element(key);
    if (row === undefined) continue;
    height ||= row.offsetHeight;
    row.animate(
      [{ transform: `translateY(${places * height}px)` }, { transform: "translateY(0)" }],
      // Added to a slide that is still under way, so that a row in motion never jumps.
      { duration: SLIDE_MS, easing: "cubic-bezier(0.2, 0, 0, 1)", composite: "add" },
    );
  }
}
