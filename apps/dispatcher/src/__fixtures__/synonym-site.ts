import type { Site } from '@switchyard/site';
import { synonymExamples } from '@switchyard/testing';
import { smallSite } from './small-site.js';

const labels = [...new Set(synonymExamples.map(({ label }) => label))];

/** A site whose sentences share meanings and not words, and that names an embedding model. */
export const synonymSite: Site = {
  ...smallSite,
  settings: { ...smallSite.settings, egress: 'blocked', models: { expert: [], embedding: { model: 'meaning' } } },
  answers: [],
  intents: labels.map((label) => ({
    label,
    description: { zh: label, en: label },
    task: 'knowledge',
    slots: {},
    utterances: { zh: [], en: synonymExamples.filter((one) => one.label === label).map(({ text }) => text) },
  })),
};
