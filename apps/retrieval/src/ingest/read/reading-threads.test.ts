import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { zipSync } from 'fflate';
import { claiming, docx, xlsx } from '../../__fixtures__/office-files.js';
import { encryptedPdf, pdf, pdfBomb, pdfOfPicture } from '../../__fixtures__/pdf-files.js';
import { readingThreads } from '../../__fixtures__/reading.js';
import type { Reading } from './reading-thread.js';
import type { ReadingThreads, ReadingThreadsOptions } from './reading-threads.js';

const MIB = 1024 * 1024;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const word = docx(['Fifteen days.']);
const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/** One thread for all that it survives; one of their own for those that end it. */
const lasting = readingThreads();
let threads: ReadingThreads;
const open = (options: Partial<ReadingThreadsOptions> = {}): void => {
  threads = readingThreads(options);
};
beforeEach(() => {
  threads = lasting;
});
afterEach(() => (threads === lasting ? undefined : threads.close()));
afterAll(() => lasting.close());
const read = (fileName: string, content: Uint8Array, signal = new AbortController().signal): Promise<Reading> =>
  threads.read({ scope: { tenant: 't', collection: 'c' }, documentId: fileName, fileName, content, metadata: {} }, signal);

/** Entities that grow to gigabytes where a reader replaces them. */
const LAUGHS = `<!DOCTYPE x [<!ENTITY a "ha">${'bcdefghij'.split('').map((name, at) => `<!ENTITY ${name} "${`&${'abcdefghi'[at]};`.repeat(10)}">`).join('')}]>`;

