import type { WrappedPdfiumModule } from '@embedpdf/pdfium';
import { parsePages, requireText, type PageLine, type ParsedDocument } from '@switchyard/knowledge';
import { MeshError } from '@switchyard/errors';
import { documentFault } from './document-fault.js';
import { openPdfium } from './pdfium.js';

const PASSWORD = 4;
const MAX_PAGES = 10_000;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
/** PDFium's mark of a hyphen that divides a word at the end of a line. */
const HYPHEN = 0x02;

/** Compiled once for a thread: it takes a quarter of a second. */
let loaded: Promise<WrappedPdfiumModule> | undefined;

/** Lines of a page in the order in which they were written, which is nearly always the order in which they are read. */
function linesOf(pdfium: WrappedPdfiumModule, page: number): PageLine[] {
  const text = pdfium.FPDFText_LoadPage(page);
  if (text === 0) return [];
  const place = pdfium.pdfium.wasmExports.malloc(16);
  try {
    const lines: PageLine[] = [];
    let line = '';
    let [fontSize, bottom] = [0, 0];
    const flush = (): void => {
      if (line.trim() !== '') lines.push({ text: line, fontSize, bottom });
      [line, fontSize, bottom] = ['', 0, 0];
    };
    const count = pdfium.FPDFText_CountChars(text);
    for (let at = 0; at < count; at++) {
      const code = pdfium.FPDFText_GetUnicode(text, at);
      if (code === CARRIAGE_RETURN || code === LINE_FEED) flush();
      else if (code === HYPHEN) line += '\u00AD';
      else if (code >= 0x20 && code <= 0x10ffff) {
        line += String.fromCodePoint(code);
        if (code === 0x20) continue;
        const size = sizeOf(pdfium, text, at, place);
        if (fontSize === 0 && pdfium.FPDFText_GetCharOrigin(text, at, place, place + 8)) bottom = pdfium.pdfium.getValue(place + 8, 'double');
        fontSize = Math.max(fontSize, size);
      }
    }
    flush();
    return lines;
  } finally {
    pdfium.pdfium.wasmExports.free(place);
    pdfium.FPDFText_ClosePage(text);
  }
}

/** Height of the character's font in points: many writers leave the font at 1 and scale it by the matrix, which shows in the box. */
function sizeOf(pdfium: WrappedPdfiumModule, text: number, at: number, place: number): number {
  const size = pdfium.FPDFText_GetFontSize(text, at);
  if (size > 1.5) return size;
  return pdfium.FPDFText_GetLooseCharBox(text, at, place) ? Math.abs(pdfium.pdfium.getValue(place + 4, 'float') - pdfium.pdfium.getValue(place + 12, 'float')) : size;
}

function pagesOf(pdfium: WrappedPdfiumModule, fileName: string, content: Uint8Array): PageLine[][] {
  const { malloc, free } = pdfium.pdfium.wasmExports;
  const at = malloc(content.byteLength);
  if (at === 0) throw documentFault('DOCUMENT_TOO_COMPLEX', fileName, 'takes more memory to read than it may');
  let document = 0;
  try {
    (pdfium.pdfium as unknown as { HEAPU8: Uint8Array }).HEAPU8.set(content, at);
    document = pdfium.FPDF_LoadMemDocument(at, content.byteLength, '');
    if (document === 0) {
      if (pdfium.FPDF_GetLastError() === PASSWORD) throw documentFault('DOCUMENT_ENCRYPTED', fileName, 'is protected by a password');
      throw documentFault('DOCUMENT_INVALID', fileName, 'is no PDF that can be read: it is damaged or cut off');
    }
    const count = pdfium.FPDF_GetPageCount(document);
    if (count > MAX_PAGES) throw documentFault('DOCUMENT_TOO_LARGE', fileName, `has more than ${MAX_PAGES} pages`);
    return Array.from({ length: count }, (_, index) => {
      const page = pdfium.FPDF_LoadPage(document, index);
      // A damaged page is left out; one that is all there is, is no text.
      if (page === 0) return [];
      try {
        return linesOf(pdfium, page);
      } finally {
        pdfium.FPDF_ClosePage(page);
      }
    });
  } finally {
    if (document !== 0) pdfium.FPDF_CloseDocument(document);
    free(at);
  }
}

/**
 * A PDF: headings by the size of their letters, paragraphs, lists, and the page of each.
 * @throws MeshError DOCUMENT_… naming the document; DOCUMENT_EMPTY where its pages are pictures
 */
export async function readPdf(fileName: string, content: Uint8Array): Promise<ParsedDocument> {
  loaded ??= openPdfium();
  const pdfium = await loaded;
  let pages: PageLine[][];
  try {
    pages = pagesOf(pdfium, fileName, content);
  } catch (error) {
    if (MeshError.is(error)) throw error;
    loaded = undefined;
    throw documentFault('DOCUMENT_TOO_COMPLEX', fileName, 'could not be read within its memory', error);
  }
  return requireText(parsePages(pages), fileName, ': its pages may be pictures, which are not read here');
}
