import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import type { RebuildResult } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { keepingEmbedder, type KeepingEmbedder } from '@switchyard/local-models';
import type { Site } from '@switchyard/site';
import { findEmbedder } from '../client/find-embedder.js';
import { fail } from '../output.js';
import { readSite } from '../site/read-site.js';
import { openKnowledge } from './open-knowledge.js';
import { remakePassages } from './remake-passages.js';

interface Options {
  readonly site?: string;
  readonly data: string;
  readonly vectors?: true;
  readonly keepOld?: true;
  readonly json?: true;
}

/** Vectors that are made once; a run that is taken up, and the tier that starts afterwards, find them. */
const KEPT_VECTORS = 1_000_000;

async function embedderOf(site: Site, onSiteOnly: boolean, dataDirectory: string): Promise<KeepingEmbedder> {
  const model = site.settings.models.embedding?.model;
  if (model === undefined) throw new MeshError('CONFIG_INVALID', 'the site names no models.embedding.model to make vectors with', { field: 'models.embedding.model' });
  return keepingEmbedder(await findEmbedder({ model, onSiteOnly, environment: process.env }), { directory: join(dataDirectory, 'vectors'), maxVectors: KEPT_VECTORS });
}

async function rebuild({ site: directory, data, vectors, keepOld, json }: Options): Promise<RebuildResult> {
  const site = await readSite(directory, data);
  const onSiteOnly = process.env['EGRESS'] === 'blocked' || site.settings.egress === 'blocked';
  const embedder = vectors ? await embedderOf(site, onSiteOnly, data) : undefined;
  const end = new AbortController();
  const stop = (): void => end.abort(new MeshError('REQUEST_CANCELLED', 'stopped; started again it goes on where it was'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const bar = json || !process.stderr.isTTY ? undefined : new SingleBar({ format: '{bar} {value}/{total} documents · {eta_formatted} left', hideCursor: true });
  try {
    const store = await openKnowledge({ dataDirectory: data, onSiteOnly, environment: process.env, space: embedder?.fingerprint });
    try {
      bar?.start(0, 0);
      return await store.rebuild({
        ...remakePassages(embedder),
        signal: end.signal,
        keepOld: keepOld === true,
        onProgress: ({ documents, total }) => {
          bar?.setTotal(Math.max(documents, total));
          bar?.update(documents);
        },
      });
    } finally {
      bar?.stop();
      await store.close();
    }
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    embedder?.close();
  }
}

/** Makes what the passages of the knowledge base are found by anew, beside a mesh that runs. */
export function rebuildCommand(): Command {
  return new Command('rebuild')
    .description('makes the terms of all passages anew, and with --vectors their vectors, while the mesh answers and takes documents')
    .option('--site <dir>', 'folder of the site (default: of the mesh that "yard up" started, else $SITE_DIR)')
    .option('--data <dir>', 'data folder of the retrieval tier', process.env['DATA_DIR'] ?? '.switchyard')
    .option('--vectors', "embed all passages with the site's models.embedding.model, in place of the vectors that are there")
    .option('--keep-old', 'Qdrant: leave the collections as they were beside the new ones')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nWith QDRANT_URL, and QDRANT_API_KEY and QDRANT_REPLICATION, in Qdrant, as the retrieval tier; else in the file of the data folder.\nOne run at a time (REBUILD_RUNNING). Started again after a break it goes on where it was.')
    .action(async (options: Options) => {
      try {
        const result = await rebuild(options);
        const { documents, passages, now, before } = result;
        const where = now === undefined ? '' : `; ${now} is searched from now on${options.keepOld ? `, ${before} is kept` : ''}`;
        process.stdout.write(`${options.json ? JSON.stringify(result) : `${documents} documents, ${passages} passages made anew${where}`}\n`);
      } catch (error) {
        fail(error, options.json === true);
      }
    });
}
