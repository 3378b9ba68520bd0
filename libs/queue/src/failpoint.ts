import { MeshError } from '@switchyard/errors';

/**
 * Places at which a process can be told to die, for tests of what happens then. Each lies between two steps that a crash
 * must be able to come between:
 * - `accept.before`, `accept.after`: a gateway, before and after a request is stored;
 * - `job.begin`: a tier, with a job in hand and nothing done;
 * - `model.before`: before a model is asked;
 * - `job.end`: the handler is done, its job is not;
 * - `reply.before`, `reply.after`: before and after a request's end is stored;
 * - `hop.before`, `hop.after`: a tier, before and after a request is passed on with money held for it; `hop.between`: on a cluster,
 *   when the next job is added and the tier's own is not completed;
 * - `tool.after`: a tool has done its work, and nothing is written of it yet.
 */
export type FailpointName = 'accept.before' | 'accept.after' | 'job.begin' | 'model.before' | 'job.end' | 'reply.before' | 'reply.after' | 'hop.before' | 'hop.between' | 'hop.after' | 'tool.after';

const NAMES: ReadonlySet<string> = new Set<FailpointName>(['accept.before', 'accept.after', 'job.begin', 'model.before', 'job.end', 'reply.before', 'reply.after', 'hop.before', 'hop.between', 'hop.after', 'tool.after']);

interface Armed {
  /** 0 to 1 each time the place is passed. */
  readonly probability: number;
  readonly chance: () => number;
}

let armed: ReadonlyMap<string, Armed> | undefined;

/**
 * Arms the places that the text names, `name=probability,…@seed`; unset in every process that is not under test.
 * @throws MeshError CONFIG_INVALID naming what it does not understand
 */
export function armFailpoints(text: string | undefined): void {
  if (text === undefined || text === '') {
    armed = undefined;
    return;
  }
  const [places = '', seed = '1'] = text.split('@');
  const chance = seeded(Number(seed));
  armed = new Map(
    places.split(',').map((place) => {
      const [name = '', value = '1'] = place.split('=');
      const probability = Number(value);
      if (!NAMES.has(name) || !(probability >= 0 && probability <= 1)) throw new MeshError('CONFIG_INVALID', `FAILPOINTS: "${place}" is not a place and a probability`, { field: 'FAILPOINTS' });
      return [name, { probability, chance }];
    }),
  );
}

/** Dies here, as of SIGKILL, where it was told to. */
export function failpoint(name: FailpointName): void {
  const place = armed?.get(name);
  if (place && place.chance() < place.probability) process.kill(process.pid, 'SIGKILL');
}

/** mulberry32, public domain: the same places die in a run of the same seed and the same order of events. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
