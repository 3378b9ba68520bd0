/** The moment of the tests: its day is the day of the budget. */
export const NOON = Date.parse('2026-03-01T12:00:00Z');
