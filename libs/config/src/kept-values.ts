import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** Changes where the same YAML gives another value: with the major version of the package that reads it. */
const READER = 'yaml 2';
const DIGEST_BYTES = 32;

/** What the YAML files of a site hold, by their path. */
export type YamlValues = Map<string, unknown>;

/**
 * The values of a site's YAML files, as an earlier start read them: reading YAML is a fifth of a start. One file, of the
 * site last read. It counts only where its digest says that it is whole and belongs to these very files.
 */
export class KeptValues {
  readonly #file: string;
  readonly #source: Buffer;

  constructor(
    private readonly directory: string,
    files: ReadonlyMap<string, Uint8Array>,
  ) {
    this.#file = join(directory, 'site-values.bin');
    const hash = createHash('sha256').update(READER);
    for (const [path, content] of files) hash.update(`${path.length}:${path}:${content.byteLength}:`).update(content);
    this.#source = hash.digest();
  }

  /** Undefined where there are none, or those of another site, or damaged ones. */
  async read(): Promise<YamlValues | undefined> {
    try {
      const kept = await readFile(this.#file);
      const body = kept.subarray(DIGEST_BYTES);
      if (!this.#digest(body).equals(kept.subarray(0, DIGEST_BYTES))) return undefined;
      const values: unknown = deserialize(body);
      return values instanceof Map ? (values as YamlValues) : undefined;
    } catch {
      return undefined;
    }
  }

  /** A folder that cannot be written costs the next start its time, and this one nothing. */
  async write(values: YamlValues): Promise<void> {
    const body = serialize(values);
    // Renamed into place: instances that start together write the same, and none reads half a file.
    const partial = `${this.#file}.${process.pid}`;
    try {
      await mkdir(this.directory, { recursive: true });
      await writeFile(partial, Buffer.concat([this.#digest(body), body]), { mode: 0o600 });
      await rename(partial, this.#file);
    } catch {
      // Read again at the next start.
    }
  }

  #digest(body: Uint8Array): Buffer {
    return createHash('sha256').update(this.#source).update(body).digest();
  }
}
