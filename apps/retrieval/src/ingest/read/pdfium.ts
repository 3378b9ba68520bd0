import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';

/** WebAssembly pages are 64 KiB. What a hostile file makes PDFium ask beyond this is refused, and ends its reading. */
const MAX_MEMORY_BYTES = 512 * 1024 * 1024;

/** TypeScript knows it by the types of browsers only. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object>; instantiate(module: object, imports: object): Promise<object> };

interface Imports {
  readonly env: Record<string, unknown>;
}

/**
 * PDFium, the reader of Chrome, as WebAssembly: memory of its own that no file can leave, with a bound.
 * After a trap its memory is in no known state, so a new one is made.
 */
export async function openPdfium(): Promise<WrappedPdfiumModule> {
  const module = await WebAssembly.compile(await readFile(fileURLToPath(import.meta.resolve('@embedpdf/pdfium/pdfium.wasm'))));
  const pdfium = await init({
    // It writes what it thinks of a damaged file to the console.
    print: () => undefined,
    printErr: () => undefined,
    instantiateWasm(imports: Imports, ready: (instance: object, module: object) => void) {
      const grow = imports.env['emscripten_resize_heap'] as (bytes: number) => boolean;
      imports.env['emscripten_resize_heap'] = (bytes: number) => bytes >>> 0 <= MAX_MEMORY_BYTES && grow(bytes);
      void WebAssembly.instantiate(module, imports).then((instance) => ready(instance, module));
      return {};
    },
  });
  pdfium.PDFiumExt_Init();
  return pdfium;
}
