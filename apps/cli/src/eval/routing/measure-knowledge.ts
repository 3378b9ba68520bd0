import { trainIntentModel } from '@switchyard/intent';
import { scoreOf, type Score } from '../pii/score-spans.js';
import { readSplitRows } from './split-rows.js';

const KNOWLEDGE_FILE = 'routing/dstc11t5_needs_knowledge.jsonl';

export interface KnowledgeReport {
  readonly train: number;
  readonly test: number;
  readonly accuracy: number;
  /** Standard error of the accuracy. */
  readonly accuracyError: number;
  readonly score: Score;
  /** Where every turn is given the label that most training turns have. */
  readonly majority: { readonly needsKnowledge: boolean; readonly accuracy: number; readonly score: Score };
}

function scoreSays(rows: readonly KnowledgeRow[], says: (text: string) => boolean): { accuracy: number; score: Score } {
  const count = { right: 0, wrong: 0, missed: 0 };
  let agreed = 0;
  for (const { text, needs_knowledge: needs } of rows) {
    const said = says(text);
    if (said === needs) agreed += 1;
    if (said && needs) count.right += 1;
    else if (said) count.wrong += 1;
    else if (needs) count.missed += 1;
  }
  return { accuracy: agreed / rows.length, score: scoreOf(count) };
}

interface KnowledgeRow {
  readonly text: string;
  readonly needs_knowledge: boolean;
}

/** Whether a turn needs the knowledge base or a tool, by the intent trainer, from the last turn alone. */
export async function measureKnowledge(directory: string): Promise<KnowledgeReport> {
  const { train, test } = await readSplitRows<KnowledgeRow>(directory, KNOWLEDGE_FILE, ({ text, needs_knowledge: needs }) => typeof text === 'string' && typeof needs === 'boolean', ({ text }) => text);
  const model = trainIntentModel(train.map(({ text, needs_knowledge: needs }) => ({ text, label: needs ? 'knowledge' : 'tool' })));
  const measured = scoreSays(test, (text) => model.classify(text).label === 'knowledge');
  const needsKnowledge = train.filter(({ needs_knowledge: needs }) => needs).length * 2 >= train.length;
  return {
    train: train.length,
    test: test.length,
    ...measured,
    accuracyError: Math.sqrt((measured.accuracy * (1 - measured.accuracy)) / test.length),
    majority: { needsKnowledge, ...scoreSays(test, () => needsKnowledge) },
  };
}
