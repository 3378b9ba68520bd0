import { TEXT_ENDINGS, endingOf, parseDocument, type DocumentSource, type ParsedDocument } from '@switchyard/knowledge';
import { documentFault } from './document-fault.js';

/** A larger file is refused, whatever it is. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;

type Reader = (fileName: string, content: Uint8Array) => Promise<ParsedDocument>;

/** Loaded with the first file that needs them: most knowledge is text. */
const docx: Reader = async (...file) => (await import('./read-docx.js')).readDocx(...file);
const xlsx: Reader = async (...file) => (await import('./read-xlsx.js')).readXlsx(...file);
const pdf: Reader = async (...file) => (await import('./read-pdf.js')).readPdf(...file);
const READERS = { pdf, docx, docm: docx, xlsx, xlsm: xlsx } as const;
const isReader = (ending: string): ending is keyof typeof READERS => Object.hasOwn(READERS, ending);

/** Endings of all files that can be read. */
export const READABLE_ENDINGS: readonly string[] = [...TEXT_ENDINGS, ...Object.keys(READERS)];

/**
 * A file as structured blocks, by its ending.
 * @throws MeshError DOCUMENT_… naming the document
 */
export async function readDocument({ fileName, content }: DocumentSource): Promise<ParsedDocument> {
  const ending = endingOf(fileName);
  if (!READABLE_ENDINGS.includes(ending)) {
    throw documentFault('DOCUMENT_TYPE_UNSUPPORTED', fileName, `is ${ending === '' ? 'without an ending' : `a .${ending} file`}: this release reads ${READABLE_ENDINGS.join(', ')}`);
  }
  if (content.byteLength > MAX_FILE_BYTES) throw documentFault('DOCUMENT_TOO_LARGE', fileName, `is larger than ${MAX_FILE_BYTES} bytes`);
  return isReader(ending) ? READERS[ending](fileName, content) : parseDocument({ fileName, content });
}
