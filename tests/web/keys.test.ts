import { all, bind, press } from "../../web/src/keys.ts";

function pressed(key: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent {
  return { key, target: null, preventDefault: () => undefined, ...more } as KeyboardEvent;
}

describe("keys", () => {
  beforeAll(() => {
    vi.stubGlobal("HTMLElement", class {});
  });

  it("do what they are for while their part is on the screen", () => {
    const done: string[] = [];
    const away = bind([{ keys: ["g"], group: "board", does: "x", run: () => done.push("g") }]);
    expect(press(pressed("g"))).toBe(true);
    expect(press(pressed("h"))).toBe(false);
    away();
    expect(press(pressed("g"))).toBe(false);
    expect(done).toEqual(["g"]);
    expect(all()).toEqual([]);
  });

  it("leave the browser's own combinations alone", () => {
    const away = bind([{ keys: ["l"], group: "time", does: "x", run: () => undefined }]);
    expect(press(pressed("l", { ctrlKey: true }))).toBe(false);
    expect(press(pressed("l", { defaultPrevented: true }))).toBe(false);
    away();
  });

  it("belong first to what came last", () => {
    const done: string[] = [];
    const under = bind([{ keys: ["Escape"], group: "page", does: "x", run: () => done.push("under") }]);
    const over = bind([{ keys: ["Escape"], group: "page", does: "x", run: () => done.push("over") }]);
    press(pressed("Escape"));
    over();
    press(pressed("Escape"));
    under();
    expect(done).toEqual(["over", "under"]);
  });
});
