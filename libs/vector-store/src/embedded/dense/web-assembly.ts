/** The part of WebAssembly's JavaScript interface that is used here; Node's types leave it to those of browsers. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

/** Can be sent to a thread, as a memory can. */
export type WasmModule = object;

export interface WasmApi {
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number; readonly shared: true }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: { readonly env: { readonly memory: WasmMemory } }) => { readonly exports: Readonly<Record<string, unknown>> };
}
