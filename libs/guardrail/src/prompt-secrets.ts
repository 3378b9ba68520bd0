import type { ReplyLanguage } from '@switchyard/contracts';
import type { Site } from '@switchyard/site';
import { createLeakScreen, type LeakScreen } from './prompt-leak.js';

/** Knows a tier's prompt again in what its model writes, by the language of the reply: the prompt differs with it. */
export type PromptSecrets = (language: ReplyLanguage) => LeakScreen;

/** What anybody may read of a site: whatever of a prompt stands there too is no secret. */
function* publicTexts(site: Site): Generator<string> {
  for (const { answer, questions } of site.answers) yield* [answer.zh, answer.en, ...questions.zh, ...questions.en];
  for (const { utterances } of site.intents) yield* [...utterances.zh, ...utterances.en];
  for (const { steps } of site.flows.values()) yield JSON.stringify(steps);
  for (const text of Object.values(site.settings.texts)) yield* [text.zh, text.en];
}

/** @param promptOf what the tier tells its model, without what it tells for one request */
export function promptSecretsOf(site: Site, promptOf: (language: ReplyLanguage) => string): PromptSecrets {
  const screens = new Map<ReplyLanguage, LeakScreen>();
  const { zh, en } = site.settings.title;
  return (language) => {
    const known = screens.get(language);
    if (known) return known;
    const screen = createLeakScreen(promptOf(language), { names: [zh, en], publicTexts: () => [...publicTexts(site)] });
    screens.set(language, screen);
    return screen;
  };
}
