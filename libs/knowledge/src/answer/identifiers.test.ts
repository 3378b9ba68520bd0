import { describe, expect, it } from 'vitest';
import type { KnowledgeHit, StoredPassage } from '@switchyard/contracts';
import { chunkDocument, titleOf } from '../chunk/chunk-document.js';
import { passageOf } from '../chunk/passage-of.js';
import { parseDocument } from '../parse/parse-document.js';
import { isIdentifier } from '../terms/identifier.js';
import { composeAnswer } from './compose-answer.js';
import { gateFeatures } from './answerable.js';
import { rankForAnswer } from './rank-for-answer.js';
import { statisticsIndices, weighQuestion } from './weigh-question.js';

const MANUAL = `# Dryer D4

## Error codes of the dryer

| Code | Meaning | What to do |
| --- | --- | --- |
| F01 | The drum of the dryer stands still | Take some laundry out |
| F02 | The lint filter of the dryer is full | Clean the filter |
| F11 | The tank is full | Empty the tank |

## What the display shows

The display shows how long the programme still takes, and what should be done next.
`;
const parsed = parseDocument({ fileName: 'dryer.md', content: Buffer.from(MANUAL) });
const passages: StoredPassage[] = chunkDocument(parsed, titleOf(parsed, 'dryer.md')).map((chunk, position) => passageOf(chunk, position, { scope: { tenant: 'demo', collection: 'site' }, documentId: 'dryer.md', metadata: {} }));
const weigh = (question: string) => weighQuestion(question, { passages: passages.length, frequencies: statisticsIndices(question).map((id) => passages.filter(({ sparse }) => sparse.indices.includes(id)).length) });
const hits: KnowledgeHit[] = passages.map((passage) => ({ passage, score: 1, lexical: 1 }));
const ask = (question: string): string => composeAnswer(weigh(question), rankForAnswer(weigh(question), hits)).text;

describe('a question about a code', () => {
  it('is answered with the line of that code, and not with those of others that share its words', () => {
    expect(ask('What does F02 on the dryer mean?')).toContain('lint filter');
    expect(ask('What does F02 on the dryer mean?')).not.toMatch(/F01|F11/);
    expect(ask('F11 is shown, what now')).toContain('Empty the tank');
  });

  it('is covered less by a passage without the code than by one that lacks another word', () => {
    const covered = (question: string): number => gateFeatures(weigh(question), hits).coverage;
    expect(covered('dryer F77')).toBeLessThan(covered('dryer F02 blinking'));
  });

  it.each(['e06', 'v7', 'usb3', 'hg20260001'])('takes %s for one', (term) => expect(isIdentifier(term)).toBe(true));
  it.each(['5', '2.4', '30min', '5g', 'robot', '扫地', '3.5'])('takes %s for none', (term) => expect(isIdentifier(term)).toBe(false));
});
