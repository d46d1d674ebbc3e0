/**
 * One chart on its canvas. uPlot scales and draws the lines; what makes them a race is painted
 * here: flags behind them, marks on them, numbers at their ends.
 */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import { lapsNamed, type Axis, type Reach } from "./axis.ts";
import type { Band, StageLine } from "./bands.ts";
import type { Paper, Stroke } from "./look.ts";
import { enlarge, paintBands, paintBars, paintEnds, paintHeavy, paintMarks } from "./paint.ts";
import type { Line, Stint } from "./series.ts";

export interface Drawn {
  line: Line;
  stroke: Stroke;
  picked: boolean;
  /** It is out of the race: its line ends here for good. */
  out: boolean;
}

/** Everything that one chart shows. */
export interface Figure {
  /** The faded ones first, so that the others lie over them. */
  lines: readonly Drawn[];
  /** Runs between stops, a row for each line; null for lines. */
  bars: readonly (readonly Stint[])[] | null;
  axis: Axis;
  reach: Reach;
  bands: readonly Band[];
  stages: readonly StageLine[];
  /** How a value is written at the edge. */
  named: (value: number) => string;
  /** Values stand until the next lap, as places do. */
  stepped: boolean;
  /** What is drawn heavy: the place of the leader. */
  heavy: number | null;
  /** A line through this value. */
  base: number | null;
}

export interface Size {
  width: number;
  height: number;
}

const GUTTER = 40;
const FADED_WIDTH = 1;

export class Chart {
  #plot: uPlot;
  #figure: Figure;
  #shape: string;

  constructor(
    readonly host: HTMLElement,
    figure: Figure,
    private paper: Paper,
    private size: Size,
    /** How many times as large as on a screen everything is drawn; `size` is that of the screen. */
    private readonly scale = 1,
  ) {
    this.#figure = figure;
    this.#shape = shapeOf(figure);
    this.#plot = this.#made();
  }

  /** Draws other values; a new plot only where other cars or other strokes are drawn. */
  show(figure: Figure, paper: Paper): void {
    const shape = shapeOf(figure);
    this.#figure = figure;
    if (shape !== this.#shape || paper !== this.paper) {
      this.paper = paper;
      this.#shape = shape;
      this.#plot.destroy();
      this.#plot = this.#made();
      return;
    }
    this.#plot.batch(() => {
      this.#plot.setData(dataOf(figure), false);
      this.#scaled();
    });
  }

  resize(size: Size): void {
    if (size.width === this.size.width && size.height === this.size.height) return;
    this.size = size;
    this.#plot.setSize(size);
  }

  /** Where a lap lies, in CSS pixels from the left of the host; null outside the paper. */
  x(lap: number): number | null {
    const { first, last } = this.#figure.reach;
    if (lap < first || lap > last) return null;
    return this.#plot.over.offsetLeft + this.#plot.valToPos(lap, "x");
  }

  /** Where a value lies, from the top of the host. */
  y(value: number): number | null {
    const at = this.#figure.axis.at(value);
    if (at < this.#figure.axis.low || at > this.#figure.axis.high) return null;
    return this.#plot.over.offsetTop + this.#plot.valToPos(at, "y");
  }

  /** The lap at a place, in CSS pixels from the left of the host. */
  lap(x: number): number {
    const { first, last } = this.#figure.reach;
    const lap = Math.round(this.#plot.posToVal(x - this.#plot.over.offsetLeft, "x"));
    return Math.min(last, Math.max(first, lap));
  }

  get canvas(): HTMLCanvasElement {
    return this.#plot.ctx.canvas;
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #scaled(): void {
    const { axis, reach } = this.#figure;
    this.#plot.setScale("x", { min: reach.first, max: reach.last });
    this.#plot.setScale("y", { min: axis.low, max: axis.high });
  }

  #made(): uPlot {
    const { paper, scale, size } = this;
    const font = `${11 * scale}px ${paper.font}`;
    const figure = (): Figure => this.#figure;
    const options: uPlot.Options = {
      width: size.width * scale,
      height: size.height * scale,
      padding: [14 * scale, GUTTER * scale, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, auto: false, range: () => [figure().reach.first, figure().reach.last] },
        y: { auto: false, range: () => [figure().axis.low, figure().axis.high] },
      },
      axes: [
        {
          stroke: paper.ink3,
          font,
          size: 22 * scale,
          gap: 3 * scale,
          grid: { show: false },
          ticks: { stroke: paper.rule2, size: 4 * scale, width: scale },
          splits: (plot) => lapsNamed(figure().reach, plot.width / (70 * scale)),
          values: (_plot, laps) => laps.map(String),
        },
        {
          stroke: paper.ink3,
          font,
          size: (_plot, values) =>
            scale * (12 + 6.2 * Math.max(1, ...(values ?? []).map((text) => text.length))),
          gap: 4 * scale,
          grid: { stroke: paper.rule, width: scale },
          ticks: { show: false },
          splits: () => figure().axis.ticks.map((tick) => tick.at),
          values: () => figure().axis.ticks.map((tick) => figure().named(tick.value)),
        },
      ],
      series: [{}, ...figure().lines.map((drawn) => seriesOf(drawn, figure(), paper, scale))],
      hooks: {
        drawClear: [
          (plot) => {
            const { ctx } = plot;
            ctx.fillStyle = paper.paper;
            ctx.fillRect(0, 0, ctx.canvas.width, ctx.canvas.height);
            paintBands(plot, figure(), paper);
          },
        ],
        draw: [
          (plot) => {
            const shown = figure();
            if (shown.bars !== null) {
              paintBars(plot, shown, paper);
              return;
            }
            paintHeavy(plot, shown);
            paintMarks(plot, shown, paper);
            paintEnds(plot, shown, paper);
          },
        ],
      },
    };
    const plot = new uPlot(options, dataOf(this.#figure), this.host);
    // It draws itself after this turn.
    enlarge(plot, scale);
    return plot;
  }
}

function seriesOf({ stroke, picked }: Drawn, figure: Figure, paper: Paper, scale: number): uPlot.Series {
  const paths = figure.stepped ? uPlot.paths.stepped?.({ align: -1 }) : uPlot.paths.linear?.();
  return {
    stroke: picked ? stroke.color : paper.rule,
    width: scale * (picked ? stroke.width : FADED_WIDTH),
    dash: picked ? stroke.dash.map((part) => part * scale) : [],
    points: { show: false },
    ...(figure.bars !== null ? { paths: () => null } : paths === undefined ? {} : { paths }),
  };
}

/** What a plot has to be made anew for: which lines, and how each is drawn. */
function shapeOf(figure: Figure): string {
  const lines = figure.lines.map(
    ({ line, stroke, picked }) =>
      `${line.entry}${picked ? ` ${stroke.color} ${stroke.width} ${stroke.dash.join()}` : ""}`,
  );
  return `${figure.stepped} ${figure.bars === null} ${lines.join("|")}`;
}

function dataOf({ lines, reach, axis, bars }: Figure): uPlot.AlignedData {
  const laps: number[] = [];
  for (let lap = reach.first; lap <= reach.last; lap += 1) laps.push(lap);
  const values = lines.map(({ line }) =>
    laps.map((lap) => {
      const value = bars === null ? line.values[lap] : null;
      return value === null || value === undefined ? null : axis.at(value);
    }),
  );
  return [laps, ...values];
}
