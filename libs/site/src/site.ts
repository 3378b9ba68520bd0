import type { CuratedAnswer } from './schema/answer-file.js';
import type { FlowFile } from './schema/flow-file.js';
import type { RouterFile } from './schema/router-file.js';
import type { IntentDefinition } from './schema/intent-file.js';
import type { RuleDefinition } from './schema/rule-file.js';
import type { SiteFile } from './schema/site-file.js';
import type { TestConversation } from './schema/test-file.js';
import type { ToolDefinition } from './schema/tool-file.js';

/** What is done with a message that holds a word of the list. */
export type WordAction = 'refuse' | 'mask' | 'hand_over' | 'flag';

/**
 * The ways of hiding a word that a list may see through, or not (`# without:` in its header). Letter case is never
 * told apart.
 */
export const WORD_DISGUISES = [
  /** Full width, circled, mathematical and other forms of letters and digits. */
  'letter_forms',
  /** Letters of other alphabets that look like Latin ones. */
  'look_alikes',
  'traditional',
  /** Signs, spaces and emoji between the characters. */
  'gaps',
  /** Zero-width and combining marks. */
  'invisible',
  'repeated',
  'reversed',
  /** Digits and signs for letters: "sh1t". */
  'leet',
  /** Pinyin of one character or all of them. */
  'pinyin',
  /** First letters of pinyin. */
  'initials',
  /** Other characters of the same sound. */
  'homophones',
  /** A character written as its two parts. */
  'split',
] as const;
export type WordDisguise = (typeof WORD_DISGUISES)[number];

/** One list of sensitive words: a file of `words/`. */
export interface WordList {
  readonly file: string;
  readonly category: string;
  readonly action: WordAction;
  readonly words: readonly string[];
  /** Words in which a match is harmless, of whichever list. */
  readonly allow: readonly string[];
  /** Those of `words` that count only where they are no part of a longer word of general Chinese. */
  readonly standalone?: readonly string[];
  /** Disguises that the list does not see through. */
  readonly without?: readonly WordDisguise[];
}

/** A document of `knowledge/`, as it stands on disk. */
export interface KnowledgeFile {
  /** Path below `knowledge/`, with `/`; the document's id. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** A prompt of `prompts/`; `{{name}}` stands for a variable. */
export interface Prompt {
  readonly name: string;
  readonly text: string;
  readonly variables: readonly string[];
}

/** The calls that put a backend into a known state before the site's tests. */
export interface TestSetUp {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
}

/** All that a user wrote, checked as a whole. Immutable; a change is another site with another version. */
export interface Site {
  /** Hash of the content: 16 hex digits. */
  readonly version: string;
  readonly settings: SiteFile;
  readonly intents: readonly IntentDefinition[];
  readonly flows: ReadonlyMap<string, FlowFile>;
  readonly rules: readonly RuleDefinition[];
  readonly words: readonly WordList[];
  readonly tools: ReadonlyMap<string, ToolDefinition>;
  readonly answers: readonly CuratedAnswer[];
  readonly knowledge: readonly KnowledgeFile[];
  readonly prompts: ReadonlyMap<string, Prompt>;
  /** Tells the local model's questions from the expert's, by the site's logged outcomes; absent: it has none. */
  readonly router?: RouterFile;
  readonly tests: { readonly floor: number; readonly before: readonly TestSetUp[]; readonly conversations: readonly TestConversation[] };
}

/** One thing that is wrong with a site. `line` counts from 1; 0 where the file as a whole is meant. */
export interface SiteProblem {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}
