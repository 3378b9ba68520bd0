import { CsvError, parse } from 'csv-parse/sync';
import { MeshError } from '@switchyard/errors';
import type { ParsedDocument } from './block.js';
import { tableBlocks } from './table-blocks.js';

/** Excel writes this line to say what stands between the cells. */
const SEPARATOR_LINE = /^sep=(.)\r?\n/iu;

function delimiterOf(source: string): string {
  const head = source.slice(0, source.indexOf('\n') === -1 ? undefined : source.indexOf('\n'));
  return [',', ';', '\t'].map((mark) => ({ mark, count: head.split(mark).length })).toSorted((left, right) => right.count - left.count)[0]?.mark ?? ',';
}

/**
 * A table of a spreadsheet, of pairs where its columns say so.
 * @throws MeshError DOCUMENT_INVALID with the line, where quoting is broken
 */
export function parseCsv(source: string, name: string): ParsedDocument {
  const said = SEPARATOR_LINE.exec(source);
  const table = said ? source.slice(said[0].length) : source;
  let records: string[][];
  try {
    records = parse(table, { bom: true, delimiter: said?.[1] ?? delimiterOf(table), relaxColumnCount: true, skipEmptyLines: true, trim: true });
  } catch (error) {
    // The library's message quotes the cell; only its code and line may be shown.
    const where = error instanceof CsvError ? ` (${error.code}${typeof error['lines'] === 'number' ? `, line ${error['lines']}` : ''})` : '';
    throw new MeshError('DOCUMENT_INVALID', `${name} is not a valid CSV${where}`, { cause: error, field: name });
  }
  const [header = [], ...rows] = records;
  return { blocks: tableBlocks(header, rows) };
}
