/** Whether the screen is of a kind, now and after it was turned or its window drawn larger. */
export class Screen {
  #is = $state.raw(false);

  /** @param query as in a style sheet, `(min-width: 1100px)` */
  constructor(query: string) {
    const asked = matchMedia(query);
    this.#is = asked.matches;
    asked.addEventListener("change", () => (this.#is = asked.matches));
  }

  get is(): boolean {
    return this.#is;
  }
}

/** One of each for the whole visit: nobody has to stop listening. */
export const wide = new Screen("(min-width: 1100px)");
export const phone = new Screen("(max-width: 739px)");
