export { deferred, type Deferred } from './deferred.js';
export { freePort } from './free-port.js';
export { startRedis, type TestRedis, type TestRedisOptions } from './start-redis.js';
export { writeSealKeyFile } from './write-seal-key-file.js';
export { waitFor } from './wait-for.js';
