import { isAlternatives, type Condition, type Test } from '@switchyard/site';

type Scalar = string | number | boolean | null;
type Bounds = Extract<Test, { is?: unknown }>;

/** The value at a dotted path, through own properties only; undefined where it leads nowhere. */
export function valueAt(facts: object, path: string): unknown {
  let value: unknown = facts;
  for (const key of path.split('.')) {
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
  const bounds = [test.gt, test.gte, test.lt, test.lte];
  if (bounds.every((bound) => bound === undefined)) return true;
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

/**
 * Whether every test of the condition holds for the facts. A path that leads nowhere has the value null; an empty
 * condition always holds; an empty `any` never does.
 */
export function matches(condition: Condition, facts: object): boolean {
  return Object.entries(condition).every(([path, test]) => (isAlternatives(path, test) ? test.some((one) => matches(one, facts)) : testHolds(valueAt(facts, path) ?? null, test)));
}
