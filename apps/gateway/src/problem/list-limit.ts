import { z } from 'zod';

const message = (max: number): string => `must be a whole number from 1 to ${max}`;

/** How many of a list a client asks for, in a query; 100 where it says nothing. */
export const listLimit = (max: number) => z.string({ error: message(max) }).regex(/^\d{1,9}$/, message(max)).transform(Number).pipe(z.int().min(1, message(max)).max(max, message(max))).default(100);
