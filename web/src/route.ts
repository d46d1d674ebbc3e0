/** Where the visitor is, by path: the list of races, or one race. */

export type Route = { at: "races" } | { at: "race"; race: string };

export function routeOf(path: string): Route {
  const found = /^\/race\/([a-z0-9-]{1,64})\/?$/.exec(path);
  return found?.[1] === undefined ? { at: "races" } : { at: "race", race: found[1] };
}

export function pathOf(route: Route): string {
  return route.at === "races" ? "/" : `/race/${route.race}`;
}

/** The race to go to without being asked: the only one, or the only one that is live. */
export function obvious(races: readonly { race: string; live: boolean }[]): string | null {
  const live = races.filter((race) => race.live);
  const candidates = races.length === 1 ? races : live;
  return candidates.length === 1 ? (candidates[0]?.race ?? null) : null;
}
