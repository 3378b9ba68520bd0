import { strToU8, zipSync, type Zippable } from 'fflate';

const NAMESPACE = 'http://schemas.openxmlformats.org';
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const relationship = (id: string, type: string, target: string): string => `<Relationship Id="${id}" Type="${NAMESPACE}/officeDocument/2006/relationships/${type}" Target="${target}"/>`;
const relationships = (...all: string[]): string => `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="${NAMESPACE}/package/2006/relationships">${all.join('')}</Relationships>`;
const contentTypes = (...overrides: [string, string][]): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="${NAMESPACE}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.map(([part, type]) => `<Override PartName="${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}+xml"/>`).join('')}</Types>`;

const zip = (parts: Record<string, string>, more: Zippable = {}): Uint8Array => zipSync({ ...Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])), ...more });

export type WordBlock = string | { heading: number; text: string } | { bullets: string[] } | { table: string[][] };

const paragraph = (text: string, properties = ''): string => `<w:p>${properties === '' ? '' : `<w:pPr>${properties}</w:pPr>`}<w:r><w:t xml:space="preserve">${escape(text)}</w:t></w:r></w:p>`;

function wordBlock(block: WordBlock): string {
  if (typeof block === 'string') return paragraph(block);
  if ('heading' in block) return paragraph(block.text, `<w:pStyle w:val="Heading${block.heading}"/>`);
  if ('bullets' in block) return block.bullets.map((text) => paragraph(text, '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')).join('');
  return `<w:tbl>${block.table.map((row) => `<w:tr>${row.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`).join('')}</w:tbl>`;
}

/** A Word document as Word writes it. `body` goes into it as it is; `more`: further parts. */
export function docx(blocks: readonly WordBlock[], { body = '', head = '', more = {} }: { body?: string; head?: string; more?: Zippable } = {}): Uint8Array {
  const word = `${NAMESPACE}/wordprocessingml/2006/main`;
  const styles = [1, 2, 3].map((level) => `<w:style w:type="paragraph" w:styleId="Heading${level}"><w:name w:val="heading ${level}"/></w:style>`).join('');
  return zip(
    {
      '[Content_Types].xml': contentTypes(['/word/document.xml', 'wordprocessingml.document.main'], ['/word/styles.xml', 'wordprocessingml.styles'], ['/word/numbering.xml', 'wordprocessingml.numbering']),
      '_rels/.rels': relationships(relationship('r1', 'officeDocument', 'word/document.xml')),
      'word/_rels/document.xml.rels': relationships(relationship('r1', 'styles', 'styles.xml'), relationship('r2', 'numbering', 'numbering.xml')),
      'word/styles.xml': `<w:styles xmlns:w="${word}">${styles}</w:styles>`,
      'word/numbering.xml': `<w:numbering xmlns:w="${word}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`,
      'word/document.xml': `<?xml version="1.0" encoding="UTF-8"?>${head}<w:document xmlns:w="${word}"><w:body>${blocks.map(wordBlock).join('')}${body}</w:body></w:document>`,
    },
    more,
  );
}

/** A cell: a text; a number, or one with the format that Excel shows it in. */
export type XlsxCell = string | number | { value: number; format: 'percent' | 'date' } | null;
export interface XlsxSheet {
  name: string;
  rows: XlsxCell[][];
  hidden?: boolean;
  merges?: string[];
}

const FORMATS = { percent: 1, date: 2 } as const;
const cellName = (row: number, column: number): string => `${String.fromCharCode(65 + column)}${row + 1}`;

function cell(value: XlsxCell, row: number, column: number): string {
  if (value === null) return '';
  if (typeof value === 'string') return `<c r="${cellName(row, column)}" t="inlineStr"><is><t xml:space="preserve">${escape(value)}</t></is></c>`;
  const [number, style] = typeof value === 'number' ? [value, 0] : [value.value, FORMATS[value.format]];
  return `<c r="${cellName(row, column)}" s="${style}"><v>${number}</v></c>`;
}

/** A workbook as Excel writes it. */
export function xlsx(sheets: readonly XlsxSheet[], { head = '', more = {} }: { head?: string; more?: Zippable } = {}): Uint8Array {
  const main = `${NAMESPACE}/spreadsheetml/2006/main`;
  const parts = sheets.map(({ rows, merges = [] }, index) => [
    `xl/worksheets/sheet${index + 1}.xml`,
    `<?xml version="1.0" encoding="UTF-8"?>${head}<worksheet xmlns="${main}"><sheetData>${rows.map((row, at) => `<row r="${at + 1}">${row.map((value, column) => cell(value, at, column)).join('')}</row>`).join('')}</sheetData>${merges.length > 0 ? `<mergeCells>${merges.map((range) => `<mergeCell ref="${range}"/>`).join('')}</mergeCells>` : ''}</worksheet>`,
  ]);
  const list = sheets.map(({ name, hidden }, index) => `<sheet name="${escape(name)}" sheetId="${index + 1}" r:id="r${index + 1}"${hidden ? ' state="hidden"' : ''}/>`).join('');
  return zip(
    {
      '[Content_Types].xml': contentTypes(['/xl/workbook.xml', 'spreadsheetml.sheet.main'], ['/xl/styles.xml', 'spreadsheetml.styles'], ...sheets.map((_, index): [string, string] => [`/xl/worksheets/sheet${index + 1}.xml`, 'spreadsheetml.worksheet'])),
      '_rels/.rels': relationships(relationship('r1', 'officeDocument', 'xl/workbook.xml')),
      'xl/_rels/workbook.xml.rels': relationships(...sheets.map((_, index) => relationship(`r${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`)), relationship('rs', 'styles', 'styles.xml')),
      'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${NAMESPACE}/officeDocument/2006/relationships"><sheets>${list}</sheets></workbook>`,
      'xl/styles.xml': `<styleSheet xmlns="${main}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="9" applyNumberFormat="1"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
      ...Object.fromEntries(parts),
    },
    more,
  );
}

/** The archive with other sizes in its directory: what its parts claim to unpack to. */
export function claiming(archive: Uint8Array, sizeOf: (size: number) => number): Uint8Array {
  const copy = Buffer.from(archive);
  for (let at = copy.indexOf('PK\u0001\u0002', 0, 'latin1'); at !== -1; at = copy.indexOf('PK\u0001\u0002', at + 4, 'latin1')) copy.writeUInt32LE(sizeOf(copy.readUInt32LE(at + 24)), at + 24);
  return copy;
}
