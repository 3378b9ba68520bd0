import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Embedder, EmbeddingRole } from '@switchyard/contracts';

export interface KeepingOptions {
  readonly directory: string;
  /** Vectors that are kept; those that were not asked for the longest go first. */
  readonly maxVectors: number;
}

/** How many more than `maxVectors` there may be before the oldest go: they go together. */
const SLACK = 0.1;

/** Vectors by the hash of what they were made from, in one SQLite file that several processes may share. */
class KeptVectors {
  private readonly database: DatabaseSync;
  private readonly get;
  private readonly put;
  private count: number;

  constructor({ directory, maxVectors }: KeepingOptions) {
    mkdirSync(directory, { recursive: true });
    this.database = new DatabaseSync(join(directory, 'passages.db'));
    // What is lost in a power cut is made again, so nothing waits for the disk.
    this.database.exec('PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID; CREATE INDEX IF NOT EXISTS by_use ON vectors (used)');
    this.get = this.database.prepare('UPDATE vectors SET used = ? WHERE key = ? RETURNING vector');
    this.put = this.database.prepare('INSERT OR REPLACE INTO vectors (key, vector, used) VALUES (?, ?, ?)');
    this.count = Number(this.database.prepare('SELECT count(*) AS count FROM vectors').get()?.['count'] ?? 0);
    this.maxVectors = maxVectors;
  }
  private readonly maxVectors: number;

  find(key: Buffer, dimension: number): Float32Array | undefined {
    const bytes = this.get.get(Date.now(), key)?.['vector'];
    if (!(bytes instanceof Uint8Array) || bytes.byteLength !== dimension * 4) return undefined;
    // A copy, since the numbers need an offset that is a multiple of four.
    return new Float32Array(new Uint8Array(bytes).buffer);
  }

  keep(entries: readonly (readonly [key: Buffer, vector: Float32Array])[]): void {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      for (const [key, vector] of entries) this.put.run(key, new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), Date.now());
      this.count += entries.length;
      if (this.count > this.maxVectors * (1 + SLACK)) {
        this.database.prepare('DELETE FROM vectors WHERE key IN (SELECT key FROM vectors ORDER BY used LIMIT max(0, (SELECT count(*) FROM vectors) - ?))').run(this.maxVectors);
        this.count = this.maxVectors;
      }
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.database.close();
  }
}

export interface KeepingEmbedder extends Embedder {
  close(): void;
}

/**
 * The embedder, asked only for documents' texts that it has not embedded before. What cannot be kept (a full disk, another process
 * that writes for long) is made again next time.
 * @throws Error where the folder cannot be written
 */
export function keepingEmbedder(embedder: Embedder, options: KeepingOptions): KeepingEmbedder {
  const kept = new KeptVectors(options);
  const { fingerprint, dimension } = embedder;
  const keyOf = (text: string, role: EmbeddingRole): Buffer => createHash('sha256').update(JSON.stringify([fingerprint, role])).update(text).digest();
  const attempt = <Value>(work: () => Value): Value | undefined => {
    try {
      return work();
    } catch {
      return undefined;
    }
  };
  return {
    fingerprint,
    dimension,
    close: () => kept.close(),
    async embed(texts, signal, role = 'sentence') {
      // What customers write leaves no trace on the disk, not even a hash of it.
      if (role !== 'document') return embedder.embed(texts, signal, role);
      const keys = texts.map((text) => keyOf(text, role));
      const vectors = keys.map((key) => attempt(() => kept.find(key, dimension)));
      const missing = texts.flatMap((text, at) => (vectors[at] ? [] : [{ text, at }]));
      if (missing.length > 0) {
        const made = await embedder.embed(missing.map(({ text }) => text), signal, role);
        for (const [place, { at }] of missing.entries()) vectors[at] = made[place];
        attempt(() => kept.keep(missing.flatMap(({ at }) => (keys[at] && vectors[at] ? [[keys[at], vectors[at]] as const] : []))));
      }
      return vectors.map((vector) => vector ?? new Float32Array(dimension));
    },
  };
}
