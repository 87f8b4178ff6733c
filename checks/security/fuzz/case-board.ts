/** Where a thread writes which case it is at before it begins it, so that others see it even when the thread never comes back. */
export class CaseBoard {
  /** What is handed to the thread. */
  readonly memory: SharedArrayBuffer
  /** Number of the case, then its length. */
  readonly #figures: Int32Array
  readonly #bytes: Uint8Array

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory
    this.#figures = new Int32Array(memory, 0, 2)
    this.#bytes = new Uint8Array(memory, HEAD_BYTES)
  }

  /** A board for inputs of some length. */
  static of(bytesMax: number): CaseBoard {
    return new CaseBoard(new SharedArrayBuffer(HEAD_BYTES + bytesMax))
  }

  /** Cases that were begun; 0 before the first one. */
  get begun(): number {
    return Atomics.load(this.#figures, 0)
  }

  /** The input of the case that was begun last. */
  get input(): Buffer {
    return Buffer.from(this.#bytes.slice(0, Atomics.load(this.#figures, 1)))
  }

  begin(input: Buffer): void {
    this.#bytes.set(input.subarray(0, this.#bytes.length))
    Atomics.store(this.#figures, 1, Math.min(input.length, this.#bytes.length))
    Atomics.add(this.#figures, 0, 1)
  }
}

const HEAD_BYTES = 8
