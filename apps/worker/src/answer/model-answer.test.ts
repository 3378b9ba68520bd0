import { describe, expect, it } from 'vitest';
import { objectionTo, readModelAnswer } from './model-answer.js';
import { splitSentences } from './split-sentences.js';

const good = { answer: 'Fine.', confidence: 0.8, needs: 'nothing' } as const;

describe('reading what a model wrote', () => {
  it.each([
    ['the object alone', JSON.stringify(good)],
    ['a code fence', `\`\`\`json\n${JSON.stringify(good)}\n\`\`\``],
    ['talk around it', `Sure, here it is: ${JSON.stringify(good)} Anything else?`],
  ])('finds the answer in %s', (_title, text) => expect(readModelAnswer(text)).toEqual(good));

  it.each([['nothing', ''], ['plain talk', 'Hello.'], ['half an object', '{"answer": "Hel'], ['a missing field', '{"answer": "Hello"}'], ['a confidence above 1', '{"answer":"x","confidence":7,"needs":"nothing"}'], ['another need', '{"answer":"x","confidence":1,"needs":"pizza"}']])(
    'finds none in %s',
    (_title, text) => expect(readModelAnswer(text)).toBeUndefined(),
  );
});

describe('the numbers of an answer', () => {
  it.each([
    ['运费20元，满99包邮。', '满 99 元包邮，次日达 20 元'],
    ['That is ¥1,899.00.', 'Swift robot vacuum 1899.00 CNY'],
    ['共１５天', '15 天内'],
  ])('stand in the passages: %s', (answer, passage) => expect(objectionTo({ ...good, answer }, [passage], true)).toBeUndefined());

  it('are made up where they do not', () => {
    expect(objectionTo({ ...good, answer: '30 天内' }, ['15 天内'], true)).toBe('unsupported_number');
    expect(objectionTo({ ...good, answer: '30 天内' }, ['15 天内'], false)).toBeUndefined();
  });
});

describe('sentences', () => {
  it.each([
    ['您好！今天周一。', ['您好！', '今天周一。']],
    ['One? "Two!" Three', ['One? ', '"Two!" ', 'Three']],
    ['a\n\nb', ['a\n\n', 'b']],
    ['v1.2 is out', ['v1.2 is out']],
    ['', []],
  ])('of %j', (text, pieces) => {
    expect(splitSentences(text)).toEqual(pieces);
    expect(splitSentences(text).join('')).toBe(text);
  });
});
