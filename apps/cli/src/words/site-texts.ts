import type { Site } from '@switchyard/site';

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
