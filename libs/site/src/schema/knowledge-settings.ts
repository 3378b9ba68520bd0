import { z } from 'zod';

/** Every question is compared with all of them. */
const MOST_GROUPS = 500;
const MOST_ENTRIES = 12;
const LONGEST = 60;

const plain = (entry: string): string => entry.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();

/** Words and phrases that are used for one another, in one language or in both. */
const SynonymGroup = z
  .array(z.string().max(LONGEST, `has more than ${LONGEST} characters`).refine((entry) => plain(entry) !== '', 'is empty'))
  .min(2, 'has fewer than two entries, and nothing to be used for one another')
  .max(MOST_ENTRIES, `has more than ${MOST_ENTRIES} entries`)
  .superRefine((entries, context) => {
    const plains = entries.map(plain);
    for (const [at, entry] of plains.entries()) if (plains.indexOf(entry) !== at) context.addIssue({ code: 'custom', path: [at], message: `"${entries[at] ?? ''}" stands there twice` });
  });

/** How the documents of a site are searched. */
export const KnowledgeSettings = z.strictObject({
  /** Beside the built-in synonyms of customer service; only questions are widened by them, see docs/how-to/knowledge.md. */
  synonyms: z.array(SynonymGroup).max(MOST_GROUPS, `has more than ${MOST_GROUPS} groups`).default([]),
});
