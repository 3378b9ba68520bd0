import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSite, type ParseSite } from './load-site.js';

let root: string;
let config: { SITE_DIR: string; DATA_DIR: string };
let keptFile: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'switchyard-site-'));
  config = { SITE_DIR: join(root, 'site'), DATA_DIR: join(root, 'data') };
  keptFile = join(config.DATA_DIR, 'site-values.bin');
  await mkdir(config.SITE_DIR);
  await writeFile(join(config.SITE_DIR, 'site.yaml'), 'one');
});
afterEach(() => rm(root, { recursive: true }));

/** Tells whether it had to read the file. */
const parse: ParseSite<{ value: unknown; hadToRead: boolean }> = (files, values) => {
  const kept = values.get('site.yaml');
  if (kept !== undefined) return { value: kept, hadToRead: false };
  const value = { text: new TextDecoder().decode(files.get('site.yaml')), most: Infinity };
  values.set('site.yaml', value);
  return { value, hadToRead: true };
};

describe('loadSite', () => {
  it('reads a site once, and gives the same value afterwards', async () => {
    const first = await loadSite(config, parse);
    expect(first.hadToRead).toBe(true);
    expect(await loadSite(config, parse)).toEqual({ value: first.value, hadToRead: false });
  });

  it('reads a site that changed', async () => {
    await loadSite(config, parse);
    await writeFile(join(config.SITE_DIR, 'site.yaml'), 'two');
    expect(await loadSite(config, parse)).toEqual({ value: { text: 'two', most: Infinity }, hadToRead: true });
  });

  it('reads a site of which what was kept is damaged, and keeps it anew', async () => {
    await loadSite(config, parse);
    const bytes = await readFile(keptFile);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 3) ^ 1, bytes.length - 3);
    await writeFile(keptFile, bytes);
    expect((await loadSite(config, parse)).hadToRead).toBe(true);
    await writeFile(keptFile, bytes.subarray(0, 20));
    expect((await loadSite(config, parse)).hadToRead).toBe(true);
    expect((await loadSite(config, parse)).hadToRead).toBe(false);
  });

  it('keeps nothing of a site that is refused', async () => {
    const refuse = (): never => {
      throw new Error('no');
    };
    await expect(loadSite(config, refuse)).rejects.toThrow('no');
    expect((await loadSite(config, parse)).hadToRead).toBe(true);
  });

  it('loads a site where nothing can be kept', async () => {
    await writeFile(config.DATA_DIR, 'a file where the folder should be');
    expect((await loadSite(config, parse)).hadToRead).toBe(true);
  });
});
