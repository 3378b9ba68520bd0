import type { AnsweredBy } from '@switchyard/contracts';

/** Which model, as the record and the receipt name it: with its adapter, and its variant where the site tries two. */
export const namesOf = ({ model, adapter, variant }: AnsweredBy): AnsweredBy => ({ model, ...(adapter === undefined ? {} : { adapter }), ...(variant === undefined ? {} : { variant }) });
