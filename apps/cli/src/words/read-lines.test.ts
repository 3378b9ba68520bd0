import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLines, readRows, readWords } from './read-lines.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'switchyard-lines-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function fileOf(content: string | Uint8Array): Promise<string> {
  const file = join(directory, 'lines.txt');
  await writeFile(file, content);
  return file;
}
const isText = (value: unknown): value is { text: string } => typeof value === 'object' && value !== null && 'text' in value;

describe('lines of a file', () => {
  it('keep their numbers where lines are empty', async () => {
    expect(await readLines(await fileOf('\ufeffone\r\n\r\n two \n'))).toEqual([{ line: 1, text: 'one' }, { line: 3, text: 'two' }]);
  });

  it('may hold the sign that stands for broken bytes, and are refused with their number where bytes are broken', async () => {
    expect(await readLines(await fileOf('a \ufffd that is meant'))).toHaveLength(1);
    await expect(readLines(await fileOf(Buffer.from([0x61, 0x0a, 0xff, 0xfe, 0x0a])))).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('lines.txt:2: is not UTF-8 text') });
  });

  it.each([
    ['a word that is too long', `ok\n${'x'.repeat(101)}`, ':2: a word may have 100'],
    ['a word with a zero byte', 'ok\n# note\na\0b', ':3: is not text'],
    ['no word', '# note\n', ': holds no word'],
  ])('are no list of words with %s', async (_what, content, reason) => {
    await expect(readWords(await fileOf(content))).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(reason) });
  });

  it.each([
    ['what is no JSON', '{"text":"a"}\n{', ':2: is not JSON'],
    ['what lacks a field', '{"text":"a"}\n\n{"a":1}', ':3: lacks what a row must have'],
  ])('are no rows with %s', async (_what, content, reason) => {
    await expect(readRows(await fileOf(content), isText)).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(reason) });
  });
});
