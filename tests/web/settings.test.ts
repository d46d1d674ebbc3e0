import { read } from "../../web/src/settings.svelte.ts";

describe("what the browser kept", () => {
  it("is taken where it makes sense", () => {
    const kept = read(
      JSON.stringify({ theme: "dark", delay: 35_500, behind: "gap", followed: { cup: ["5", "17"] } }),
    );
    expect([kept.theme, kept.delay, kept.behind]).toEqual(["dark", 35_500, "gap"]);
    expect(kept.followed["cup"]).toEqual(["5", "17"]);
    expect(kept.noSpoilers).toBe(true);
  });

  it.each(["", "null", "[]", "7", "{", '{"theme":"pink","delay":-1,"columns":[7],"alerts":7,"followed":[1]}'])(
    "is what a newcomer has, where it is %s",
    (text) => {
      const kept = read(text);
      expect(kept.theme).toBe("auto");
      expect(kept.delay).toBe(0);
      expect(kept.alerts.flag).toEqual({ on: false, sound: false, only: "all", least: "note" });
    },
  );

  it("holds a series of any name", () => {
    const kept = read('{"followed":{"__proto__":["5"],"constructor":["9"]}}');
    expect(kept.followed["constructor"]).toEqual(["9"]);
    expect(({} as Record<string, unknown>)["0"]).toBeUndefined();
  });

  it("never grows beyond bounds", () => {
    const kept = read(JSON.stringify({ seen: Array.from({ length: 5000 }, (_, n) => `race-${n}`) }));
    expect(kept.seen).toHaveLength(300);
  });
});
