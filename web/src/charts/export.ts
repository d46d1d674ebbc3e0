/** What leaves the page: rows for a spreadsheet, and names of files. */

export type Cell = string | number | null;

export interface Sheet {
  head: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/**
 * Comma-separated, as spreadsheets read it.
 *
 * Names come from strangers. A text that a spreadsheet would take for a formula gets an apostrophe
 * before it; numbers are ours and stay numbers.
 */
export function csv({ head, rows }: Sheet): string {
  const lines = [head, ...rows].map((row) => row.map(cell).join(","));
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

function cell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Exact seconds of whole microseconds, without a float on the way: `31.231`. */
export function seconds(us: number): string {
  const size = Math.abs(us);
  const part = String(size % 1_000_000).padStart(6, "0").replace(/0{1,3}$/, "");
  return `${us < 0 ? "-" : ""}${Math.floor(size / 1_000_000)}.${part}`;
}

/** Letters, digits and hyphens only, whatever the race is called. */
export function fileName(race: string, chart: string, lap: number, kind: "csv" | "png"): string {
  const safe = `${race}-${chart}-lap-${lap}`
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 120);
  return `${safe}.${kind}`;
}

/** Hands a file to the visitor. */
export function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers begin to read it only after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
