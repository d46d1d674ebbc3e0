/** What is painted on a chart besides its lines. Everything is in the canvas's own pixels. */

import uPlot from "uplot";

import type { Paper } from "./look.ts";
import type { Drawn, Figure } from "./plot.ts";
import { shared } from "./series.ts";
import { charts as words } from "$words/charts";

const YELLOW = "#f5c800";
const RED = "#b9161d";
/** Numbers at the ends of lines stand no closer than this. */
const LINE_HEIGHT = 13;

/** Plots that are drawn larger than on a screen, and how much. */
const larger = new WeakMap<uPlot, number>();

export function enlarge(plot: uPlot, scale: number): void {
  larger.set(plot, scale);
}

/** Pixels of the canvas to one that is meant. */
function dots(plot: uPlot): number {
  return uPlot.pxRatio * (larger.get(plot) ?? 1);
}

/** Stripes for a caution, solid for red, with the caution's number above; ends of stages. */
export function paintBands(plot: uPlot, figure: Figure, paper: Paper): void {
  const { ctx, bbox } = plot;
  const px = dots(plot);
  const { first, last } = figure.reach;
  const at = (lap: number): number =>
    plot.valToPos(Math.min(last, Math.max(first, lap)), "x", true);
  ctx.save();
  ctx.font = `${11 * px}px ${paper.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  let free = 0;
  for (const band of figure.bands) {
    if (band.to < first || band.from > last) continue;
    const left = at(band.from);
    const width = Math.max(at(band.to) - left, px);
    if (band.look === "red") {
      ctx.globalAlpha = paper.dark ? 0.45 : 0.3;
      ctx.fillStyle = RED;
      ctx.fillRect(left, bbox.top, width, bbox.height);
    } else {
      stripes(ctx, { left, top: bbox.top, width, height: bbox.height }, px, paper.dark);
    }
    ctx.globalAlpha = 1;
    const middle = left + width / 2;
    if (band.caution !== null && middle >= free) {
      ctx.fillStyle = paper.ink3;
      ctx.fillText(`C${band.caution}`, middle, bbox.top - 3 * px);
      free = middle + 18 * px;
    }
  }
  ctx.strokeStyle = paper.ink3;
  ctx.fillStyle = paper.ink3;
  ctx.lineWidth = px;
  ctx.textAlign = "right";
  for (const stage of figure.stages) {
    if (stage.lap < first || stage.lap > last) continue;
    const x = Math.round(at(stage.lap)) + px / 2;
    ctx.setLineDash([px, 2 * px]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top - 4 * px);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(`S${stage.number}`, x - 3 * px, bbox.top - 3 * px);
  }
  if (figure.base !== null) {
    const y = Math.round(plot.valToPos(figure.axis.at(figure.base), "y", true)) + px / 2;
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

function stripes(
  ctx: CanvasRenderingContext2D,
  box: { left: number; top: number; width: number; height: number },
  px: number,
  dark: boolean,
): void {
  const { left, top, width, height } = box;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  // What drew before us leaves its dashes behind.
  ctx.setLineDash([]);
  ctx.fillStyle = YELLOW;
  ctx.globalAlpha = dark ? 0.14 : 0.2;
  ctx.fillRect(left, top, width, height);
  ctx.strokeStyle = YELLOW;
  ctx.globalAlpha = dark ? 0.3 : 0.45;
  ctx.lineWidth = 2 * px;
  ctx.beginPath();
  // Stripes begin at the paper's corner, so that they run on from one band to the next.
  const step = 7 * px;
  const start = Math.floor((left + top) / step) * step;
  for (let sum = start; sum < left + width + top + height; sum += step) {
    ctx.moveTo(sum - top, top);
    ctx.lineTo(sum - top - height, top + height);
  }
  ctx.stroke();
  ctx.restore();
}

/** Led at the line: heavy while it lasts. */
export function paintHeavy(plot: uPlot, figure: Figure): void {
  if (figure.heavy === null) return;
  const { ctx } = plot;
  const px = dots(plot);
  const y = plot.valToPos(figure.axis.at(figure.heavy), "y", true);
  const { first, last } = figure.reach;
  ctx.save();
  ctx.setLineDash([]);
  for (const { line, stroke, picked } of figure.lines) {
    if (!picked) continue;
    ctx.strokeStyle = stroke.color;
    ctx.lineWidth = 4 * px;
    ctx.beginPath();
    for (let lap = Math.max(1, first); lap <= Math.min(last, line.values.length - 1); lap += 1) {
      if (line.values[lap] !== figure.heavy) continue;
      ctx.moveTo(plot.valToPos(Math.max(first, lap - 0.5), "x", true), y);
      ctx.lineTo(plot.valToPos(Math.min(last, lap + 0.5), "x", true), y);
    }
    ctx.stroke();
  }
  ctx.restore();
}

/** Pit laps square, out laps open square, caution laps small open circles, estimates hollow. */
export function paintMarks(plot: uPlot, figure: Figure, paper: Paper): void {
  const { ctx, bbox } = plot;
  const px = dots(plot);
  const { first, last } = figure.reach;
  // With no room between laps, marks would be the line.
  const room = bbox.width / Math.max(1, last - first) / px;
  ctx.save();
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.rect(bbox.left - 3 * px, bbox.top - 3 * px, bbox.width + 6 * px, bbox.height + 6 * px);
  ctx.clip();
  ctx.lineWidth = 1.2 * px;
  for (const { line, stroke, picked } of figure.lines) {
    if (!picked) continue;
    ctx.strokeStyle = stroke.color;
    for (const [lap, mark] of line.marks) {
      const value = line.values[lap];
      if (lap < first || lap > last || value === null || value === undefined) continue;
      if (mark === "caution" && room < 3) continue;
      const x = plot.valToPos(lap, "x", true);
      // What lies beyond the paper is marked at its edge.
      const high = Math.min(figure.axis.high, Math.max(figure.axis.low, figure.axis.at(value)));
      const y = plot.valToPos(high, "y", true);
      const size = (mark === "caution" || room < 3 ? 1.6 : 2.6) * px;
      ctx.fillStyle = mark === "pit" || mark === "timed" ? stroke.color : paper.paper;
      ctx.beginPath();
      if (mark === "pit" || mark === "out") ctx.rect(x - size, y - size, 2 * size, 2 * size);
      else ctx.arc(x, y, size, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
  }
  ctx.restore();
}

/** The car's number at the end of its line, moved where two would lie on each other. */
export function paintEnds(plot: uPlot, figure: Figure, paper: Paper): void {
  const { ctx, bbox } = plot;
  const px = dots(plot);
  const ends = figure.lines.flatMap((drawn) => {
    const end = drawn.picked ? endOf(drawn, figure) : null;
    if (end === null) return [];
    const high = Math.min(figure.axis.high, Math.max(figure.axis.low, figure.axis.at(end.value)));
    return [
      { drawn, x: plot.valToPos(end.lap, "x", true), y: plot.valToPos(high, "y", true), label: 0 },
    ];
  });
  const front = Math.max(...ends.map((end) => end.x));
  ctx.save();
  ctx.setLineDash([]);
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  const running = ends.filter((end) => !end.drawn.out && front - end.x < 60 * px);
  spread(running, bbox.top, bbox.top + bbox.height, LINE_HEIGHT * px);
  for (const end of ends) {
    const { stroke, line, out } = end.drawn;
    const beside = running.includes(end);
    const x = (beside ? front : end.x) + (beside ? 14 : 5) * px;
    const y = beside ? end.label : end.y;
    ctx.strokeStyle = stroke.color;
    ctx.lineWidth = 0.8 * px;
    ctx.globalAlpha = 0.6;
    ctx.beginPath();
    ctx.moveTo(end.x, end.y);
    ctx.lineTo(x - 2 * px, y);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.font = `700 ${11 * px}px ${paper.font}`;
    const text = out ? `\u00D7\u2009${line.number}` : line.number;
    // A number must be read over whatever line passes behind it.
    ctx.strokeStyle = paper.paper;
    ctx.lineWidth = 3 * px;
    ctx.lineJoin = "round";
    ctx.strokeText(text, x, y);
    ctx.fillStyle = stroke.color;
    ctx.fillText(text, x, y);
  }
  ctx.restore();
}

function endOf({ line }: Drawn, { reach }: Figure): { lap: number; value: number } | null {
  for (let lap = Math.min(reach.last, line.values.length - 1); lap >= reach.first; lap -= 1) {
    const value = line.values[lap];
    if (value !== null && value !== undefined) return { lap, value };
  }
  return null;
}

/** Gives each its own place between top and bottom, in the order of where they belong. */
export function spread(
  ends: { y: number; label: number }[],
  top: number,
  bottom: number,
  apart: number,
): void {
  ends.sort((a, b) => a.y - b.y);
  const step = Math.min(apart, (bottom - top) / Math.max(1, ends.length - 1));
  let free = top;
  for (const end of ends) {
    end.label = Math.max(free, end.y);
    free = end.label + step;
  }
  let limit = bottom;
  for (const end of [...ends].reverse()) {
    end.label = Math.min(limit, end.label);
    limit = end.label - step;
  }
}

/** Runs between stops as bars, with their laps where there is room; a stop is a gap and a tick. */
export function paintBars(plot: uPlot, figure: Figure, paper: Paper): void {
  const { ctx, bbox } = plot;
  const px = dots(plot);
  const { first, last } = figure.reach;
  const height = Math.min(16 * px, (bbox.height / Math.max(1, figure.lines.length)) * 0.66);
  const at = (lap: number): number =>
    plot.valToPos(Math.min(last, Math.max(first, lap)), "x", true);
  ctx.save();
  ctx.textBaseline = "middle";
  figure.lines.forEach(({ line, stroke, out }, row) => {
    const middle = plot.valToPos(figure.axis.at(row), "y", true);
    const top = middle - height / 2;
    let end = bbox.left;
    const runs = figure.bars?.[row] ?? [];
    const many = shared(runs);
    runs.forEach((stint, place) => {
      if (stint.to <= first || stint.from >= last) return;
      const left = at(stint.from) + (stint.from > first ? px : 0);
      const width = Math.max(px, at(stint.to) - left - (stint.stopped ? px : 0));
      end = left + width;
      ctx.fillStyle = stroke.color;
      // Every other run is lighter, so that one sees where they change.
      ctx.globalAlpha = place % 2 === 0 ? 0.85 : 0.5;
      ctx.fillRect(left, top, width, height);
      ctx.globalAlpha = 1;
      if (stint.stopped) ctx.fillRect(left + width, top - 2 * px, 1.5 * px, height + 4 * px);
      const laps = String(stint.to - stint.from);
      const who = many ? stint.drivers.map(words.name).join(", ") : "";
      ctx.font = `600 ${10 * px}px ${paper.font}`;
      const fits = (text: string): boolean => width > ctx.measureText(text).width + 6 * px;
      const label = [`${laps} ${who}`.trim(), laps].find(fits);
      if (height >= 10 * px && label !== undefined) {
        ctx.textAlign = "center";
        ctx.fillStyle = paper.paper;
        if (place % 2 === 1) {
          ctx.fillStyle = paper.ink;
        }
        ctx.fillText(label, left + width / 2, middle + 0.5 * px);
      }
    });
    ctx.font = `700 ${11 * px}px ${paper.font}`;
    ctx.textAlign = "left";
    ctx.fillStyle = stroke.color;
    ctx.fillText(out ? `\u00D7\u2009${line.number}` : line.number, end + 6 * px, middle);
  });
  ctx.restore();
}
