import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isErrorCode, MeshError } from '@switchyard/errors';
import type { GatewayClient } from '../client/gateway-client.js';
import type { Found } from './find-files.js';
import type { IngestManifest } from './ingest-manifest.js';

/** Documents on their way at once: enough to keep the tier busy, few enough to stay a guest. */
const AT_ONCE = 8;
/** How often a document that waits is asked for, in ms. */
const LOOK_MS = 300;
/** A gateway that has no room now is asked again, so often. */
const BUSY_TRIES = 60;
const BUSY_WAIT_MS = 2_000;
/** Files between two savings of what is done. */
const SAVE_EVERY = 200;

export interface IngestTotals {
  documents: number;
  passages: number;
  unchanged: number;
  removed: number;
  failed: { path: string; code: string; reason: string }[];
}

export interface IngestOptions {
  readonly client: Pick<GatewayClient, 'upload' | 'document' | 'removeDocument'>;
  readonly collection: string;
  readonly manifest: IngestManifest;
  /** Upload what did not change as well. */
  readonly again: boolean;
  readonly onProgress: (totals: IngestTotals) => void;
}

const isBusy = (error: unknown): boolean => MeshError.is(error) && (error.code === 'OVERLOADED' || error.code === 'RATE_LIMITED' || error.code === 'TENANT_BACKLOG_FULL');

/** Whether it is there as it was: size and time are the same, and the server has it still. */
async function isThere(file: Found, { client, collection, manifest, again }: IngestOptions): Promise<boolean> {
  if (again || !manifest.has(file)) return false;
  try {
    return (await client.document(collection, file.id)).state === 'ready';
  } catch (error) {
    if (MeshError.is(error) && error.code === 'DOCUMENT_UNKNOWN') return false;
    throw error;
  }
}

/** @throws MeshError what the server says of the document; QUEUE_UNAVAILABLE */
async function bring(file: Found, { client, collection }: IngestOptions): Promise<{ passages: number; state: string }> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await client.upload(collection, file.id, basename(file.path), await openAsBlob(file.path));
      return answer.state === 'waiting' ? await settled(file, client, collection) : answer;
    } catch (error) {
      if (!isBusy(error) || attempt >= BUSY_TRIES) throw error;
      await setTimeout(BUSY_WAIT_MS);
    }
  }
}

async function settled(file: Found, client: IngestOptions['client'], collection: string): Promise<{ passages: number; state: string }> {
  for (;;) {
    const { state, passages, error } = await client.document(collection, file.id);
    if (state === 'ready' || state === undefined) return { passages, state: 'indexed' };
    if (state === 'failed') throw new MeshError(error && isErrorCode(error.code) ? error.code : 'INTERNAL', error?.reason ?? 'it failed', { field: file.id });
    await setTimeout(LOOK_MS);
  }
}

/**
 * Brings the files into the collection, several at once, and waits until each is indexed or has failed. One that fails
 * does not keep the others back.
 * @throws MeshError QUEUE_UNAVAILABLE where the mesh is away, and what no file is the cause of, such as a missing scope
 */
export async function ingestFiles(files: readonly Found[], options: IngestOptions): Promise<IngestTotals> {
  const totals: IngestTotals = { documents: 0, passages: 0, unchanged: 0, removed: 0, failed: [] };
  const queue = [...files];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      try {
        if (await isThere(file, options)) totals.unchanged += 1;
        else {
          const { passages, state } = await bring(file, options);
          totals.passages += passages;
          if (state === 'unchanged') totals.unchanged += 1;
          options.manifest.note(file);
        }
        totals.documents += 1;
      } catch (error) {
        if (!MeshError.is(error) || !(error.code.startsWith('DOCUMENT_') || error.code === 'BODY_TOO_LARGE' || error.code === 'REQUEST_INVALID' || error.code === 'INTERNAL' || error.code === 'ATTEMPTS_EXHAUSTED')) {
          queue.length = 0;
          throw error;
        }
        totals.failed.push({ path: file.path, code: error.code, reason: error.detail });
      }
      if (++done % SAVE_EVERY === 0) options.manifest.save();
      options.onProgress(totals);
    }
  };
  try {
    const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  } finally {
    options.manifest.save();
  }
  return totals;
}

/** Takes the documents out of the collection whose files vanished since they were brought in. @returns how many */
export async function removeVanished(ids: readonly string[], { client, collection, manifest }: IngestOptions): Promise<number> {
  let removed = 0;
  for (const id of ids) {
    try {
      await client.removeDocument(collection, id);
      removed += 1;
    } catch (error) {
      if (!MeshError.is(error) || error.code !== 'DOCUMENT_UNKNOWN') throw error;
    }
    manifest.forget(id);
  }
  manifest.save();
  return removed;
}
