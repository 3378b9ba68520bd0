import type { ChatModel } from '@switchyard/contracts';
import { toMeshError } from '@switchyard/errors';

/** How often the model server is asked whether it still has the model. */
const CHECK_EVERY_MS = 10_000;
const CHECK_TIMEOUT_MS = 3_000;

export interface WatchOptions {
  readonly announce: (available: boolean) => void;
  /** Told when it changes, with the error's detail when it is gone. */
  readonly onChange: (available: boolean, detail: string) => void;
  readonly everyMs?: number;
}

/**
 * Announces whether the local model can be used, now and again, so that rules route around it within seconds.
 * Resolves after the first check; the returned function stops the watch.
 */
export async function watchLocalModel(model: ChatModel | undefined, { announce, onChange, everyMs = CHECK_EVERY_MS }: WatchOptions): Promise<() => void> {
  if (!model) {
    announce(false);
    return () => undefined;
  }
  let available: boolean | undefined;
  const check = async (): Promise<void> => {
    const problem = await model.ready(AbortSignal.timeout(CHECK_TIMEOUT_MS)).then(
      () => undefined,
      (error: unknown) => toMeshError(error),
    );
    const now = problem === undefined;
    announce(now);
    if (now !== available) onChange(now, problem?.detail ?? '');
    available = now;
  };
  await check();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const again = (): void => {
    timer = setTimeout(() => void check().finally(() => stopped || again()), everyMs).unref();
  };
  again();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
