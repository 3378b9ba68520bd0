import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Raised when the layout of a snapshot or the meaning of its sections changes; another is not read. */
const MAGIC = `SWYINDEX01\n`;
const TAIL_BYTES = 8;

/** What a snapshot says of itself; compared with the store before anything else is read. */
export interface SnapshotFacts {
  readonly tenant: string;
  readonly collection: string;
  /** Fingerprint of the embedding model whose vectors are in it. */
  readonly space: string | null;
  /** The last change that it holds, and the token of that change: another history of the file has another. */
  readonly sequence: number;
  readonly token: string;
}

/** Pieces are of one length each but the last: they are read as they were written. */
export interface Section {
  readonly name: string;
  readonly pieces: Iterable<Uint8Array>;
}

interface SectionFacts {
  readonly name: string;
  readonly bytes: number;
  readonly piece: number;
  readonly crc: number;
}

interface Footer {
  readonly facts: SnapshotFacts;
  readonly sections: readonly SectionFacts[];
}

/** A snapshot that cannot be read as it was written: the reason, without anything of its content. */
export class SnapshotDamaged extends Error {}

/**
 * Writes a snapshot beside its place and moves it there once it is whole and on the disk. The layout: magic, sections,
 * footer (JSON with the length and CRC-32 of each section), and the footer's own length and CRC-32.
 * `pause` is awaited between pieces; it may throw to give up.
 */
export async function writeSnapshot(file: string, facts: SnapshotFacts, sections: Iterable<Section>, pause: () => Promise<void> | undefined): Promise<void> {
  const unfinished = `${file}.${randomUUID()}.tmp`;
  const handle = await open(unfinished, 'w', 0o600);
  try {
    await handle.write(MAGIC);
    const written: SectionFacts[] = [];
    for (const { name, pieces } of sections) {
      let [bytes, piece, crc] = [0, 0, 0];
      for (const one of pieces) {
        await writeWhole(handle, one);
        crc = crc32(one, crc);
        bytes += one.byteLength;
        piece ||= one.byteLength;
        await pause();
      }
      written.push({ name, bytes, piece, crc });
    }
    const footer = Buffer.from(JSON.stringify({ facts, sections: written } satisfies Footer));
    const tail = Buffer.alloc(TAIL_BYTES);
    tail.writeUInt32LE(footer.byteLength, 0);
    tail.writeUInt32LE(crc32(footer), 4);
    await writeWhole(handle, Buffer.concat([footer, tail]));
    await handle.sync();
    await handle.close();
    await rename(unfinished, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  }
}

/**
 * Reads a snapshot whose facts `isWanted` accepts; nothing where there is none or it is not wanted.
 * @throws SnapshotDamaged where it is not as it was written
 */
export async function readSnapshot(file: string, isWanted: (facts: SnapshotFacts) => boolean): Promise<Map<string, Uint8Array[]> | undefined> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    const { footer, end } = await readFooter(handle);
    if (!isWanted(footer.facts)) return undefined;
    const found = new Map<string, Uint8Array[]>();
    let position = MAGIC.length;
    for (const { name, bytes, piece, crc } of footer.sections) {
      const pieces: Uint8Array[] = [];
      let sum = 0;
      for (let at = 0; at < bytes; at += piece) {
        const one = await readWhole(handle, position + at, Math.min(piece, bytes - at));
        sum = crc32(one, sum);
        pieces.push(one);
      }
      if (sum !== crc) throw new SnapshotDamaged(`the section ${name} is not as it was written`);
      found.set(name, pieces);
      position += bytes;
    }
    if (position !== end) throw new SnapshotDamaged('its length is not that of its sections');
    return found;
  } finally {
    await handle.close();
  }
}

async function readFooter(handle: FileHandle): Promise<{ footer: Footer; end: number }> {
  const { size } = await handle.stat();
  if (size < MAGIC.length + TAIL_BYTES) throw new SnapshotDamaged('it is too short');
  const magic = await readWhole(handle, 0, MAGIC.length);
  if (Buffer.from(magic).toString() !== MAGIC) throw new SnapshotDamaged('it is no snapshot of this release');
  const tail = Buffer.from(await readWhole(handle, size - TAIL_BYTES, TAIL_BYTES));
  const end = size - TAIL_BYTES - tail.readUInt32LE(0);
  if (end < MAGIC.length) throw new SnapshotDamaged('its end is missing');
  const footer = await readWhole(handle, end, size - TAIL_BYTES - end);
  if (crc32(footer) !== tail.readUInt32LE(4)) throw new SnapshotDamaged('its end is not as it was written');
  return { footer: JSON.parse(Buffer.from(footer).toString()) as Footer, end };
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) at += (await handle.write(bytes, at)).bytesWritten;
}

async function readWhole(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await handle.read(bytes, at, length - at, position + at);
    if (bytesRead === 0) throw new SnapshotDamaged('it ends too early');
    at += bytesRead;
  }
  return bytes;
}
