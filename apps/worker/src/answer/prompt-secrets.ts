import type { ReplyLanguage } from '@switchyard/contracts';
import { createLeakScreen, type LeakScreen } from '@switchyard/guardrail';
import type { Site } from '@switchyard/site';
import { promptWithout } from './build-prompt.js';

/** Knows the site's prompt again in what the model writes, by the language of the reply: its prompt differs with it. */
export type PromptSecrets = (language: ReplyLanguage) => LeakScreen;

/** What anybody may read of a site: whatever of its prompt stands there too is no secret. */
function* publicTexts(site: Site): Generator<string> {
  for (const { answer, questions } of site.answers) yield* [answer.zh, answer.en, ...questions.zh, ...questions.en];
  for (const { utterances } of site.intents) yield* [...utterances.zh, ...utterances.en];
  for (const { steps } of site.flows.values()) yield JSON.stringify(steps);
  for (const text of Object.values(site.settings.texts)) yield* [text.zh, text.en];
}

export function createPromptSecrets(site: Site): PromptSecrets {
  const screens = new Map<ReplyLanguage, LeakScreen>();
  const { zh, en } = site.settings.title;
  return (language) => {
    const known = screens.get(language);
    if (known) return known;
    const screen = createLeakScreen(promptWithout(site, language), { names: [zh, en], publicTexts: () => [...publicTexts(site)] });
    screens.set(language, screen);
    return screen;
  };
}
