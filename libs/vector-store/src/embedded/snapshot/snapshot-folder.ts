import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { KnowledgeScope } from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';
import type { ScopeIndex } from '../scope-index.js';
import { indexOf, sectionsOf } from './index-sections.js';
import { readSnapshot, SnapshotDamaged, writeSnapshot, type Section, type SnapshotFacts } from './snapshot-file.js';

/** A file that nobody finished in this time was left behind by a process that died. */
const ABANDONED_MS = 600_000;

/** Where a change stands in the history of the store's file. */
export interface HistoryPoint {
  readonly sequence: number;
  readonly token: string;
}

/** The snapshots of a store's indexes, one file a scope, in `<file>.index/`. They spare work and hold no truth: any of them may vanish. */
export class SnapshotFolder {
  private readonly folder: string;

  constructor(
    file: string,
    private readonly space: string | undefined,
    private readonly logger: Logger | undefined,
  ) {
    this.folder = `${file}.index`;
  }

  /** The index of a snapshot, and the change up to which it is complete, where `isKnown` finds that in the store's history. A damaged one is removed. */
  async load(scope: KnowledgeScope, isKnown: (point: HistoryPoint) => boolean): Promise<{ index: ScopeIndex; sequence: number } | undefined> {
    const file = this.fileOf(scope);
    let sequence = 0;
    const isWanted = (facts: SnapshotFacts): boolean => {
      ({ sequence } = facts);
      return facts.tenant === scope.tenant && facts.collection === scope.collection && facts.space === (this.space ?? null) && isKnown(facts);
    };
    try {
      const sections = await readSnapshot(file, isWanted);
      return sections && { index: indexOf(sections), sequence };
    } catch (error) {
      this.logger?.warn({ file, reason: error instanceof SnapshotDamaged ? error.message : String(error) }, 'a snapshot of the index cannot be used; the index is made again from the store');
      await rm(file, { force: true }).catch(() => undefined);
      return undefined;
    }
  }

  /** Takes what a snapshot needs of an index that must not change while this runs; `save` may then take its time. */
  capture(scope: KnowledgeScope, index: ScopeIndex, { sequence, token }: HistoryPoint): { facts: SnapshotFacts; sections: Section[] } {
    return { facts: { tenant: scope.tenant, collection: scope.collection, space: this.space ?? null, sequence, token }, sections: sectionsOf(index) };
  }

  /** Writes a snapshot in the place of the one before. A disk that does not take it is logged, and costs the next start its time. */
  async save({ facts, sections }: { readonly facts: SnapshotFacts; readonly sections: readonly Section[] }, pause: () => Promise<void> | undefined): Promise<boolean> {
    const file = this.fileOf(facts);
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await this.removeAbandoned(file);
      await writeSnapshot(file, facts, sections, pause);
      return true;
    } catch (error) {
      this.logger?.warn({ file, reason: String(error) }, 'a snapshot of the index cannot be written');
      return false;
    }
  }

  async remove(scope: KnowledgeScope): Promise<void> {
    await rm(this.fileOf(scope), { force: true }).catch(() => undefined);
  }

  private fileOf({ tenant, collection }: KnowledgeScope): string {
    return join(this.folder, `${createHash('sha256').update(JSON.stringify([tenant, collection])).digest('hex').slice(0, 32)}.snapshot`);
  }

  private async removeAbandoned(file: string): Promise<void> {
    for (const name of await readdir(dirname(file))) {
      if (!name.startsWith(`${basename(file)}.`)) continue;
      const path = join(dirname(file), name);
      const found = await stat(path).catch(() => undefined);
      if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
    }
  }
}
