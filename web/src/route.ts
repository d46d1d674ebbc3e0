/** Where the visitor is, by address: the list of races, a race, or another view of one. */

export const VIEWS = ["finish", "summary", "overlay", "wall"] as const;
export type View = (typeof VIEWS)[number];

export type Route =
  | { at: "races" }
  | { at: "race"; race: string; view: View | null }
  | { at: "compare"; races: readonly string[] };

/** A moment by link: a lap of the leader's, or a race time in seconds. */
export type Moment = { lap: number } | { seconds: number } | null;

const RACE = /^[a-z0-9-]{1,64}$/;

export function routeOf(path: string): Route {
  const [first, second, third, ...rest] = path.split("/").filter((part) => part !== "");
  if (rest.length > 0) return { at: "races" };
  if (first === "race" && second !== undefined && RACE.test(second)) {
    if (third === undefined) return { at: "race", race: second, view: null };
    const view = VIEWS.find((each) => each === third);
    if (view !== undefined) return { at: "race", race: second, view };
  }
  if (first === "compare" && third === undefined) {
    return { at: "compare", races: (second ?? "").split(",").filter((race) => RACE.test(race)) };
  }
  return { at: "races" };
}

export function pathOf(route: Route): string {
  switch (route.at) {
    case "races":
      return "/";
    case "race":
      return `/race/${route.race}${route.view === null ? "" : `/${route.view}`}`;
    case "compare":
      return `/compare/${route.races.join(",")}`;
  }
}

/** The moment that an address names. */
export function momentIn(search: string): Moment {
  const asked = new URLSearchParams(search);
  const lap = asked.get("lap");
  if (lap !== null && /^\d{1,5}$/.test(lap)) return { lap: Number(lap) };
  const seconds = asked.get("t");
  if (seconds !== null && /^-?\d{1,6}(\.\d{1,6})?$/.test(seconds)) {
    return { seconds: Number(seconds) };
  }
  return null;
}

/** The part of an address that names a moment; none for the live edge. */
export function searchOf(moment: Moment): string {
  if (moment === null) return "";
  return "lap" in moment ? `?lap=${moment.lap}` : `?t=${moment.seconds}`;
}

/** The race to go to without being asked: the only one, or the only one that is live. */
export function obvious(
  races: readonly { race: string; live: boolean; phase: string }[],
): string | null {
  const live = races.filter((race) => race.live);
  // One that is over has a result to keep: the visitor says whether that is wanted.
  const candidates = races.length === 1 ? races.filter((race) => race.phase !== "finished" || race.live) : live;
  return candidates.length === 1 ? (candidates[0]?.race ?? null) : null;
}
