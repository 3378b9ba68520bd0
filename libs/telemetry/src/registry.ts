import { collectDefaultMetrics, Registry } from 'prom-client';

/** The metrics of this process: `/metrics` of every app prints it. Names start with `switchyard_`. */
export const registry = new Registry();

/** Node's own figures (event loop, heap, CPU), once a process. */
export function collectProcessMetrics(app: string): void {
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry, prefix: 'switchyard_' });
}
