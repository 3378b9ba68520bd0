import { readWordFiles, stampOfWordFiles } from '@switchyard/config';
import { toMeshError } from '@switchyard/errors';
import { registry, type Logger } from '@switchyard/telemetry';
import { Counter, Gauge } from 'prom-client';

/** The word lists that a tier screens with; it takes others while it is at work. A `WordScreen` of libs/guardrail is one. */
export interface LiveWords {
  readonly current: () => { readonly version: string; readonly size: number };
  /** @returns whether other lists than before are in force now. @throws MeshError SITE_INVALID; those in force stay then */
  readonly take: (files: ReadonlyMap<string, Uint8Array>) => Promise<boolean>;
}

/** How often the folder is looked at. A change counts when it has stood still for as long: nobody sees half a copy. */
const EVERY_MS = 2_000;

const changes = new Counter({ name: 'switchyard_word_changes_total', help: 'Changed word lists that were taken while at work, or refused because something in them is wrong.', labelNames: ['result'], registers: [registry] });
const live = new Gauge({ name: 'switchyard_words', help: 'Sensitive words in force, by the version of their lists.', labelNames: ['version'], registers: [registry] });

function tellLive(words: LiveWords): void {
  const { version, size } = words.current();
  live.reset();
  live.set({ version }, size);
}

/**
 * Looks at the `words/` of a site's folder, and has changed lists taken. It asks the folder for times and sizes and waits for
 * no event, since a mounted volume, as of Kubernetes, sends none that can be relied on. What cannot be taken is logged
 * once with file and line.
 * @returns stops looking; resolves when nothing is under way
 */
export function watchWords({ words, siteDirectory, everyMs = EVERY_MS }: { readonly words: LiveWords; readonly siteDirectory: string; readonly everyMs?: number | undefined }, logger: Logger): () => Promise<void> {
  let before: string | undefined;
  /** The state that was dealt with last, well or badly. A site without lists is one from the start. */
  let done: string | undefined = words.current().size === 0 ? '' : undefined;
  tellLive(words);

  const look = async (): Promise<void> => {
    const stamp = await stampOfWordFiles(siteDirectory);
    const isStill = stamp === before;
    before = stamp;
    if (!isStill || stamp === done) return;
    const files = stamp === '' ? new Map<string, Uint8Array>() : await readWordFiles(siteDirectory);
    // Written while it was read: the next look finds it.
    if ((await stampOfWordFiles(siteDirectory)) !== stamp) return;
    done = stamp;
    if (!(await words.take(files))) return;
    changes.inc({ result: 'taken' });
    tellLive(words);
    const { version, size } = words.current();
    logger.info({ event: 'words_taken', wordsVersion: version, words: size }, 'other word lists are in force');
  };
  const lookSafely = async (): Promise<void> => {
    try {
      await look();
    } catch (error) {
      done = before;
      changes.inc({ result: 'refused' });
      const { code, detail, field } = toMeshError(error);
      logger.error({ event: 'words_refused', code, detail, field, wordsVersion: words.current().version }, `changed word lists are not taken, those in force stay: ${detail}`);
    }
  };

  let isStopped = false;
  let underWay = Promise.resolve();
  let timer: NodeJS.Timeout;
  const lookLater = (): void => {
    timer = setTimeout(() => {
      underWay = lookSafely().then(() => {
        if (!isStopped) lookLater();
      });
    }, everyMs).unref();
  };
  lookLater();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await underWay;
  };
}
