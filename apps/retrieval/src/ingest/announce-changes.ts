import type { KnowledgeScope, VectorStore } from '@switchyard/contracts';

/** What only reads, and what ends the store; whatever else a store has is taken for a change. */
const READS: ReadonlySet<PropertyKey> = new Set<keyof VectorStore>(['document', 'documents', 'query', 'statistics', 'space', 'close']);

/** The store, which tells before and after each change whose knowledge it is. A change whose announcement fails is not made. */
export function announceChanges(store: VectorStore, changed: (tenant: string) => Promise<void>): VectorStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (READS.has(name)) return value.bind(target) as unknown;
      return async (scope: KnowledgeScope, ...rest: unknown[]): Promise<unknown> => {
        await changed(scope.tenant);
        try {
          return (await Reflect.apply(value, target, [scope, ...rest])) as unknown;
        } finally {
          await changed(scope.tenant);
        }
      };
    },
  });
}
