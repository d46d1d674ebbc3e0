/** A chart as a picture to send to others: large, with its heading, its race, its lap and its cars. */

import uPlot from "uplot";

import type { Paper } from "./look.ts";
import { Chart, type Drawn, type Figure, type Size } from "./plot.ts";

/** As if on a screen of this width, whatever it is that one looks at. */
const WIDTH = 900;
/** Pixels of the picture to one of that screen, or a little more. */
const SHARP = 2;
const EDGE = 16;
const HEAD = 56;
const ROW = 20;
const SWATCH = 26;

export interface Told {
  heading: string;
  /** The race and the lap. */
  under: string;
  /** How the chart is read. */
  more: string;
  /** What a line is called. */
  called: (drawn: Drawn) => string;
}

export async function pictureOf(
  figure: Figure,
  paper: Paper,
  height: number,
  told: Told,
): Promise<Blob | null> {
  const scale = Math.ceil(SHARP / uPlot.pxRatio);
  const px = scale * uPlot.pxRatio;
  const size: Size = { width: WIDTH - 2 * EDGE, height: Math.max(height, Math.round(WIDTH / 2)) };
  const chart = new Chart(document.createElement("div"), figure, paper, size, scale);
  // The plot draws itself after this turn.
  await new Promise((drawn) => setTimeout(drawn));
  const canvas = document.createElement("canvas");
  const ctx = canvas.getContext("2d");
  if (ctx === null) return null;

  const small = `${13 * px}px ${paper.font}`;
  ctx.font = small;
  const rows = laidOut(
    figure.lines.filter(({ picked }) => picked).map((drawn) => ({ drawn, text: told.called(drawn) })),
    ({ text }) => SWATCH + ctx.measureText(text).width / px + 18,
    WIDTH - 2 * EDGE,
  );
  const legend = rows.length * ROW;
  canvas.width = WIDTH * px;
  canvas.height = Math.round((HEAD + legend + ROW + EDGE) * px) + chart.canvas.height;
  ctx.fillStyle = paper.paper;
  ctx.fillRect(0, 0, canvas.width, canvas.height);

  const room = canvas.width - 2 * EDGE * px;
  ctx.fillStyle = paper.ink;
  ctx.font = `700 ${20 * px}px ${paper.font}`;
  ctx.fillText(told.heading, EDGE * px, 28 * px, room);
  ctx.fillStyle = paper.ink2;
  ctx.font = small;
  ctx.fillText(told.under, EDGE * px, 48 * px, room);
  rows.forEach((row, place) => {
    const y = (HEAD + place * ROW + 14) * px;
    for (const { item, x } of row) {
      const { color, width, dash } = item.drawn.stroke;
      ctx.strokeStyle = color;
      ctx.lineWidth = width * 1.4 * px;
      ctx.setLineDash(dash.map((part) => part * px));
      ctx.beginPath();
      ctx.moveTo((EDGE + x) * px, y - 4 * px);
      ctx.lineTo((EDGE + x + SWATCH - 6) * px, y - 4 * px);
      ctx.stroke();
      ctx.fillStyle = paper.ink;
      ctx.fillText(item.text, (EDGE + x + SWATCH) * px, y);
    }
  });
  ctx.drawImage(chart.canvas, EDGE * px, (HEAD + legend) * px);
  ctx.fillStyle = paper.ink2;
  ctx.font = `${12 * px}px ${paper.font}`;
  ctx.fillText(told.more, EDGE * px, canvas.height - (EDGE - 2) * px, room);
  chart.destroy();
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** Things side by side, in as many rows as they need. */
export function laidOut<Item>(
  items: readonly Item[],
  widthOf: (item: Item) => number,
  room: number,
): { item: Item; x: number }[][] {
  const rows: { item: Item; x: number }[][] = [];
  let free = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const width = widthOf(item);
    if (free + width > room) {
      rows.push([]);
      free = 0;
    }
    rows.at(-1)?.push({ item, x: free });
    free += width;
  }
  return rows;
}
