import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Found } from './find-files.js';

interface Known {
  readonly size: number;
  readonly modifiedMs: number;
}

/**
 * What `yard ingest` has brought into a collection: size and time of each file, by document id. With it a run that was
 * broken off goes on where it was, files that did not change are not read again, and those that vanished are known.
 */
export class IngestManifest {
  private readonly known: Map<string, Known>;

  private constructor(private readonly file: string) {
    this.known = new Map(Object.entries(readJson(file)));
  }

  static open(dataDir: string, url: string, collection: string): IngestManifest {
    const name = createHash('sha256').update(JSON.stringify([url, collection])).digest('hex').slice(0, 16);
    return new IngestManifest(join(dataDir, 'ingest', `${name}.json`));
  }

  /** Whether the file is as it was when it was brought in. */
  has({ id, size, modifiedMs }: Found): boolean {
    const known = this.known.get(id);
    return known?.size === size && known.modifiedMs === modifiedMs;
  }

  note({ id, size, modifiedMs }: Found): void {
    this.known.set(id, { size, modifiedMs });
  }

  forget(id: string): void {
    this.known.delete(id);
  }

  /** Documents whose ids start with `prefix` and are not among `ids`. */
  vanished(prefix: string, ids: ReadonlySet<string>): string[] {
    return [...this.known.keys()].filter((id) => id.startsWith(prefix) && !ids.has(id));
  }

  /** Renamed into place: a run that is killed leaves the last whole one. */
  save(): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const unfinished = `${this.file}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(Object.fromEntries(this.known)));
    renameSync(unfinished, this.file);
  }
}

function readJson(file: string): Record<string, Known> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Known>;
  } catch {
    // There is none yet, or it is damaged: then everything is brought in again, which the server finds unchanged.
    return {};
  }
}
