import { zipSync, type Zippable } from 'fflate';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { MeshError } from '@switchyard/errors';
import { documentFault } from './document-fault.js';

/** Parts with text of an office file; pictures and fonts are never unpacked. */
const PART = /\.(?:xml|rels)$/iu;
const MAX_ENTRIES = 10_000;
/** All parts together, unpacked. A workbook of a million cells has some 60 MB. */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;
/** Text of office files packs to a twentieth, sheets of equal numbers to a hundredth; deflate's utmost is 1:1032. */
const MAX_RATIO = 300;
/** Below this an odd ratio does no harm. */
const RATIO_COUNTS_FROM_BYTES = 4 * 1024 * 1024;
/** OLE: what Word and Excel wrote up to 2003, and what they wrap encrypted files in today. */
const OLE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);
const ENCRYPTED_PACKAGE = Buffer.from('EncryptedPackage', 'utf16le');
/** Office files have none; in others it is what makes entities grow without an end. */
const DOCTYPE = /<!(?:DOCTYPE|ENTITY)/iu;

const open = (content: Buffer): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    fromBuffer(content, { lazyEntries: true }, (error, archive) => (error ? reject(error) : resolve(archive)));
  });

/** Fails where the entry holds more than it says: yauzl counts what it inflates. */
function unpack(archive: ZipFile, entry: Entry): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    archive.openReadStream(entry, (error, stream) => {
      if (error) {
        reject(error);
        return;
      }
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject).once('end', () => resolve(Buffer.concat(chunks)));
    });
  });
}

async function* entriesOf(archive: ZipFile): AsyncGenerator<Entry> {
  const next = (): Promise<Entry | undefined> =>
    new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        archive.removeAllListeners();
        act();
      };
      archive.once('entry', (entry: Entry) => settle(() => resolve(entry)));
      archive.once('end', () => settle(() => resolve(undefined)));
      archive.once('error', (error: Error) => settle(() => reject(error)));
      archive.readEntry();
    });
  for (let entry = await next(); entry; entry = await next()) yield entry;
}

/** By what the entries say, before anything is inflated: where one holds more than that, its unpacking stops. */
function refuseBombs(fileName: string, entries: readonly Entry[]): void {
  if (entries.some((entry) => entry.isEncrypted())) throw documentFault('DOCUMENT_ENCRYPTED', fileName, 'is an encrypted archive');
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (unpacked > MAX_UNPACKED_BYTES) throw documentFault('DOCUMENT_TOO_LARGE', fileName, `unpacks to more than ${MAX_UNPACKED_BYTES} bytes`);
  const isBomb = entries.some(({ uncompressedSize, compressedSize }) => uncompressedSize > RATIO_COUNTS_FROM_BYTES && uncompressedSize > MAX_RATIO * compressedSize);
  if (isBomb) throw documentFault('DOCUMENT_TOO_LARGE', fileName, `unpacks to more than ${MAX_RATIO} times its size`);
}

/**
 * The text parts of a DOCX or XLSX in an archive that hides nothing: stored as they are, each as large as it says, and
 * all of them within the bounds. Readers that inflate without a bound may have it.
 * @throws MeshError DOCUMENT_INVALID, DOCUMENT_ENCRYPTED, DOCUMENT_TYPE_UNSUPPORTED or DOCUMENT_TOO_LARGE, naming the document
 */
export async function unpackOffice(fileName: string, content: Uint8Array): Promise<{ archive: Buffer; parts: ReadonlySet<string> }> {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (buffer.subarray(0, OLE.length).equals(OLE)) {
    if (buffer.includes(ENCRYPTED_PACKAGE)) throw documentFault('DOCUMENT_ENCRYPTED', fileName, 'is protected by a password');
    throw documentFault('DOCUMENT_TYPE_UNSUPPORTED', fileName, 'is in the binary format of Office 97–2003: save it as .docx or .xlsx');
  }
  const parts: Zippable = {};
  try {
    const archive = await open(buffer);
    if (archive.entryCount > MAX_ENTRIES) throw documentFault('DOCUMENT_TOO_LARGE', fileName, `holds more than ${MAX_ENTRIES} parts`);
    const entries: Entry[] = [];
    for await (const entry of entriesOf(archive)) if (PART.test(entry.fileName)) entries.push(entry);
    refuseBombs(fileName, entries);
    for (const entry of entries) {
      const part = await unpack(archive, entry);
      // UTF-16 would hide it from the search; Office writes UTF-8 only.
      if (DOCTYPE.test(part.toString('latin1')) || DOCTYPE.test(part.subarray(0, 4_096).toString('latin1').replaceAll('\0', ''))) throw documentFault('DOCUMENT_INVALID', fileName, 'declares XML entities, which no office program writes');
      parts[entry.fileName] = [part, { level: 0 }];
    }
  } catch (error) {
    if (MeshError.is(error)) throw error;
    throw documentFault('DOCUMENT_INVALID', fileName, 'is no archive that can be read: it is damaged or cut off', error);
  }
  return { archive: Buffer.from(zipSync(parts)), parts: new Set(Object.keys(parts)) };
}
