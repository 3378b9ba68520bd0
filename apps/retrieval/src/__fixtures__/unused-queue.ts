const absent = (): Promise<never> => Promise.reject(new Error('not part of this test'));

/** Orders without a number and a file ask neither the ledger nor the spool; those with them have their tests on a real queue. */
export const unusedQueue = { spool: { read: absent, remove: absent }, ledger: { begin: absent, postpone: absent, settle: absent, find: async () => undefined, list: async () => ({ entries: [] }), findAll: async () => new Map<string, never>() } };
