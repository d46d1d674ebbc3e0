/** A chart as a picture to send to others: with its heading, its race and its lap. */

import uPlot from "uplot";

import type { Paper } from "./look.ts";

const HEAD = 46;
const EDGE = 12;

export function pictureOf(
  chart: HTMLCanvasElement,
  paper: Paper,
  heading: string,
  more: string,
): Promise<Blob | null> {
  const px = uPlot.pxRatio;
  const canvas = document.createElement("canvas");
  canvas.width = chart.width + 2 * EDGE * px;
  canvas.height = chart.height + (HEAD + EDGE) * px;
  const ctx = canvas.getContext("2d");
  if (ctx === null) return Promise.resolve(null);
  ctx.fillStyle = paper.paper;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  const room = canvas.width - 2 * EDGE * px;
  ctx.fillStyle = paper.ink;
  ctx.font = `700 ${16 * px}px ${paper.font}`;
  ctx.fillText(heading, EDGE * px, 22 * px, room);
  ctx.fillStyle = paper.ink2;
  ctx.font = `${12 * px}px ${paper.font}`;
  ctx.fillText(more, EDGE * px, 40 * px, room);
  ctx.drawImage(chart, EDGE * px, HEAD * px);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
