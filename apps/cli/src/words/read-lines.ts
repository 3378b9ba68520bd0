import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { MeshError } from '@switchyard/errors';

/** The lines of a UTF-8 file with their numbers, trimmed, without empty ones. @throws MeshError CONFIG_INVALID with file and line */
export async function readLines(file: string): Promise<{ readonly line: number; readonly text: string }[]> {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (cause) {
    throw new MeshError('CONFIG_INVALID', `${file} cannot be read`, { cause, field: file });
  }
  const lines = content.toString('utf8').replace(/^\ufeff/, '').split(/\r?\n/);
  // The sign that stands for broken bytes may also be meant: only where the bytes are broken does it tell the line.
  if (!isUtf8(content)) throw new MeshError('CONFIG_INVALID', `${file}:${lines.findIndex((line) => line.includes('\ufffd')) + 1}: is not UTF-8 text`, { field: file });
  return lines.map((text, index) => ({ line: index + 1, text: text.trim() })).filter(({ text }) => text !== '');
}

/** A plain list of words: one a line; lines that begin with `#` are skipped. @throws MeshError CONFIG_INVALID with file and line */
export async function readWords(file: string): Promise<string[]> {
  const words: string[] = [];
  for (const { line, text } of await readLines(file)) {
    if (text.startsWith('#')) continue;
    if (text.includes('\0')) throw new MeshError('CONFIG_INVALID', `${file}:${line}: is not text`, { field: file });
    if (text.length > 100) throw new MeshError('CONFIG_INVALID', `${file}:${line}: a word may have 100 characters at most`, { field: file });
    words.push(text);
  }
  if (words.length === 0) throw new MeshError('CONFIG_INVALID', `${file}: holds no word`, { field: file });
  return words;
}

/** Rows of a JSONL file. @throws MeshError CONFIG_INVALID with file and line */
export async function readRows<Row>(file: string, isRow: (value: unknown) => value is Row): Promise<Row[]> {
  return (await readLines(file)).map(({ line, text }) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new MeshError('CONFIG_INVALID', `${file}:${line}: is not JSON`, { cause, field: file });
    }
    if (!isRow(value)) throw new MeshError('CONFIG_INVALID', `${file}:${line}: lacks what a row must have`, { field: file });
    return value;
  });
}
