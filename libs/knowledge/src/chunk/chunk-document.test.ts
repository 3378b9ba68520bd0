import { describe, expect, it } from 'vitest';
import { parseDocument } from '../parse/parse-document.js';
import { chunkDocument, readingSize, titleOf, type Chunk } from './chunk-document.js';
import { splitSentences } from './split-sentences.js';

function chunks(text: string, fileName = 'help.md'): Chunk[] {
  const parsed = parseDocument({ fileName, content: new TextEncoder().encode(text) });
  return chunkDocument(parsed, titleOf(parsed, fileName));
}

describe('chunkDocument', () => {
  it('gives every passage the headings above it as its title', () => {
    expect(chunks('# Help\n\n## Returns\n\nWithin 15 days.\n\n### Freight\n\nWe pay.\n\n## Delivery\n\nTwo days.').map(({ title }) => title)).toEqual(['Help › Returns', 'Help › Returns › Freight', 'Help › Delivery']);
  });

  it('keeps a table whole, each row readable without the header', () => {
    const [table, ...others] = chunks('# 帮助\n\n| 方式 | 运费 |\n|---|---|\n| 标准 | 8元 |\n| 快递 | 20元 |');
    expect(others).toEqual([]);
    expect(table?.text).toBe('方式：标准；运费：8元\n方式：快递；运费：20元');
  });

  it('keeps a list with the line that announces it', () => {
    expect(chunks(`# Help\n\n${'Other words fill this. '.repeat(25)}\n\nYou need:\n\n- the order number\n- the box`).at(-1)?.text).toContain('You need:\nthe order number\nthe box');
  });

  it('cuts a long table between rows only', () => {
    const rows = Array.from({ length: 120 }, (_, at) => `| product ${at} | ${at} CNY in stock |`);
    const cut = chunks(`# Prices\n\n| Product | Price |\n|---|---|\n${rows.join('\n')}`);
    expect(cut.length).toBeGreaterThan(1);
    for (const { text } of cut) for (const line of text.split('\n')) expect(line).toMatch(/^Product: product \d+; Price: \d+ CNY in stock$/);
  });

  it.each([
    ['zh', '问：多久到账？\n\n答：五天。\n\n问：运费谁出？\n\n答：我们出。', ['help › 多久到账？', 'help › 运费谁出？'], ['五天。', '我们出。']],
    ['en', 'Q: How long?\nA: Five days.\n\nQ: Who pays?\nA: We do.', ['help › How long?', 'help › Who pays?'], ['Five days.', 'We do.']],
  ])('makes every pair a passage of its own, in %s', (language, text, titles, answers) => {
    const pairs = chunks(text);
    expect(pairs.map(({ title }) => title)).toEqual(titles);
    expect(pairs.map((one) => one.text)).toEqual(answers);
    expect(new Set(pairs.map((one) => one.language))).toEqual(new Set([language]));
  });

  it.each([
    ['zh', '这是一个关于退货和换货的说明句子，里面有一些内容。'.repeat(80)],
    ['en', 'This is a sentence about returns and exchanges with some content. '.repeat(80)],
  ])('cuts long text at sentences into passages of about the same size, in %s', (_language, text) => {
    const cut = chunks(`# T\n\n${text}`);
    for (const chunk of cut.slice(0, -1)) {
      expect(readingSize(chunk.text)).toBeGreaterThan(200);
      expect(readingSize(chunk.text)).toBeLessThanOrEqual(500);
      expect(chunk.text).toMatch(/[。.]$/);
    }
  });

  it('cuts text without any sentence end as well', () => {
    for (const { text } of chunks(`# T\n\n${'字'.repeat(3_000)}`)) expect(text.length).toBeLessThanOrEqual(600);
  });
});

it('cuts 60,000 sentences on one line without reading the line once a passage', () => {
  // 170 ms; where every passage reads the whole line it takes minutes, and the test its time.
  const cut = chunks(Array.from({ length: 60_000 }, (_, index) => `This is sentence number ${index}.`).join(' '));
  expect(cut.length).toBeGreaterThan(2_000);
});

describe('splitSentences', () => {
  it('cuts no decimals, codes, abbreviations or addresses', () => {
    expect(splitSentences('It costs 3.5 CNY, e.g. by post. Mail help@shop.example now! 费用8元。满99元包邮！')).toEqual(['It costs 3.5 CNY, e.g. by post.', 'Mail help@shop.example now!', '费用8元。', '满99元包邮！']);
  });
});

it.each([
  ['marks of exclamation', '!'.repeat(200_000)],
  ['empty lines', `a\n${'\n'.repeat(200_000)}b`],
  ['signs that no reader counts as words', `# T\n\n${'—'.repeat(200_000)}`],
])('reads and cuts 200,000 %s', (_name, text) => {
  for (const { text: passage } of chunks(text)) expect(passage.length).toBeLessThanOrEqual(5_000);
}, 5_000);
