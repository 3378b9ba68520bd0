import { describe, expect, it } from 'vitest';
import { placesOfSentences } from './sentence-places.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const placeOf = placesOfSentences(
  new Map([
    ['intents/a.yaml', bytes('- label: greeting\n  utterances:\n    zh: [你好]\n    en:\n      - hello\n      - "good morning"\n- label: thanks\n  utterances: { zh: [], en: [hello] }\n')],
    ['answers/b.yml', bytes('answers:\n  - id: fee\n    questions:\n      en:\n        - how much\n')],
    ['rules/c.yaml', bytes('label: greeting\nx: hello\n')],
  ]),
);

describe('placesOfSentences', () => {
  it('tells the line of a sentence of an intent or an answer', () => {
    expect(placeOf('intent:greeting', '你好')).toEqual({ file: 'intents/a.yaml', line: 3 });
    expect(placeOf('intent:greeting', 'good morning')).toEqual({ file: 'intents/a.yaml', line: 6 });
    expect(placeOf('intent:thanks', 'hello')).toEqual({ file: 'intents/a.yaml', line: 8 });
    expect(placeOf('answer:fee', 'how much')).toEqual({ file: 'answers/b.yml', line: 5 });
  });

  it('tells the line of a name, and nothing of what is not there', () => {
    expect(placeOf('intent:thanks')).toEqual({ file: 'intents/a.yaml', line: 7 });
    expect(placeOf('intent:thanks', 'good morning')).toBeUndefined();
    expect(placeOf('answer:other')).toBeUndefined();
  });
});
