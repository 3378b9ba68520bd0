import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshError } from '@switchyard/errors';

/**
 * The rows of a file of JSON lines.
 * @param directory the folder of evaluation data
 * @throws MeshError CONFIG_INVALID, with file and line, where the file cannot be read or a line is no JSON object
 */
export async function readRows<Row extends object>(directory: string, file: string): Promise<Row[]> {
  const text = await readFile(join(directory, file), 'utf8').catch((error: unknown) => {
    throw new MeshError('CONFIG_INVALID', `${file} cannot be read in the folder of --data (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`, { field: '--data' });
  });
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => {
      try {
        const row: unknown = JSON.parse(line);
        if (typeof row === 'object' && row !== null) return row as Row;
      } catch {
        // Said below, with the place and without the text.
      }
      throw new MeshError('CONFIG_INVALID', `${file}:${number} is not a JSON object`, { field: '--data' });
    });
}
