import { setTimeout as wait } from 'node:timers/promises';

/**
 * Resolves with the first truthy value of `condition`, which is asked again every few milliseconds, or every `everyMs`
 * where asking is costly. For states that no event tells of, such as a key in Redis; where there is an event, await that.
 * @throws when it did not come true in time.
 */
export async function waitFor<Value>(condition: () => Value | Promise<Value>, timeoutMs = 10_000, everyMs = 5): Promise<NonNullable<Value>> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > giveUpAt) throw new Error(`not true within ${timeoutMs} ms: ${condition.toString().slice(0, 200)}`);
    await wait(everyMs);
  }
}
