import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DocumentStatus } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { findFiles, type Found } from './find-files.js';
import { ingestFiles, removeVanished, type IngestOptions, type IngestTotals } from './ingest-files.js';
import { IngestManifest } from './ingest-manifest.js';

/** A knowledge base that keeps texts; those that hold "slow" wait for two looks, those that hold "bad" fail. */
class Shelf {
  readonly texts = new Map<string, string>();
  readonly uploads: string[] = [];
  private readonly looks = new Map<string, number>();

  async upload(_collection: string, documentId: string, _fileName: string, content: Blob): Promise<{ documentId: string; passages: number; state: string }> {
    this.uploads.push(documentId);
    const text = await content.text();
    if (text.includes('bad') && !text.includes('slow')) throw new MeshError('DOCUMENT_INVALID', `${documentId} is bad`, { field: documentId });
    const state = text.includes('slow') ? 'waiting' : this.texts.get(documentId) === text ? 'unchanged' : 'indexed';
    this.texts.set(documentId, text);
    return { documentId, passages: state === 'waiting' ? 0 : 1, state };
  }

  async document(_collection: string, documentId: string): Promise<DocumentStatus> {
    const text = this.texts.get(documentId);
    if (text === undefined) throw new MeshError('DOCUMENT_UNKNOWN', 'no such document');
    const looks = (this.looks.get(documentId) ?? 0) + 1;
    this.looks.set(documentId, looks);
    const base = { documentId, title: documentId, passages: 1, updatedAt: '' };
    if (!text.includes('slow')) return { ...base, state: 'ready' };
    if (looks < 2) return { ...base, state: 'indexing' };
    return text.includes('bad') ? { ...base, state: 'failed', error: { code: 'DOCUMENT_EMPTY', reason: 'nothing in it' } } : { ...base, state: 'ready' };
  }

  async removeDocument(_collection: string, documentId: string): Promise<void> {
    if (!this.texts.delete(documentId)) throw new MeshError('DOCUMENT_UNKNOWN', 'no such document');
  }
}

let directory: string;
let shelf: Shelf;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ingest-'));
  await mkdir(join(directory, 'help', 'zh'), { recursive: true });
  shelf = new Shelf();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const put = (name: string, text: string): Promise<void> => writeFile(join(directory, 'help', name), text);
const find = (): Promise<Found[]> => findFiles([join(directory, 'help')]);
const options = (again = false): IngestOptions => ({ client: shelf, collection: 'c', manifest: IngestManifest.open(directory, 'http://x', 'c'), again, onProgress: () => undefined });
const run = async (): Promise<IngestTotals> => ingestFiles(await find(), options());

describe('ingestFiles', () => {
  it('waits for what waits, and names what failed with its code, while the others go on', async () => {
    await Promise.all([put('a.md', 'words'), put('zh/b.md', 'slow words'), put('c.md', 'bad'), put('d.md', 'slow and bad')]);
    const { failed, ...totals } = await run();
    expect(totals).toEqual({ documents: 2, passages: 2, unchanged: 0, removed: 0 });
    expect(failed.toSorted((left, right) => (left.path < right.path ? -1 : 1))).toEqual([
      { path: join(directory, 'help', 'c.md'), code: 'DOCUMENT_INVALID', reason: 'help/c.md is bad' },
      { path: join(directory, 'help', 'd.md'), code: 'DOCUMENT_EMPTY', reason: 'nothing in it' },
    ]);
    expect([...shelf.texts.keys()]).toEqual(expect.arrayContaining(['help/a.md', 'help/zh/b.md']));
  });

  it('uploads again only what changed, what failed, and what the server has no more', async () => {
    await Promise.all([put('a.md', 'words'), put('b.md', 'more'), put('c.md', 'bad'), put('d.md', 'gone')]);
    await run();
    shelf.uploads.length = 0;
    await put('b.md', 'more words');
    shelf.texts.delete('help/d.md');
    expect(await run()).toMatchObject({ documents: 3, unchanged: 1 });
    expect(shelf.uploads.toSorted((left, right) => (left < right ? -1 : 1))).toEqual(['help/b.md', 'help/c.md', 'help/d.md']);
  });

  it('goes on where a run was broken off', async () => {
    await Promise.all([put('a.md', 'words'), put('b.md', 'more')]);
    const away = { ...options(), client: { document: shelf.document.bind(shelf), removeDocument: shelf.removeDocument.bind(shelf), upload: async (collection: string, id: string, name: string, content: Blob) => (id === 'help/b.md' ? Promise.reject(new MeshError('QUEUE_UNAVAILABLE', 'away')) : shelf.upload(collection, id, name, content)) } };
    await expect(ingestFiles(await find(), away)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    shelf.uploads.length = 0;
    expect(await run()).toMatchObject({ documents: 2, unchanged: 1 });
    expect(shelf.uploads).toEqual(['help/b.md']);
  });

  it('takes out what vanished from the folder, and nothing else', async () => {
    await Promise.all([put('a.md', 'words'), put('b.md', 'more')]);
    shelf.texts.set('other/x.md', 'of somebody else');
    await run();
    await rm(join(directory, 'help', 'b.md'));
    const kept = options();
    const ids = new Set((await find()).map(({ id }) => id));
    expect(await removeVanished(kept.manifest.vanished('help/', ids), kept)).toBe(1);
    expect([...shelf.texts.keys()].toSorted((left, right) => (left < right ? -1 : 1))).toEqual(['help/a.md', 'other/x.md']);
    expect(options().manifest.vanished('help/', ids)).toEqual([]);
  });
});
