import mammoth from 'mammoth';
import { parseHtml, requireText, type ParsedDocument } from '@switchyard/knowledge';
import { documentFault } from './document-fault.js';
import { unpackOffice } from './unpack-office.js';

/** Word's own names of styles; headings, lists and tables are known to the reader already. */
const STYLES = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => h2:fresh", "p[style-name='标题'] => h1:fresh"];

/**
 * A Word document: headings by their styles, lists, tables, footnotes. Comments, deleted text and pictures are left out.
 * @throws MeshError DOCUMENT_… naming the document
 */
export async function readDocx(fileName: string, content: Uint8Array): Promise<ParsedDocument> {
  const { archive, parts } = await unpackOffice(fileName, content);
  if (!parts.has('[Content_Types].xml') || ![...parts].some((part) => part.startsWith('word/'))) throw documentFault('DOCUMENT_INVALID', fileName, 'is an archive, but no Word document');
  let html: string;
  try {
    const ignorePictures = mammoth.images.imgElement(() => Promise.resolve({ src: '' }));
    html = (await mammoth.convertToHtml({ buffer: archive }, { styleMap: STYLES, convertImage: ignorePictures, externalFileAccess: false })).value;
  } catch (error) {
    if (error instanceof RangeError) throw documentFault('DOCUMENT_TOO_COMPLEX', fileName, 'is nested too deeply', error);
    throw documentFault('DOCUMENT_INVALID', fileName, 'is a damaged Word document', error);
  }
  return requireText(parseHtml(html), fileName);
}
