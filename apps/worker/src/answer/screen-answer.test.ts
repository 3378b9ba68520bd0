import { describe, expect, it } from 'vitest';
import { eventLoop } from '@switchyard/config';
import { createWordScreen } from '@switchyard/guardrail';
import { shopSite } from '../__fixtures__/shop-site.js';
import { createScreenAnswer } from './screen-answer.js';

const words = createWordScreen(shopSite({ 'words/mild.txt': '# category: mild\n# action: mask\n某竞品\nrivalshop\n', 'words/watch.txt': '# category: watch\n# action: flag\nwatchword\n' }).words, eventLoop);
const begin = createScreenAnswer(words);

describe('screening what a model wrote', () => {
  it.each([
    ['a clean answer', '您好，Hello.', { blocked: false, text: '您好，Hello.', masked: false, categories: [] }],
    ['a word to refuse, in Chinese', '这是脏话词。', { blocked: true, text: '这是脏话词。', masked: false, categories: ['abuse'] }],
    ['a word to refuse, in English', 'You badword!', { blocked: true, text: 'You badword!', masked: false, categories: ['abuse'] }],
    ['a word to mask', '比某竞品好，better than rivalshop.', { blocked: false, text: '比***好，better than *********.', masked: true, categories: ['mild'] }],
    ['a word to flag', 'A watchword.', { blocked: false, text: 'A watchword.', masked: false, categories: ['watch'] }],
  ])('%s', (_title, answer, screened) => expect(begin().whole(answer)).toEqual({ ...screened, words: words.current().version }));
});
