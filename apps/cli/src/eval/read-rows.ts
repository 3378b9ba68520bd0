import { join } from 'node:path';
import { readRows as readRowsOf } from '../words/read-lines.js';

/**
 * The rows of a file of JSON lines in a folder of evaluation data; their fields are what the set's layout says.
 * @throws MeshError CONFIG_INVALID, with file and line, where the file cannot be read or a line is no JSON object
 */
export function readRows<Row extends object>(directory: string, file: string): Promise<Row[]> {
  return readRowsOf(join(directory, file), (value): value is Row => typeof value === 'object' && value !== null);
}
