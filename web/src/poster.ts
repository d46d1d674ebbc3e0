/** The result as an image: what it says is worked out here, and drawn with the fonts of the device. */

import type { Board } from "./board.svelte.ts";
import { crewOf, isOpen } from "./finish.ts";
import { date, gap } from "./format.ts";
import { finishWords } from "$words/finish";
import * as words from "$words/later";

export interface Poster {
  race: string;
  where: string;
  status: string;
  headline: string[];
  order: { place: string; car: string; name: string; behind: string }[];
  verdicts: { side: "winner" | "loser"; car: string; headline: string }[];
}

const TOP = 10;
const MOST_VERDICTS = 6;

/** What the image says; nothing before there is a result, and no winner while it is open. */
export function posterOf(board: Pick<Board, "state" | "results" | "verdicts" | "car">): Poster | null {
  const { state, results, verdicts } = board;
  if (state === null || results === null) return null;
  const open = isOpen(results);
  const latest = results.revisions.at(-1) ?? null;
  const number = (entry: string): string => board.car(entry)?.row.car ?? entry;
  const winner = open ? null : (latest?.winner ?? results.classification[0]?.entry ?? null);
  const review = new Set(open ? results.review : []);
  const headline =
    winner === null
      ? [open ? words.result.underReview : words.result.noWinner]
      : [
          finishWords.called(crewOf(results, winner), number(winner)),
          latest?.under_caution
            ? words.result.underCaution
            : latest?.margin != null
              ? words.result.by(latest.margin)
              : "",
        ].filter((line) => line !== "");
  return {
    race: state.name,
    where: [state.track !== state.name && state.track, state.date && date(state.date)].filter(Boolean).join(", "),
    status: finishWords.agate.heading(results.status),
    headline,
    order: results.classification.slice(0, TOP).map((line) => ({
      place: review.has(line.entry) || line.position === null ? words.none : String(line.position),
      car: number(line.entry),
      name: words.crew(line.drivers),
      behind: review.has(line.entry)
        ? words.state.review
        : line.laps_behind > 0
          ? words.result.behind(line.laps_behind)
          : line.behind !== null && line.behind !== 0 && !open
            ? gap(line.behind)
            : "",
    })),
    verdicts: (verdicts === null || verdicts.status === "forming" ? [] : verdicts.verdicts)
      .slice(0, MOST_VERDICTS)
      .map(({ side, entry, headline: said }) => ({ side, car: number(entry), headline: said })),
  };
}

export const SIZES = { wide: [1200, 630], story: [1080, 1920] } as const;
export type Size = keyof typeof SIZES;

const PAPER = "#fbfbf9";
const INK = "#14171a";
const INK_2 = "#474d54";
const RULE = "#dcdfe0";
const GAIN = "#00694d";
const LOSS = "#a63a08";
const SERIF = 'Charter, Georgia, "Liberation Serif", serif';
const SANS = 'Roboto, "Segoe UI", "Liberation Sans", Arial, sans-serif';

/** Draws it; the paper is always white, because nobody knows where it will be looked at. */
export function drawPoster(canvas: HTMLCanvasElement, poster: Poster, size: Size): void {
  const [width, height] = SIZES[size];
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("this browser draws no images");
  const tall = size === "story";
  const edge = tall ? 80 : 56;
  const say = (text: string, x: number, y: number, room: number, font: string, ink: string = INK): void => {
    pen.font = font;
    pen.fillStyle = ink;
    pen.textBaseline = "alphabetic";
    pen.fillText(fitted(pen, text, room), x, y);
  };
  const right = (text: string, x: number, y: number, font: string, ink: string): void => {
    pen.font = font;
    pen.fillStyle = ink;
    pen.fillText(text, x - pen.measureText(text).width, y);
  };
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, width, height);
  checkers(pen, width, tall ? 44 : 28);

  const column = tall ? width - 2 * edge : 540;
  let y = tall ? 150 : 92;
  say(poster.race, edge, y, column, `700 ${tall ? 40 : 26}px ${SERIF}`);
  y += tall ? 44 : 28;
  say(poster.where, edge, y, column, `400 ${tall ? 28 : 18}px ${SANS}`, INK_2);
  const large = tall ? 112 : 68;
  y += tall ? 70 : 44;
  say(poster.status, edge, y, column, `400 ${tall ? 28 : 18}px ${SANS}`, INK_2);
  for (const line of poster.headline) {
    y += large;
    pen.font = `700 ${large}px ${SERIF}`;
    const shrunk = Math.min(1, column / pen.measureText(line).width);
    say(line, edge, y, column, `700 ${Math.max(large * 0.5, large * shrunk)}px ${SERIF}`);
  }

  const verdicts = (top: number): void => {
    const step = tall ? 74 : 40;
    let at = top;
    for (const side of ["winner", "loser"] as const) {
      for (const verdict of poster.verdicts.filter((each) => each.side === side)) {
        pen.font = `700 ${tall ? 34 : 20}px ${SANS}`;
        say(side === "winner" ? "\u25B2" : "\u25BC", edge, at, 40, `700 ${tall ? 26 : 16}px ${SANS}`, side === "winner" ? GAIN : LOSS);
        say(verdict.car, edge + (tall ? 42 : 26), at, tall ? 80 : 50, `700 ${tall ? 32 : 20}px ${SANS}`);
        say(verdict.headline, edge + (tall ? 130 : 82), at, column - (tall ? 130 : 82), `700 ${tall ? 36 : 22}px ${SERIF}`);
        at += step;
      }
    }
  };
  const order = (x: number, top: number, room: number, step: number, px: number): void => {
    let at = top;
    for (const line of poster.order) {
      right(line.place, x + px * 1.6, at, `400 ${px}px ${SANS}`, INK_2);
      say(line.car, x + px * 2.2, at, px * 2.6, `700 ${px}px ${SANS}`);
      say(line.name, x + px * 4.6, at, room - px * 10.6, `400 ${px}px ${SANS}`);
      right(line.behind, x + room, at, `400 ${px}px ${SANS}`, INK_2);
      pen.fillStyle = RULE;
      pen.fillRect(x, at + step * 0.3, room, 1);
      at += step;
    }
  };
  if (tall) {
    order(edge, y + 130, column, 66, 34);
    verdicts(y + 130 + 66 * poster.order.length + 80);
  } else {
    verdicts(Math.max(y + 64, height - 60 - 40 * (poster.verdicts.length - 1)));
    order(660, 118, width - 660 - edge, 47, 21);
  }
}

/** The text, cut with an ellipsis where it is too long for its room. */
function fitted(pen: CanvasRenderingContext2D, text: string, room: number): string {
  if (pen.measureText(text).width <= room) return text;
  let cut = text;
  while (cut.length > 1 && pen.measureText(`${cut}\u2026`).width > room) cut = cut.slice(0, -1);
  return `${cut.trimEnd()}\u2026`;
}

function checkers(pen: CanvasRenderingContext2D, width: number, height: number): void {
  const side = height / 2;
  pen.fillStyle = INK;
  for (let row = 0; row < 2; row += 1) {
    for (let x = row * side; x < width; x += 2 * side) pen.fillRect(x, row * side, side, side);
  }
}
