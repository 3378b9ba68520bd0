export { normalise, viewOf, type NormalisedText } from './normalise.js';
export { buildWordMatcher, type WordMatch, type WordMatcher } from './word-matcher.js';
export { mask, screen, type Screening } from './screen.js';
export { scoreInjection } from './score-injection.js';
export { findPersonalData } from './find-personal-data.js';
export type { PersonalData, PersonalDataKind } from './personal-data.js';
export { pseudonymise, restore, type Pseudonymised, type PseudonymMap } from './pseudonymise.js';
