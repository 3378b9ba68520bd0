import { findPersonalData } from '@switchyard/guardrail';
import { findKeywords } from './find-keywords.js';

/** What a message is about, at a glance, for the person who takes it over: its keywords, none of them personal data that was found. For sealed places only. */
export const keywordsForPerson = (text: string): string[] => findKeywords(text, findPersonalData(text));
