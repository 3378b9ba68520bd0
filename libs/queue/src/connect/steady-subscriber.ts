import type { Cluster, Redis } from 'ioredis';

const SELECT_EVERY_MS = 200;

/** What of ioredis' subscriber of a cluster is used here. */
interface Selecting {
  lastActiveSubscriber?: Redis | null;
  selectSubscriber(): void;
  isStarted(): boolean;
}

/**
 * ioredis looks for another node to subscribe at as soon as one refuses; while all nodes are away that is thousands of
 * times a second, which takes a processor. So it does it a few times a second. And it takes the channels from the last node
 * that had them, which it loses sight of where that was told to end while it answered.
 */
export function steadySubscriber(cluster: Cluster): void {
  const { subscriber } = cluster as unknown as { readonly subscriber: Selecting };
  const select = subscriber.selectSubscriber.bind(subscriber);
  let notBefore = 0;
  let timer: NodeJS.Timeout | undefined;
  let subscribed: Redis | undefined;
  const selectNow = (): void => {
    notBefore = performance.now() + SELECT_EVERY_MS;
    const last = subscriber.lastActiveSubscriber;
    if (last && hasChannels(last)) subscribed = last;
    else if (subscribed) subscriber.lastActiveSubscriber = subscribed;
    // It is disconnected each time, though it has long ended.
    if (subscribed?.status === 'end') subscribed.disconnect = () => undefined;
    select();
  };
  subscriber.selectSubscriber = () => {
    if (timer) return;
    const waitMs = notBefore - performance.now();
    if (waitMs <= 0) return selectNow();
    timer = setTimeout(() => {
      timer = undefined;
      if (subscriber.isStarted()) selectNow();
    }, waitMs).unref();
  };
}

function hasChannels(redis: Redis): boolean {
  // One that was never connected has no condition at all.
  const subscriber = (redis.condition as Redis['condition'] | undefined)?.subscriber;
  return Boolean(subscriber && subscriber.channels('subscribe').length > 0);
}
