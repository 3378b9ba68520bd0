import type { Socket } from 'node:net';

/** What holds for every lane of a proxy now. */
export interface Weather {
  isStalled: boolean;
  delayMs: number;
}

/** One direction of a connection. */
export interface Lane {
  /** To be called when the weather has changed. */
  look(): void;
}

/** What waits for its time: bytes, the end that one side has announced, or its breakdown. */
interface Cargo {
  readonly what: Buffer | 'end' | 'broken';
  readonly dueAt: number;
}

/** Passes on what `from` sends to `to`, in order, as the weather allows; how `from` ends too. */
export function carry(from: Socket, to: Socket, weather: Weather): Lane {
  const waiting: Cargo[] = [];
  let timer: NodeJS.Timeout | undefined;
  let hasEnded = false;

  const load = (what: Cargo['what']): void => {
    // Never before the one in front, whose delay may have been longer.
    const dueAt = Math.max(waiting.at(-1)?.dueAt ?? 0, performance.now() + weather.delayMs);
    waiting.push({ what, dueAt });
    move();
  };
  const move = (): void => {
    clearTimeout(timer);
    for (let next = waiting[0]; next && !weather.isStalled && !to.writableNeedDrain; next = waiting[0]) {
      const early = next.dueAt - performance.now();
      if (early > 0) {
        timer = setTimeout(move, early);
        break;
      }
      waiting.shift();
      deliver(next.what, to);
    }
    steer();
  };
  // What cannot be passed on is not read either, so that whoever sends feels it.
  const steer = (): void => void (weather.isStalled || to.writableNeedDrain ? from.pause() : from.resume());

  from.on('data', (chunk) => load(chunk));
  from.once('end', () => {
    hasEnded = true;
    load('end');
  });
  // Its 'close' follows; without a listener it would end the process.
  from.on('error', () => undefined);
  from.once('close', (hadError) => {
    if (hadError || !hasEnded) load('broken');
  });
  to.on('drain', move);
  to.once('close', () => {
    clearTimeout(timer);
    waiting.length = 0;
    from.resume();
  });
  steer();
  return { look: move };
}

function deliver(what: Cargo['what'], to: Socket): void {
  if (to.destroyed) return;
  if (what === 'end') to.end();
  else if (what === 'broken') to.resetAndDestroy();
  else to.write(what);
}
