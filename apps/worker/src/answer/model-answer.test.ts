import { describe, expect, it } from 'vitest';
import { readModelAnswer } from './model-answer.js';
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
