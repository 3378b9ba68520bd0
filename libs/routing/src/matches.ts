import { isAlternatives, type Condition, type Test } from '@switchyard/site';

type Scalar = string | number | boolean | null;
type Bounds = Extract<Test, { is?: unknown }>;

/** The value at a dotted path, through own properties only; undefined where it leads nowhere. */
export const valueAt = (facts: object, path: string): unknown => valueBehind(facts, path.split('.'));

function valueBehind(facts: object, keys: readonly string[]): unknown {
  let value: unknown = facts;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** Equal, or, where the value is a list, an element of it is equal. */
function equals(value: unknown, wanted: Scalar): boolean {
  return Array.isArray(value) ? value.includes(wanted) : value === wanted;
}

function equalsOneOf(value: unknown, wanted: readonly Scalar[]): boolean {
  return wanted.some((one) => equals(value, one));
}

function contains(value: unknown, wanted: Scalar): boolean {
  if (Array.isArray(value)) return value.includes(wanted);
  return typeof value === 'string' && typeof wanted === 'string' && value.includes(wanted);
}

function withinBounds(value: unknown, test: Bounds): boolean {
  if (test.is !== undefined && !equals(value, test.is)) return false;
  if (test.not !== undefined && equalsOneOf(value, Array.isArray(test.not) ? test.not : [test.not])) return false;
  if (test.in !== undefined && !equalsOneOf(value, test.in)) return false;
  if (test.contains !== undefined && !contains(value, test.contains)) return false;
  if (test.gt === undefined && test.gte === undefined && test.lt === undefined && test.lte === undefined) return true;
  // A missing number is not "less than 5": no comparison holds for what is not known.
  if (typeof value !== 'number') return false;
  return (
    (test.gt === undefined || value > test.gt) && (test.gte === undefined || value >= test.gte) && (test.lt === undefined || value < test.lt) && (test.lte === undefined || value <= test.lte)
  );
}

function testHolds(value: unknown, test: Test): boolean {
  if (Array.isArray(test)) return equalsOneOf(value, test);
  if (typeof test === 'object' && test !== null) return withinBounds(value, test);
  return equals(value, test);
}

/** One test of a condition, its name taken apart. */
type Clause = { readonly keys: readonly string[]; readonly test: Test } | { readonly anyOf: readonly Condition[] };

/** Conditions of a site are asked with every message: they are taken apart once. */
const clauses = new WeakMap<Condition, readonly Clause[]>();

function clausesOf(condition: Condition): readonly Clause[] {
  let own = clauses.get(condition);
  if (!own) {
    own = Object.entries(condition).map(([path, test]) => (isAlternatives(path, test) ? { anyOf: test } : { keys: path.split('.'), test }));
    clauses.set(condition, own);
  }
  return own;
}

/**
 * Whether every test of the condition holds for the facts. A path that leads nowhere has the value null; an empty
 * condition always holds; an empty `any` never does.
 * @param condition not changed afterwards
 */
export function matches(condition: Condition, facts: object): boolean {
  return clausesOf(condition).every((clause) => ('anyOf' in clause ? clause.anyOf.some((one) => matches(one, facts)) : testHolds(valueBehind(facts, clause.keys) ?? null, clause.test)));
}
