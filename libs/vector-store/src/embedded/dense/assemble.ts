/** A small assembler of WebAssembly: the instructions that the kernel is written in, by the core specification 3.0, section 5.4. */
const OPCODES: Readonly<Record<string, readonly number[]>> = {
  'block': [0x02, 0x40],
  'loop': [0x03, 0x40],
  'if': [0x04, 0x40],
  'else': [0x05],
  'end': [0x0b],
  'br': [0x0c],
  'br_if': [0x0d],
  'local.get': [0x20],
  'local.set': [0x21],
  'f32.load': [0x2a],
  'i32.load8_u': [0x2d],
  'f32.store': [0x38],
  'i32.const': [0x41],
  'f32.const': [0x43],
  'i32.eqz': [0x45],
  'i32.lt_u': [0x49],
  'i32.add': [0x6a],
  'i32.sub': [0x6b],
  'f32.mul': [0x94],
  'f32.convert_i32_s': [0xb2],
  'v128.load': [0xfd, 0x00],
  'v128.load8x8_s': [0xfd, 0x01],
  'v128.const': [0xfd, 0x0c],
  'i32x4.extract_lane': [0xfd, 0x1b],
  'i32x4.add': [0xfd, 0xae, 0x01],
  'i32x4.dot_i16x8_s': [0xfd, 0xba, 0x01],
};
const TYPES: Readonly<Record<string, number>> = { i32: 0x7f, v128: 0x7b };

const unsigned = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]);
const signed = (value: number): number[] => (value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)]);
const counted = (items: readonly number[][]): number[] => [...unsigned(items.length), ...items.flat()];
const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
const text = (value: string): number[] => sized([...new TextEncoder().encode(value)]);
const section = (id: number, items: readonly number[][]): number[] => [id, ...sized(counted(items))];

function immediates(name: string, operand: string | undefined, locals: readonly string[]): number[] {
  if (name.startsWith('local.')) return unsigned(locals.indexOf(operand ?? ''));
  if (/load|store/u.test(name)) return [0, ...unsigned(Number(operand?.replace('offset=', '') ?? 0))];
  if (name === 'v128.const') return Array.from({ length: 16 }, () => 0);
  if (name === 'f32.const') return [...new Uint8Array(Float32Array.of(operand === '-inf' ? -Infinity : Number(operand)).buffer)];
  if (name === 'i32.const') return signed(Number(operand));
  return operand === undefined ? [] : unsigned(Number(operand));
}

export interface KernelSource {
  readonly name: string;
  /** i32 each. */
  readonly parameters: readonly string[];
  readonly locals: readonly (readonly [name: string, type: 'i32' | 'v128'])[];
  /** One instruction a line in WAT's words, labels by their depth; what follows `;;` is a comment. */
  readonly code: string;
}

/** A module that exports one function without a result, over the shared memory `env.memory` of at most `mostPages` pages. */
export function assemble({ name, parameters, locals, code }: KernelSource, mostPages: number): Uint8Array<ArrayBuffer> {
  const names = [...parameters, ...locals.map(([local]) => local)];
  const body = code.split('\n').flatMap((line) => {
    const [instruction, operand] = line.replace(/;;.*/u, '').trim().split(/\s+/u);
    if (instruction === undefined || instruction === '') return [];
    const opcode = OPCODES[instruction];
    if (!opcode) throw new Error(`unknown instruction ${instruction}`);
    return [...opcode, ...immediates(instruction, operand, names)];
  });
  const bytes = [
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    section(1, [[0x60, ...counted(parameters.map(() => [TYPES['i32']!])), 0]]),
    section(2, [[...text('env'), ...text('memory'), 0x02, 0x03, ...unsigned(1), ...unsigned(mostPages)]]),
    section(3, [[0]]),
    section(7, [[...text(name), 0x00, 0]]),
    section(10, [sized([...counted(locals.map(([, type]) => [1, TYPES[type]!])), ...body, 0x0b])]),
  ];
  return Uint8Array.from(bytes.flat());
}
