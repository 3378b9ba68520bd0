import { link, mkdir, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

const WORD = 8;
/** Where the entries of the table begin: behind the number of the last copy and a word that is not used. */
const FIRST_ENTRY = 2 * WORD;

/** What the shim has noted: see fsync-shim.c. */
export interface SyncRecord {
  /** The folder that holds the last synced names of the append-only folder, when it was ever synced. */
  readonly copy: string | undefined;
  /** The synced length by inode. */
  readonly lengths: ReadonlyMap<bigint, bigint>;
}

/** @throws when there is no record at all: the shim was not loaded */
export async function readRecord(record: string): Promise<SyncRecord> {
  const table = await readFile(join(record, 'synced'));
  const copy = table.readBigUInt64LE(0);
  const lengths = new Map<bigint, bigint>();
  for (let at = FIRST_ENTRY; at < table.length; at += 2 * WORD) {
    const inode = table.readBigUInt64LE(at);
    if (inode !== 0n) lengths.set(inode, table.readBigUInt64LE(at + WORD));
  }
  return { copy: copy === 0n ? undefined : join(record, String(copy)), lengths };
}

/** How many bytes of the files in the append-only folder `folder` a disk holds for certain now. */
export async function countSynced(folder: string, record: string): Promise<number> {
  const { lengths } = await readRecord(record);
  let sum = 0n;
  for (const name of await readdir(folder)) sum += lengths.get((await stat(join(folder, name), { bigint: true })).ino) ?? 0n;
  return Number(sum);
}

/**
 * Makes the data folder what a disk would hold after a power cut: the append-only folder with the names of its last sync,
 * each file as long as it was last synced, and nothing else. Call it when the server is dead.
 * @returns how many bytes the files that remain have lost
 */
export async function cutToSynced(data: string, folder: string, record: string): Promise<number> {
  const { copy, lengths } = await readRecord(record);
  await rm(data, { recursive: true });
  await mkdir(data);
  // A copy without a number in the table is one that the kill has interrupted.
  for (const name of await readdir(record)) if (name !== 'synced' && join(record, name) !== copy) await rm(join(record, name), { recursive: true });
  if (copy === undefined) return 0;
  await mkdir(folder);
  let lost = 0n;
  for (const name of await readdir(copy)) {
    const { ino, size } = await stat(join(copy, name), { bigint: true });
    const synced = lengths.get(ino) ?? 0n;
    if (synced < size) await truncate(join(copy, name), Number(synced));
    lost += synced < size ? size - synced : 0n;
    await link(join(copy, name), join(folder, name));
  }
  return Number(lost);
}
