import type { Block, ParsedDocument } from './block.js';
import { questionColumns, tableBlocks } from './table-blocks.js';

/** A sheet of a workbook as its reader sees it: what a cell shows, an empty text where it shows nothing. */
export interface Sheet {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
}

/** Names that a program gives, and that say nothing. */
const UNNAMED = /^(?:sheet|工作表|tabelle|feuil|hoja)\s*\d*$/iu;
/** Rows above the header: a title, a note, who made it. */
const MOST_ROWS_ABOVE = 10;

const filled = (row: readonly string[]): number => row.filter((cell) => cell !== '').length;

/** Columns that no row uses are left out, so that a table that begins at D5 is the same table. */
function withoutEmptyColumns(rows: readonly (readonly string[])[]): string[][] {
  const used = new Set(rows.flatMap((row) => row.flatMap((cell, at) => (cell === '' ? [] : [at]))));
  const columns = [...used].toSorted((left, right) => left - right);
  return rows.map((row) => columns.map((at) => row[at] ?? ''));
}

function blocksOf({ name, rows }: Sheet): Block[] {
  const cells = withoutEmptyColumns(rows.map((row) => row.map((cell) => cell.trim())).filter((row) => filled(row) > 0));
  const heading: Block[] = UNNAMED.test(name.trim()) || name.trim() === '' ? [] : [{ kind: 'heading', level: 1, text: name.trim() }];
  const pairs = cells.slice(0, MOST_ROWS_ABOVE).findIndex((row) => questionColumns(row) !== undefined);
  const columns = Math.max(0, ...cells.map(filled));
  const first = pairs === -1 ? cells.findIndex((row) => filled(row) >= Math.min(2, columns)) : pairs;
  if (first === -1) return [];
  const above = cells.slice(0, first).map((row): Block => ({ kind: 'paragraph', text: row.filter(Boolean).join(' ') }));
  const [header = [], ...rest] = cells.slice(first);
  // One column is a list of texts and no table; its first line is a text like the others.
  if (columns === 1) return [...heading, ...cells.map((row): Block => ({ kind: 'paragraph', text: row.join('') }))];
  const table = rest.length === 0 ? [{ kind: 'paragraph' as const, text: header.filter(Boolean).join(' ') }] : tableBlocks(header, rest);
  return [...heading, ...above, ...table];
}

/** The sheets of a workbook, each under its name: tables, and question-answer pairs where the columns say so. */
export function parseSheets(sheets: readonly Sheet[]): ParsedDocument {
  return { blocks: sheets.flatMap(blocksOf) };
}
