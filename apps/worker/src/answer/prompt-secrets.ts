import { promptSecretsOf, type PromptSecrets } from '@switchyard/guardrail';
import type { Site } from '@switchyard/site';
import { promptWithout } from './build-prompt.js';

export const createPromptSecrets = (site: Site): PromptSecrets => promptSecretsOf(site, (language) => promptWithout(site, language));
