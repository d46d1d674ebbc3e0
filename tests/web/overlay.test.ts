import { asked } from "../../web/src/views/overlay.ts";

describe("the address of an overlay", () => {
  it("asks for the first ten cars when it asks for nothing", () => {
    expect(asked("")).toEqual({
      rows: 10,
      cars: null,
      side: "left",
      behind: "interval",
      flag: true,
      delay: 0,
    });
  });

  it("names cars, a side, what stands behind the names, and a delay in seconds", () => {
    const wish = asked("?cars=5,17&side=right&gap=leader&delay=35.5&flag=off");
    expect(wish.cars).toEqual(["5", "17"]);
    expect([wish.rows, wish.side, wish.behind, wish.flag, wish.delay]).toEqual([
      2,
      "right",
      "gap",
      false,
      35_500,
    ]);
  });

  it.each(["?rows=x", "?rows=-1", "?rows=1e9", "?delay=NaN", "?delay=-5", "?delay=1e12"])(
    "is never more than a picture holds: %s",
    (search) => {
      const wish = asked(search);
      expect(wish.rows).toBeLessThanOrEqual(60);
      expect(wish.rows).toBeGreaterThanOrEqual(0);
      expect(wish.delay).toBeLessThanOrEqual(600_000);
      expect(wish.delay).toBeGreaterThanOrEqual(0);
    },
  );
});
