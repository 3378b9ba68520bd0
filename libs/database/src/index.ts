export { openDatabase, type DatabaseOptions } from './open-database.js';
export { migrate, type Migration } from './migrate.js';
export { isRefusedValue } from './database-error.js';
