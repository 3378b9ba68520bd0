/** Letters of one kind with digits: `e06`, `v7`, `usb3`; neither a number nor a number with its unit. */
const IDENTIFIER = /^[a-z]+\d+[a-z\d]*$/;

/** Whether a term, as `extractTerms` gives it, names one thing among others of its kind: a code, a model. */
export const isIdentifier = (term: string): boolean => IDENTIFIER.test(term);

/** What identifiers of one kind have in common: `e06` and `e11` are codes of one list, `v7` and `e7` are not. */
export const kindOfIdentifier = (term: string): string => /^[a-z]+/.exec(term)?.[0] ?? '';
