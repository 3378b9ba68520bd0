import { MeshError } from '@switchyard/errors';
import { problemsOfSynonyms, withOwnSynonyms, type Synonyms } from '@switchyard/knowledge';
import type { Site } from '@switchyard/site';

/**
 * The synonyms that a site's questions are widened by.
 * @throws MeshError SITE_INVALID with every entry that cannot be one
 */
export function synonymsOfSite({ settings }: Pick<Site, 'settings'>): Synonyms {
  const own = settings.knowledge.synonyms;
  const problems = problemsOfSynonyms(own);
  if (problems.length > 0) throw new MeshError('SITE_INVALID', problems.map(({ group, entry, reason }) => `site.yaml: knowledge.synonyms.${group}.${entry}: ${reason}`).join('; '), { field: 'site.yaml' });
  return withOwnSynonyms(own);
}
