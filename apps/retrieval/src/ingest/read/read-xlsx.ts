import { formatValue, readXlsx as readWorkbook, type CellValue, type Sheet as Worksheet } from 'hucre';
import { parseSheets, requireText, type ParsedDocument } from '@switchyard/knowledge';
import { MeshError } from '@switchyard/errors';
import { documentFault } from './document-fault.js';
import { unpackOffice } from './unpack-office.js';

/** More than Excel shows well; the library itself stops at 20 million cells, as a sheet with one in its last corner claims. */
const MAX_ROWS = 200_000;

const dateOf = (value: Date): string => value.toISOString().replace(/T00:00:00\.000Z$/u, '').replace('T', ' ').replace(/\.\d{3}Z$/u, '');

/** What the cell shows: 0.15 formatted as a percentage is "15%". */
function shown(value: CellValue, format: string | undefined): string {
  if (value === null) return '';
  if (value instanceof Date) return dateOf(value);
  if (typeof value !== 'number' || format === undefined || format === 'General') return String(value);
  try {
    return formatValue(value, format).trim();
  } catch {
    return String(value);
  }
}

function rowsOf(sheet: Worksheet): string[][] {
  const rows = sheet.rows.map((row, at) => row.map((value, column) => shown(value, sheet.cells?.get(`${at},${column}`)?.style?.numFmt)));
  // A cell over several rows is said for each of them: every row is read without the ones above.
  for (const { startRow, endRow, startCol } of sheet.merges ?? []) {
    for (let row = startRow + 1; row <= Math.min(endRow, rows.length - 1); row++) rows[row]![startCol] = rows[startRow]?.[startCol] ?? '';
  }
  return rows;
}

/**
 * A workbook: each visible sheet as a table under its name, or as pairs where it has columns of questions and answers.
 * @throws MeshError DOCUMENT_… naming the document
 */
export async function readXlsx(fileName: string, content: Uint8Array): Promise<ParsedDocument> {
  const { archive, parts } = await unpackOffice(fileName, content);
  if (!parts.has('[Content_Types].xml') || ![...parts].some((part) => part.startsWith('xl/'))) throw documentFault('DOCUMENT_INVALID', fileName, 'is an archive, but no Excel workbook');
  try {
    const { sheets } = await readWorkbook(archive, { readStyles: true, sheets: ({ hidden, veryHidden }) => !hidden && !veryHidden });
    if (sheets.some(({ rows }) => rows.length > MAX_ROWS)) throw documentFault('DOCUMENT_TOO_LARGE', fileName, `has a sheet of more than ${MAX_ROWS} rows`);
    return requireText(parseSheets(sheets.map((sheet) => ({ name: sheet.name, rows: rowsOf(sheet) }))), fileName);
  } catch (error) {
    if (MeshError.is(error)) throw error;
    if (error instanceof RangeError) throw documentFault('DOCUMENT_TOO_COMPLEX', fileName, 'is larger or deeper than is read', error);
    throw documentFault('DOCUMENT_INVALID', fileName, 'is a damaged Excel workbook', error);
  }
}
