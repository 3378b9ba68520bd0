import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { MeshError } from '@switchyard/errors';
import { docx, xlsx } from '../../__fixtures__/office-files.js';
import { pdf } from '../../__fixtures__/pdf-files.js';
import { readDocument } from './read-document.js';

/** Mulberry32: small, and the same numbers everywhere. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function damaged(content: Uint8Array, random: () => number): Uint8Array {
  const copy = Buffer.from(content);
  const kind = random();
  if (kind < 0.3) return copy.subarray(0, Math.floor(random() * copy.length));
  if (kind < 0.4) return Buffer.concat([copy, copy.subarray(Math.floor(random() * copy.length))]);
  const changes = 1 + Math.floor(random() * 20);
  for (let change = 0; change < changes; change++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
  return copy;
}

const FILES: [string, Uint8Array][] = [
  ['a.docx', docx([{ heading: 1, text: '退货' }, 'Fifteen days.', { table: [['a', 'b'], ['1', '2']] }])],
  ['a.xlsx', xlsx([{ name: 'FAQ', rows: [['question', 'answer'], ['How?', 'So.'], ['多久', '五天']] }])],
  ['a.pdf', pdf([[{ text: '退货说明', size: 18 }, { text: '签收之日起15天内可以退货。' }], [{ text: 'Page two.' }]])],
  ['a.html', Buffer.from('<html><head><meta charset="utf-8"><title>T</title></head><body><h1>A</h1><table><tr><td>1<td>2</table><dl><dt>Q<dd>A</dl><p>x</body>')],
  ['a.md', Buffer.from('# A\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n\nQ: x\nA: y\n')],
  ['a.csv', Buffer.from('question;answer\n"How; long?";"Five\ndays"\n')],
  ['a.txt', iconv.encode('退货说明\n\n签收之日起15天内可以无理由退货。', 'gb18030')],
];

describe('readDocument', () => {
  it.each(FILES)('reads a damaged %s or says what is wrong with it, and nothing else', async (fileName, content) => {
    const random = randomNumbers(20_261_127);
    for (let round = 0; round < 150; round++) {
      const outcome = await readDocument({ fileName, content: damaged(content, random) }).then(({ blocks }) => `${blocks.length} blocks`, (error: unknown) => (MeshError.is(error) ? error.code : String(error)));
      expect(outcome, `round ${round}`).toMatch(/^(?:[1-9]\d* blocks|DOCUMENT_[A-Z_]+)$/);
    }
  }, 60_000);
});
