import { address, Connection, wait, type Line, type Socket } from "../../web/src/connection.ts";
import type { ServerMessage } from "../../web/src/wire.ts";

class FakeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  onerror: Socket["onerror"] = null;
  sent: unknown[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.(undefined as never);
    this.say({ type: "hello", protocol: 1, races: [], beat_ms: 2000 });
  }

  say(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  end(code: number, reason = ""): void {
    this.onclose?.({ code, reason });
  }
}

function line() {
  const sockets: FakeSocket[] = [];
  const lines: Line[] = [];
  const messages: ServerMessage[] = [];
  const connection = new Connection(
    { line: (told) => lines.push(told), message: (told) => messages.push(told) },
    {
      open: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      },
      random: () => 0.5,
      now: Date.now,
    },
  );
  return { connection, sockets, lines, messages, last: () => lines.at(-1)! };
}

const beat: ServerMessage = { type: "beat", race: null, version: null, feed_age_ms: null };

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the address", () => {
  it("is the page's own host, as safe as the page", () => {
    expect(address({ protocol: "http:", host: "localhost:8000" })).toBe("ws://localhost:8000/ws");
    expect(address({ protocol: "https:", host: "race.example" })).toBe("wss://race.example/ws");
  });
});

describe("a line to the server", () => {
  it("is open when the server has said hello, not before", () => {
    const { connection, sockets, last } = line();
    connection.start();
    expect(last()).toEqual({ is: "connecting" });
    sockets[0]!.onopen?.(undefined as never);
    expect(last()).toEqual({ is: "connecting" });
    sockets[0]!.open();
    expect(last()).toEqual({ is: "open" });
    expect(connection.send({ type: "watch", race: "kansas" })).toBe(true);
    expect(sockets[0]!.sent).toEqual([{ type: "watch", race: "kansas" }]);
  });

  it("says nothing where there is no line", () => {
    const { connection } = line();
    expect(connection.send({ type: "ping" })).toBe(false);
    connection.start();
    expect(connection.send({ type: "ping" })).toBe(false);
  });

  it.each([1006, 4001, 4008])("comes back after %i", (code) => {
    const { connection, sockets, last } = line();
    connection.start();
    sockets[0]!.open();
    sockets[0]!.end(code);
    expect(last()).toEqual({ is: "reconnecting", attempt: 1 });
    vi.advanceTimersByTime(249);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(2);
  });

  it.each([4501, 4504])("stays away after %i and says why", (code) => {
    const { connection, sockets, last } = line();
    connection.start();
    sockets[0]!.open();
    sockets[0]!.end(code, "no such race");
    expect(last()).toEqual({ is: "away", code, reason: "no such race" });
    vi.advanceTimersByTime(3_600_000);
    expect(sockets).toHaveLength(1);
  });

  it("may be opened again after being sent away, for something else", () => {
    const { connection, sockets, last } = line();
    connection.start();
    sockets[0]!.open();
    sockets[0]!.end(4504, "no such race");
    connection.start();
    sockets[1]!.open();
    expect(last()).toEqual({ is: "open" });
  });

  it("is dead after three beats without a message", () => {
    const { connection, sockets, last } = line();
    connection.start();
    sockets[0]!.open();
    vi.advanceTimersByTime(5000);
    sockets[0]!.say(beat);
    vi.advanceTimersByTime(5999);
    expect(last()).toEqual({ is: "open" });
    vi.advanceTimersByTime(1);
    expect(last()).toEqual({ is: "reconnecting", attempt: 1 });
    expect(sockets[0]!.closed).toBe(true);
    // What the dead line still says is not heard.
    expect(sockets[0]!.onmessage).toBeNull();
  });

  it("is dead when it never opens", () => {
    const { connection, last } = line();
    connection.start();
    vi.advanceTimersByTime(15_000);
    expect(last()).toEqual({ is: "reconnecting", attempt: 1 });
  });

  it("waits longer after each failure, and briefly again after a good line", () => {
    const { connection, sockets, last } = line();
    connection.start();
    for (const attempt of [1, 2, 3]) {
      sockets.at(-1)!.end(1006);
      expect(last()).toEqual({ is: "reconnecting", attempt });
      vi.advanceTimersByTime(wait(attempt, 0.5));
      expect(sockets).toHaveLength(attempt + 1);
    }
    sockets.at(-1)!.open();
    for (let beats = 0; beats < 6; beats += 1) {
      vi.advanceTimersByTime(2000);
      sockets.at(-1)!.say(beat);
    }
    sockets.at(-1)!.end(4001);
    expect(last()).toEqual({ is: "reconnecting", attempt: 1 });
  });

  it("does not hurry to a server that greets and closes at once", () => {
    const { connection, sockets, last } = line();
    connection.start();
    sockets[0]!.open();
    sockets[0]!.end(4008);
    vi.advanceTimersByTime(250);
    sockets[1]!.open();
    sockets[1]!.end(4008);
    expect(last()).toEqual({ is: "reconnecting", attempt: 2 });
  });

  it("tries at once when the network comes back", () => {
    const { connection, sockets } = line();
    connection.start();
    sockets[0]!.end(1006);
    connection.nudge();
    expect(sockets).toHaveLength(2);
    connection.nudge();
    vi.advanceTimersByTime(10_000);
    expect(sockets).toHaveLength(2);
  });

  it("is given up when what comes is not JSON", () => {
    const { connection, sockets, last } = line();
    connection.start();
    sockets[0]!.open();
    sockets[0]!.onmessage?.({ data: "<html>" });
    expect(last()).toEqual({ is: "reconnecting", attempt: 1 });
  });

  it("ends when the page is left", () => {
    const { connection, sockets } = line();
    connection.start();
    sockets[0]!.open();
    connection.stop();
    vi.advanceTimersByTime(3_600_000);
    expect(sockets).toHaveLength(1);
    expect(sockets[0]!.closed).toBe(true);
  });
});

describe("the wait before an attempt", () => {
  it("is anywhere below a limit that doubles from 0.5 s to 15 s", () => {
    expect([1, 2, 3, 4, 5, 6, 60].map((attempt) => wait(attempt, 1))).toEqual([
      500, 1000, 2000, 4000, 8000, 15_000, 15_000,
    ]);
    expect(wait(6, 0)).toBe(0);
  });
});
