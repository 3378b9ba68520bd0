import { MeshError } from '@switchyard/errors';
import { readRows } from '../read-rows.js';
import { hashOf } from './hash-of.js';

/** One of so many rows is measured on, the others train. */
const PARTS = 3;
/** Fewer rows tell nothing. */
const LEAST_ROWS = 100;

/**
 * The rows of a file, those that train and those that are measured on: by a hash of the text, so that the same text is never
 * on both sides.
 * @throws MeshError CONFIG_INVALID with the file and row of what is of another layout, or where there are too few
 */
export async function readSplitRows<Row extends object>(directory: string, file: string, fits: (row: Partial<Row>) => boolean, textOf: (row: Row) => string): Promise<{ readonly train: Row[]; readonly test: Row[] }> {
  const rows = await readRows<Row>(directory, file);
  const bad = rows.findIndex((row) => !fits(row));
  if (bad !== -1) throw new MeshError('CONFIG_INVALID', `${file}: row ${bad + 1} is not of the layout that this measurement reads`, { field: file });
  if (rows.length < LEAST_ROWS) throw new MeshError('CONFIG_INVALID', `${file}: ${rows.length} rows are too few to measure anything`, { field: file });
  const isMeasured = (row: Row): boolean => hashOf(textOf(row)) % PARTS === 0;
  return { train: rows.filter((row) => !isMeasured(row)), test: rows.filter(isMeasured) };
}
