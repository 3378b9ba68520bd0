import type { TestRedis } from '@switchyard/testing';
import { pause } from '../client/pause.ts';
import type { Fault } from './fault.ts';

/** kill -9, and back with what it had written after `ms`. */
export const crashRedis = (redis: Pick<TestRedis, 'crash' | 'restart'>, ms: number): Fault => ({
  name: `kill -9 Redis, back after ${ms / 1_000} s`,
  strike: async () => {
    await redis.crash();
    await pause(ms);
    await redis.restart();
  },
});

/** SIGSTOP: connections stay and nothing is answered. */
export const freezeRedis = (redis: Pick<TestRedis, 'freeze' | 'thaw'>, ms: number): Fault => ({
  name: `freeze Redis for ${ms / 1_000} s`,
  strike: async () => {
    redis.freeze();
    try {
      await pause(ms);
    } finally {
      redis.thaw();
    }
  },
});
