/**
 * Single keys that do things, wherever the focus is but in a field.
 *
 * Each part of the page brings its own while it is on the screen; `?` lists what there is.
 */

export interface Key {
  /** As `KeyboardEvent.key` names it; several do the same. */
  keys: readonly string[];
  group: "time" | "board" | "page";
  does: string;
  run: (event: KeyboardEvent) => void;
}

const bound = new Set<readonly Key[]>();

/** Brings keys; returns what takes them away again. */
export function bind(keys: readonly Key[]): () => void {
  bound.add(keys);
  return () => bound.delete(keys);
}

/** Every key there is now. */
export function all(): Key[] {
  return [...bound].flat();
}

/** Whether the focus is where keys mean what is written on them, or a control of its own. */
function elsewhere(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("dialog")) return true;
  if (target.matches("input, select, textarea")) return true;
  // A button is pressed by space and enter; arrows steer tabs, sliders and lists.
  if (event.key === " " || event.key === "Enter") return target.matches("button, a, summary");
  return event.key.startsWith("Arrow") && target.closest("[role=tablist], [role=slider]") !== null;
}

/** Does what a key is for; true when there was something to do. */
export function press(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (elsewhere(event)) return false;
  // What came last is on top: its keys go first.
  for (const keys of [...bound].reverse()) {
    const found = keys.find((key) => key.keys.includes(event.key));
    if (found === undefined) continue;
    event.preventDefault();
    found.run(event);
    return true;
  }
  return false;
}
