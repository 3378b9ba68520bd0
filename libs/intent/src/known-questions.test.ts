import { describe, expect, it } from 'vitest';
import { findQuestion, knownQuestions } from './known-questions.js';

const examples = Array.from({ length: 500 }, (_, index) => ({ text: `question ${index}`, label: `label${index % 7}` }));
const labels = Array.from({ length: 7 }, (_, index) => `label${index}`);

describe('knownQuestions', () => {
  it('finds every example, and only those', () => {
    const known = knownQuestions(examples, labels);
    for (const [index, { text }] of examples.entries()) expect(findQuestion(`${text.toUpperCase()}?`, known)).toBe(index % 7);
    for (let index = 500; index < 1_000; index++) expect(findQuestion(`question ${index}`, known)).toBeUndefined();
    expect(findQuestion('', known)).toBeUndefined();
  });

  it('leaves out what stands under two labels or under none', () => {
    const known = knownQuestions([...examples, { text: 'Question 3', label: 'label0' }, { text: 'weather', label: 'oos' }], labels);
    expect(findQuestion('question 3', known)).toBeUndefined();
    expect(findQuestion('weather', known)).toBeUndefined();
    expect(known.labels).toHaveLength(499);
  });
});
