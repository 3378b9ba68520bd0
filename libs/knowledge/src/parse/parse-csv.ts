import { CsvError, parse } from 'csv-parse/sync';
import { MeshError } from '@switchyard/errors';
import type { ParsedDocument } from './block.js';

const QUESTION = /^(?:q|question|questions|standard question|问题?|標準問題?|标准问题?|標題|标题|title)$/iu;
const ANSWER = /^(?:a|answer|answers|reply|response|答案?|回答|回复|回覆|内容|內容)$/iu;
const VARIANTS = /^(?:variants?|similar|similar questions?|aliases|相似问题?|相似問題?|扩展问题?|其他问法)$/iu;

function delimiterOf(source: string): string {
  const head = source.slice(0, source.indexOf('\n') === -1 ? undefined : source.indexOf('\n'));
  return [',', ';', '\t'].map((mark) => ({ mark, count: head.split(mark).length })).toSorted((left, right) => right.count - left.count)[0]?.mark ?? ',';
}

/**
 * A table of a spreadsheet. With a question and an answer column every row is a pair; a column of variants ("|" or
 * line breaks between them) holds other ways to ask. Otherwise it is a table, whose first row names the columns.
 * @throws MeshError DOCUMENT_INVALID with the line, where quoting is broken
 */
export function parseCsv(source: string, name: string): ParsedDocument {
  let records: string[][];
  try {
    records = parse(source, { bom: true, delimiter: delimiterOf(source), relaxColumnCount: true, skipEmptyLines: true, trim: true });
  } catch (error) {
    // The library's message quotes the cell; only its code and line may be shown.
    const where = error instanceof CsvError ? ` (${error.code}${typeof error['lines'] === 'number' ? `, line ${error['lines']}` : ''})` : '';
    throw new MeshError('DOCUMENT_INVALID', `${name} is not a valid CSV${where}`, { cause: error, field: name });
  }
  const [header = [], ...rows] = records;
  const question = header.findIndex((cell) => QUESTION.test(cell));
  const answer = header.findIndex((cell) => ANSWER.test(cell));
  if (question === -1 || answer === -1) return { blocks: rows.length === 0 ? [] : [{ kind: 'table', header, rows }] };
  const variants = header.findIndex((cell) => VARIANTS.test(cell));
  return {
    blocks: rows
      .filter((row) => row[question] && row[answer])
      .map((row) => ({ kind: 'qa', question: row[question] ?? '', answer: row[answer] ?? '', variants: (row[variants] ?? '').split(/[|\n]/u).map((one) => one.trim()).filter(Boolean) })),
  };
}
