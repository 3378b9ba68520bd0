import { ServerUrls } from '@switchyard/config';
import type { Embedder } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { findLocalEmbedder } from '@switchyard/local-models';

export interface EmbedderSettings {
  /** Name of the model on its server, as in `models.embedding.model` of a site. */
  readonly model: string;
  /** The server must be on a private network. */
  readonly onSiteOnly: boolean;
  /** `OLLAMA_URL` and `OPENAI_COMPATIBLE_URL`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

function urlsOf(environment: EmbedderSettings['environment'], field: string): string[] | undefined {
  const written = environment[field];
  if (written === undefined || written === '') return undefined;
  const urls = ServerUrls.safeParse(written);
  if (!urls.success) throw new MeshError('CONFIG_INVALID', `${field} ${urls.error.issues[0]?.message ?? 'is not a URL'}`, { field });
  return urls.data;
}

/**
 * The embedding model of a site on the server of the environment.
 * @throws MeshError of the server where it does not answer or lacks the model; CONFIG_INVALID where it is not on site,
 * and nothing may leave
 */
export async function findEmbedder({ model, onSiteOnly, environment }: EmbedderSettings): Promise<Embedder> {
  let problem: MeshError | undefined;
  const embedder = await findLocalEmbedder({
    model,
    ollamaUrl: urlsOf(environment, 'OLLAMA_URL'),
    openAiCompatibleUrl: urlsOf(environment, 'OPENAI_COMPATIBLE_URL'),
    onSiteOnly,
    onProblem: (met) => (problem = met),
  });
  if (!embedder) throw problem ?? new MeshError('MODEL_UNAVAILABLE', `no server gives the embedding model ${model}`);
  return embedder;
}
