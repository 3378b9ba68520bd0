import { assemble } from './assemble.js';
import { wasm } from './scan.worker.js';
import type { WasmModule } from './web-assembly.js';

/** 4 GiB, all that 32-bit addresses reach; only what is used is taken. */
export const MOST_PAGES = 65_536;

/**
 * Dot products of one query with many vectors, 8 bits a number, 16 numbers in six instructions:
 * `out[i] = scales[i] × Σ query[j] × vectors[i][j]`, or -inf where `mask[i]` is 0. The query has 16 bits a number, which
 * spares widening it again for each vector; `bytes`, the length of a vector, is a multiple of 16. A sum cannot overflow
 * below 133,000 dimensions (127² each in 31 bits).
 */
const SCAN = {
  name: 'scan',
  parameters: ['$query', '$vectors', '$scales', '$mask', '$out', '$count', '$bytes'],
  locals: [['$q', 'i32'], ['$end', 'i32'], ['$low', 'v128'], ['$high', 'v128']],
  code: `
    block
      loop                                 ;; each vector
        local.get $count
        i32.eqz
        br_if 1
        local.get $mask
        i32.load8_u
        if
          local.get $query
          local.set $q
          local.get $vectors
          local.get $bytes
          i32.add
          local.set $end
          v128.const 0
          local.set $low
          v128.const 0
          local.set $high
          loop                             ;; 16 numbers
            local.get $vectors
            v128.load8x8_s offset=0
            local.get $q
            v128.load offset=0
            i32x4.dot_i16x8_s
            local.get $low
            i32x4.add
            local.set $low
            local.get $vectors
            v128.load8x8_s offset=8
            local.get $q
            v128.load offset=16
            i32x4.dot_i16x8_s
            local.get $high
            i32x4.add
            local.set $high
            local.get $q
            i32.const 32
            i32.add
            local.set $q
            local.get $vectors
            i32.const 16
            i32.add
            local.set $vectors
            local.get $vectors
            local.get $end
            i32.lt_u
            br_if 0
          end
          local.get $low
          local.get $high
          i32x4.add
          local.set $low
          local.get $out
          local.get $low
          i32x4.extract_lane 0
          local.get $low
          i32x4.extract_lane 1
          i32.add
          local.get $low
          i32x4.extract_lane 2
          i32.add
          local.get $low
          i32x4.extract_lane 3
          i32.add
          f32.convert_i32_s
          local.get $scales
          f32.load
          f32.mul
          f32.store
        else
          local.get $out
          f32.const -inf
          f32.store
          local.get $vectors
          local.get $bytes
          i32.add
          local.set $vectors
        end
        local.get $scales
        i32.const 4
        i32.add
        local.set $scales
        local.get $out
        i32.const 4
        i32.add
        local.set $out
        local.get $mask
        i32.const 1
        i32.add
        local.set $mask
        local.get $count
        i32.const 1
        i32.sub
        local.set $count
        br 0
      end
    end`,
} as const;

let compiled: WasmModule | undefined;

/** Compiled once a process; some hundreds of bytes. */
export function scanModule(): WasmModule {
  compiled ??= new wasm.Module(assemble(SCAN, MOST_PAGES));
  return compiled;
}
