import type { Embedder, KnowledgeRebuild, PassageKeys } from '@switchyard/contracts';
import { isVariantScope, TERMS_VERSION, termsOfPassage, termsOfVariant, textToEmbed } from '@switchyard/knowledge';

/** Passages that are embedded in one call. */
const EMBED_BATCH = 32;

/** What this release finds passages by: their terms, and where a model is given their vectors. */
export function remakePassages(embedder: Embedder | undefined): Pick<KnowledgeRebuild, 'recipe' | 'remake' | 'space'> {
  const space = embedder && { fingerprint: embedder.fingerprint, dimension: embedder.dimension };
  return {
    recipe: JSON.stringify([TERMS_VERSION, space?.fingerprint ?? null]),
    ...(space ? { space } : {}),
    async remake(scope, passages, signal) {
      // Other wordings of questions are found by their words alone.
      if (isVariantScope(scope)) return passages.map(({ text }) => ({ sparse: termsOfVariant(text) }));
      const keys: PassageKeys[] = [];
      for (let at = 0; at < passages.length; at += EMBED_BATCH) {
        const batch = passages.slice(at, at + EMBED_BATCH);
        const vectors = await embedder?.embed(batch.map(textToEmbed), signal, 'document');
        keys.push(...batch.map((passage, index) => ({ sparse: termsOfPassage(passage), ...(vectors?.[index] ? { dense: vectors[index] } : {}) })));
      }
      return keys;
    },
  };
}
