import type { Block } from './block.js';

const QUESTION = /^(?:q|question|questions|faq|standard question|问题?|提问|问句|標準問題?|标准问题?|标准问|標準問|問題|標題|标题|title)$/iu;
const ANSWER = /^(?:a|answer|answers|reply|response|答案?|解答|回答|回复|回覆|答复|答覆|内容|內容|标准答案|標準答案)$/iu;
const VARIANTS = /^(?:variants?|similar|similar questions?|aliases|相似问题?|相似問題?|相似问法|扩展问题?|擴展問題?|其他问法|其他問法)$/iu;

/** The columns of a table of questions and answers; `variants` is -1 where there is none. */
export interface QuestionColumns {
  readonly question: number;
  readonly answer: number;
  readonly variants: number;
}

/** Which columns hold questions and answers, by their names in Chinese or English; undefined where none do. */
export function questionColumns(header: readonly string[]): QuestionColumns | undefined {
  const find = (name: RegExp): number => header.findIndex((cell) => name.test(cell.trim().replace(/[:：]$/u, '')));
  const [question, answer, variants] = [find(QUESTION), find(ANSWER), find(VARIANTS)];
  return question === -1 || answer === -1 ? undefined : { question, answer, variants };
}

/**
 * A table as blocks. With a question and an answer column every row is a pair; a column of variants ("|" or line breaks
 * between them) holds other ways to ask. Otherwise it is a table, whose first row names the columns.
 */
export function tableBlocks(header: readonly string[], rows: readonly (readonly string[])[]): Block[] {
  const columns = questionColumns(header);
  if (!columns) return rows.length === 0 ? [] : [{ kind: 'table', header, rows }];
  return rows.flatMap((row): Block[] => {
    const [question = '', answer = '', variants = ''] = [row[columns.question], row[columns.answer], row[columns.variants]];
    if (question === '' || answer === '') return [];
    return [{ kind: 'qa', question, answer, variants: variants.split(/[|\n]/u).map((one) => one.trim()).filter(Boolean) }];
  });
}