describe('the reading threads', () => {
  it('give passages with their titles and pages', async () => {
    expect(await read('a.pdf', pdf([[{ text: 'Returns', size: 18 }, { text: 'Within 15 days.' }], [{ text: 'Freight is free.' }]]))).toMatchObject({
      title: 'Returns',
      passages: [{ text: 'Within 15 days.', position: 0, metadata: { page: 1 } }, { text: 'Freight is free.', title: 'Returns', position: 1, metadata: { page: 2 } }],
    });
  });

  it.each([
    ['a zip bomb of a Word document', 'a.docx', () => docx(['x'], { more: { 'word/more.xml': new Uint8Array(64 * MIB) } }), 'DOCUMENT_TOO_LARGE', 'more than 300 times'],
    ['parts that are too large together', 'a.xlsx', () => claiming(xlsx([{ name: 'S', rows: [['a', 'b']] }]), () => 30 * MIB), 'DOCUMENT_TOO_LARGE', 'unpacks to more than 134217728'],
    ['parts that are larger than they say', 'a.docx', () => claiming(docx(['x'.repeat(10_000)]), (size) => size - 1), 'DOCUMENT_INVALID', 'damaged'],
    ['entities in a Word document', 'a.docx', () => docx(['&j;'], { head: LAUGHS }), 'DOCUMENT_INVALID', 'entities'],
    ['entities in a workbook', 'a.xlsx', () => xlsx([{ name: 'S', rows: [['a', 'b']] }], { head: LAUGHS }), 'DOCUMENT_INVALID', 'entities'],
    ['a Word document that is cut off', 'a.docx', () => word.subarray(0, word.length / 2), 'DOCUMENT_INVALID', 'cut off'],
    ['an archive that is no Word document', 'a.docx', () => zipSync({ 'a.txt': bytes('x') }), 'DOCUMENT_INVALID', 'no Word document'],
    ['a workbook under the name of a Word document', 'a.docx', () => xlsx([{ name: 'S', rows: [['a']] }]), 'DOCUMENT_INVALID', 'no Word document'],
    ['a Word document without text', 'a.docx', () => docx([]), 'DOCUMENT_EMPTY', 'no text'],
    ['an old Word document', 'a.docx', () => Buffer.concat([OLE, Buffer.alloc(600)]), 'DOCUMENT_TYPE_UNSUPPORTED', '97'],
    ['a protected workbook', 'a.xlsx', () => Buffer.concat([OLE, Buffer.alloc(600), Buffer.from('EncryptedPackage', 'utf16le')]), 'DOCUMENT_ENCRYPTED', 'password'],
    ['a protected PDF', 'a.pdf', () => encryptedPdf('secret'), 'DOCUMENT_ENCRYPTED', 'password'],
    ['a PDF of pictures', 'a.pdf', () => pdfOfPicture(), 'DOCUMENT_EMPTY', 'pictures'],
    ['a PDF that is none', 'a.pdf', () => bytes('%PDF-1.7 nothing'), 'DOCUMENT_INVALID', 'damaged'],
    ['elements 100,000 deep in a web page', 'a.html', () => bytes(`${'<div>'.repeat(100_000)}x${'</div>'.repeat(100_000)}`), 'DOCUMENT_TOO_COMPLEX', 'deep'],
    ['elements 50,000 deep in a Word document', 'a.docx', () => docx([], { body: `${'<w:ins>'.repeat(50_000)}x${'</w:ins>'.repeat(50_000)}` }), 'DOCUMENT_TOO_COMPLEX', 'deep'],
    ['a file larger than any', 'a.pdf', () => new Uint8Array(33 * MIB), 'DOCUMENT_TOO_LARGE', 'larger than'],
    ['a kind that nobody reads', 'a.exe', () => bytes('MZ'), 'DOCUMENT_TYPE_UNSUPPORTED', '.exe'],
  ])('refuse %s, and read on', async (_what, fileName, content, code, detail) => {
    await expect(read(fileName, content())).rejects.toMatchObject({ code, field: fileName, detail: expect.stringContaining(detail) as string });
    expect((await read('b.docx', word)).passages).toHaveLength(1);
  });

  it('end a document over the limit of memory, and read on', async () => {
    open({ memoryMb: 64 });
    const wide = xlsx([{ name: 'S', rows: [['a', 'b'], ...Array.from({ length: 20_000 }, (_, at) => [`text ${at}`, `more text ${at} ${'x'.repeat(200)}`])] }]);
    await expect(read('a.xlsx', wide)).rejects.toMatchObject({ code: 'DOCUMENT_TOO_COMPLEX', detail: expect.stringContaining('64 MiB') as string });
    expect((await read('b.docx', word)).passages).toHaveLength(1);
  }, 60_000);

  it('end a PDF whose pages unpack without an end', async () => {
    open({ memoryMb: 128, timeMs: 10_000 });
    // By its memory; by its time where the machine is busy.
    await expect(read('a.pdf', pdfBomb(4_000))).rejects.toMatchObject({ code: 'DOCUMENT_TOO_COMPLEX' });
    expect((await read('b.docx', word)).passages).toHaveLength(1);
  });

  it('end a document over the limit of time, and read on', async () => {
    open({ timeMs: 1 });
    await expect(read('a.md', bytes('Words about returns. '.repeat(200_000)))).rejects.toMatchObject({ code: 'DOCUMENT_TOO_COMPLEX', detail: expect.stringContaining('0.001 s') as string });
  });

  it('stop when nobody waits for the document any more', async () => {
    open();
    const caller = new AbortController();
    const reading = read('a.md', bytes('Words about returns. '.repeat(200_000)), caller.signal);
    caller.abort(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
    expect((await read('b.docx', word)).passages).toHaveLength(1);
  });

  it('read no more documents at once than there are threads, in the order in which they came', async () => {
    open({ threads: 2 });
    const order: number[] = [];
    await Promise.all(Array.from({ length: 8 }, async (_, at) => {
      expect((await read(`${at}.md`, bytes(`Text ${at}.`))).passages[0]?.text).toBe(`Text ${at}.`);
      order.push(at);
    }));
    expect(order.toSorted((left, right) => left - right)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
