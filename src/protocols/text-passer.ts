import { openTextWindow } from './text-window.ts'
import { TextWords } from './text-words.ts'

/** Passes over the text of JSON strings. It serves one push of a scanner after the other and has nothing of a chunk between them. */
export type TextPasser = {
  /**
   * The index of the first byte from `from` on that is not plain text of a string value, or the chunk's length; whole escapes may be
   * passed over too.
   */
  readonly pass: (chunk: Buffer, from: number) => number
  /** What the escapes that the last `pass` went over are longer than the UTF-8 of their characters, counted low. */
  readonly spare: number
  /** Forgets the chunk. */
  readonly letGo: () => void
}

/** The one of this process; where no WebAssembly with SIMD can be had, it is JavaScript. */
export const TEXT_PASSER: TextPasser = openTextWindow() ?? new TextWords()
