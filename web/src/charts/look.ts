/**
 * How lines are told apart: by color, by dashes, and by the number written at their end.
 *
 * The followed car has the accent, as everywhere on the page. With no colors, or for who does not
 * tell them apart, dashes and numbers are enough.
 */

import type { Palette } from "../settings.svelte.ts";

export interface Stroke {
  color: string;
  width: number;
  /** In CSS pixels: line, gap … */
  dash: readonly number[];
}

export interface Paper {
  dark: boolean;
  paper: string;
  ink: string;
  ink2: string;
  ink3: string;
  rule: string;
  rule2: string;
  accent: string;
  font: string;
}

const COLORS: Record<Palette, { light: readonly string[]; dark: readonly string[] }> = {
  standard: {
    light: ["#14171a", "#b0420a", "#00745a", "#8a4fc7", "#8a6a00", "#b32d6b"],
    dark: ["#eceef0", "#f19a66", "#43c79d", "#c6a0ff", "#d8b93c", "#f08ab4"],
  },
  deuteranopia: {
    light: ["#14171a", "#a85b00", "#5b6b7a", "#7a4fb5", "#8a6a00", "#2f6f8f"],
    dark: ["#eceef0", "#f0a848", "#9fb0c0", "#bfa6f2", "#e0c860", "#7fc4e8"],
  },
  contrast: {
    light: ["#000000", "#8f2a00", "#00513e", "#5a1fa0", "#5c4600", "#85104a"],
    dark: ["#ffffff", "#ffb27f", "#5fe8bb", "#dcc2ff", "#ffe066", "#ffaccd"],
  },
  mono: {
    light: ["#14171a", "#474d54", "#646b73"],
    dark: ["#eceef0", "#b2b9c0", "#8d959d"],
  },
};

const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 4], [12, 4]];

/** How the nth car that is picked is drawn. */
export function strokeOf(palette: Palette, paper: Paper, place: number, followed: boolean): Stroke {
  const colors = COLORS[palette][paper.dark ? "dark" : "light"];
  // Colors and dashes go round at different speeds, so that the pair comes back late.
  const round = Math.floor(place / colors.length);
  const dash = DASHES[(place + round) % DASHES.length] ?? [];
  if (followed) return { color: paper.accent, width: 2.2, dash: DASHES[place % DASHES.length] ?? [] };
  return { color: colors[place % colors.length] ?? paper.ink, width: 1.6, dash };
}

/** The page's tokens as they are now. */
export function paperOf(root: Element): Paper {
  const style = getComputedStyle(root);
  const token = (name: string, otherwise: string): string =>
    style.getPropertyValue(name).trim() || otherwise;
  const paper = token("--paper", "#fbfbf9");
  return {
    dark: lightness(paper) < 0.5,
    paper,
    ink: token("--ink", "#14171a"),
    ink2: token("--ink-2", "#474d54"),
    ink3: token("--ink-3", "#646b73"),
    rule: token("--rule", "#dcdfe0"),
    rule2: token("--rule-2", "#b4b9bd"),
    accent: token("--accent", "#0b57c4"),
    font: token("--sans", "sans-serif"),
  };
}

/** For paper, whatever the screen is. */
export const PRINTED: Omit<Paper, "font"> = {
  dark: false,
  paper: "#ffffff",
  ink: "#14171a",
  ink2: "#474d54",
  ink3: "#646b73",
  rule: "#dcdfe0",
  rule2: "#b4b9bd",
  accent: "#0b57c4",
};

/** From 0, black, to 1, white: the relative luminance of `#rrggbb`. */
export function lightness(color: string): number {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(color);
  const parts = short
    ? short.slice(1).map((part) => part + part)
    : (/^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(color)?.slice(1) ?? ["ff", "ff", "ff"]);
  const [red, green, blue] = parts.map((part) => {
    const value = Number.parseInt(part, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

export { COLORS };
