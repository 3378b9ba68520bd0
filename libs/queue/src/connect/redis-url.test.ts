import { expect, it } from 'vitest';
import { describeTarget, parseRedisUrl } from './redis-url.js';

it.each([
  ['redis://10.0.0.1', { kind: 'single', tls: false, address: { host: '10.0.0.1', port: 6379 }, db: 0 }],
  ['rediss://mesh:s%40fe@redis.local:6380/3', { kind: 'single', tls: true, username: 'mesh', password: 's@fe', address: { host: 'redis.local', port: 6380 }, db: 3 }],
  ['redis://:only-a-password@[::1]:6379', { kind: 'single', tls: false, password: 'only-a-password', address: { host: '::1', port: 6379 }, db: 0 }],
  ['redis+sentinel://a:1,b,c:3/main/2?sentinelPassword=x', { kind: 'sentinel', tls: false, sentinels: [{ host: 'a', port: 1 }, { host: 'b', port: 26_379 }, { host: 'c', port: 3 }], master: 'main', db: 2, sentinelPassword: 'x' }],
  ['rediss+cluster://u:p@a:7000,b:7001', { kind: 'cluster', tls: true, username: 'u', password: 'p', nodes: [{ host: 'a', port: 7000 }, { host: 'b', port: 7001 }] }],
])('reads %s', (url, target) => {
  expect(parseRedisUrl(url)).toEqual(target);
});

it.each(['localhost:6379', 'http://redis:6379', 'redis://', 'redis://a:1,b:2', 'redis+sentinel://a:1', 'redis+cluster://a:1/2', 'redis://a:99999', 'redis://a/x', 'redis://a b', 'redis://%zz@a'])('refuses %s by name, without repeating it', (url) => {
  expect(() => parseRedisUrl(url, 'STREAMS_REDIS_URL')).toThrowError(/^CONFIG_INVALID: STREAMS_REDIS_URL: /);
});

it('never shows a password', () => {
  const secret = 'hunter2';
  let message = '';
  try {
    parseRedisUrl(`redis+sentinel://:${secret}@a:1`);
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain('the name of the master is missing');
  expect(message).not.toContain(secret);
  expect(describeTarget(parseRedisUrl(`redis+sentinel://:${secret}@a:1,b:2/main`))).toBe('the master "main" of the sentinels a:1,b:2');
  expect(describeTarget(parseRedisUrl(`redis+cluster://:${secret}@a:1`))).toBe('the cluster of a:1');
});
