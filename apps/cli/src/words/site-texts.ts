import { readFile } from 'node:fs/promises';
import type { Site } from '@switchyard/site';
import { MeshError } from '@switchyard/errors';

/** A text of the site's own, and where it stands. */
export interface OwnText {
  readonly where: 'utterance' | 'answer' | 'document';
  readonly text: string;
}

/** What a site says and is asked: utterances, curated questions and answers, and documents that are text. */
export function siteTexts(site: Pick<Site, 'intents' | 'answers' | 'knowledge'>): OwnText[] {
  const texts: OwnText[] = [];
  const put = (where: OwnText['where'], text: string | undefined): void => {
    if (text !== undefined && text.trim() !== '') texts.push({ where, text });
  };
  for (const intent of site.intents) for (const text of [...intent.utterances.zh, ...intent.utterances.en]) put('utterance', text);
  for (const { questions, answer } of site.answers) {
    for (const text of [...(questions.zh ?? []), ...(questions.en ?? [])]) put('utterance', text);
    put('answer', answer.zh);
    put('answer', answer.en);
  }
  for (const { path, content } of site.knowledge) {
    if (!/\.(md|txt|csv|html?)$/i.test(path)) continue;
    for (const line of new TextDecoder().decode(content).split(/\n+/)) put('document', line);
  }
  return texts;
}

/** Latin words of the site's own texts: never read as pinyin. Lower case. */
export function latinTerms(texts: Iterable<string>): Set<string> {
  const terms = new Set<string>();
  for (const text of texts) for (const [term] of text.matchAll(/[A-Za-z]{2,}/g)) terms.add(term.toLowerCase());
  return terms;
}

/** A user's own texts of a file, one a line. @throws MeshError CONFIG_INVALID */
export async function textsOfFile(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split(/\r?\n/).filter((line) => line.trim() !== '');
  } catch (cause) {
    throw new MeshError('CONFIG_INVALID', `${file} cannot be read`, { cause, field: file });
  }
}
