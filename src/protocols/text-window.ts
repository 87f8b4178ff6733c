import { NOTHING } from './json-bytes.ts'
import { TEXT_PASS } from './text-pass.ts'

/** Where the text lies in the memory of text-pass.wat, behind its tables, and how much at once: little enough for the nearest cache. */
const PLACE = 512
const WINDOW_BYTES = 16_384

/** What text-pass.wat exports. */
export type TextPass = { readonly memory: { readonly buffer: ArrayBuffer }; readonly pass: (at: number, end: number) => number }

/** What is used of it; types of all of it come with those of browsers. Source: https://webassembly.github.io/spec/js-api/ (2025-06-16). */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: TextPass }
}

/** The routine with memory of its own. Throws where WebAssembly with SIMD cannot be had: it takes SSE4.1 or NEON. */
export const startTextPass = (): TextPass => new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(TEXT_PASS, 'base64'))).exports

/** A window; undefined where there can be none. */
export function openTextWindow(): TextWindow | undefined {
  try {
    return new TextWindow(startTextPass())
  } catch {
    return undefined
  }
}

/** A TextPasser in WebAssembly: sixteen bytes at a time, over whole escapes too. The chunk is copied to it, a window at a time, and wiped when it lets go. */
export class TextWindow {
  readonly #bytes: Uint8Array
  readonly #pass: TextPass['pass']
  #chunk: Buffer = NOTHING
  /** Which part of the chunk lies in the window. */
  #from = 0
  #to = 0
  /** Bytes of the window that are not wiped. */
  #used = 0
  #spare = 0

  constructor({ memory, pass }: TextPass) {
    this.#bytes = new Uint8Array(memory.buffer, PLACE, WINDOW_BYTES)
    this.#pass = pass
  }

  /** See TextPasser. */
  get spare(): number {
    return this.#spare
  }

  /** See TextPasser. */
  pass(chunk: Buffer, from: number): number {
    let index = from
    this.#spare = 0
    if (chunk !== this.#chunk || from < this.#from) this.#to = 0
    do {
      if (index >= this.#to) this.#take(chunk, index)
      const shift = PLACE - this.#from
      const passed = this.#pass(index + shift, this.#to + shift)
      this.#spare += passed >>> 16
      index = (passed & 0xffff) - shift
    } while (index === this.#to && index < chunk.length)
    return index
  }

  /** See TextPasser. */
  letGo(): void {
    if (this.#used === 0) return
    this.#bytes.fill(0, 0, this.#used)
    this.#used = 0
    this.#chunk = NOTHING
    this.#to = 0
  }

  #take(chunk: Buffer, from: number): void {
    const length = Math.min(WINDOW_BYTES, chunk.length - from)
    // Counted first, so that it is wiped whatever happens.
    this.#used = Math.max(this.#used, length)
    chunk.copy(this.#bytes, 0, from, from + length)
    this.#chunk = chunk
    this.#from = from
    this.#to = from + length
  }
}
