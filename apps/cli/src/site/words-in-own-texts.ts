import { buildWordMatcher } from '@switchyard/guardrail';
import type { Site, WordAction } from '@switchyard/site';
import { siteTexts } from '../words/site-texts.js';

/** A word of a list that stands in what the site itself says or is asked. */
export interface WordInOwnTexts {
  readonly file: string;
  readonly action: WordAction;
  /** As the site's texts spell it. */
  readonly word: string;
  readonly utterances: number;
  readonly answers: number;
  readonly documents: number;
  readonly proposal: string;
}

const COUNTED = { utterance: 'utterances', answer: 'answers', document: 'documents' } as const;

/**
 * The words of a site's lists that its own texts hold, most first. A word that customers are expected to say, or that
 * answers hold, would refuse or blank out ordinary messages: it is proposed to record it only, or to allow the phrase.
 */
export function wordsInOwnTexts(site: Pick<Site, 'intents' | 'answers' | 'knowledge' | 'words'>): WordInOwnTexts[] {
  const matcher = buildWordMatcher(site.words);
  const rows = new Map<string, { file: string; action: WordAction; word: string; utterances: number; answers: number; documents: number }>();
  for (const { where, text } of siteTexts(site)) {
    for (const match of matcher.find(text)) {
      const word = text.slice(match.start, match.end);
      const key = `${match.file}\n${word}`;
      const row = rows.get(key) ?? { file: match.file, action: match.action, word, utterances: 0, answers: 0, documents: 0 };
      row[COUNTED[where]] += 1;
      rows.set(key, row);
    }
  }
  return [...rows.values()]
    .map((row) => ({ ...row, proposal: proposalOf(row) }))
    .toSorted((a, b) => b.utterances + b.answers + b.documents - (a.utterances + a.answers + a.documents) || (a.word < b.word ? -1 : 1));
}

function proposalOf({ action, utterances, answers, documents }: { action: WordAction; utterances: number; answers: number; documents: number }): string {
  if (action === 'flag') return 'recorded only: nothing to do';
  if (action === 'hand_over' && answers + documents === 0) return 'customers are expected to say it, and a person answers: nothing to do if that is meant';
  return utterances + answers > 2 ? 'move it to a list with "# action: flag"' : 'allow the phrase around it with "!phrase", or move it to a list with "# action: flag"';
}
