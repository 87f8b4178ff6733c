import { Buffer } from 'node:buffer'
import { SeqMap } from '../lib/index.ts'
import type { Codec, Place } from './codec.ts'
import type { Block } from './fields.ts'
import type { MessageOf, MessageTable } from './messages.ts'

const PLACES_LEAST = 64

/**
 * Messages of one kind by their numbers, from when they are said until they are acknowledged: as bytes, of which V8 carries nothing along. A commit
 * takes a fifth of a second where the machine is full, and then thousands of settlements wait for it.
 */
export class KeptMessages<Out extends MessageTable, Name extends keyof Out> {
  readonly #codec: Codec<Out>
  readonly #name: Name
  /** Bytes of each. */
  readonly #length: number
  readonly #offsets = new SeqMap<number>()
  /** Where there were some. */
  readonly #free: number[] = []
  #block: Block
  #used = 0

  constructor(codec: Codec<Out>, name: Name) {
    this.#codec = codec
    this.#name = name
    this.#length = codec.sizeOf(name)
    this.#block = codec.blockOf(Buffer.allocUnsafeSlow(PLACES_LEAST * this.#length))
  }

  get size(): number {
    return this.#offsets.size
  }

  /** Keeps a message; the bytes that say it may be read until the next is kept. A number that has one already has the new one. */
  keep(seq: number, message: MessageOf<Out, Name>): Buffer {
    const known = this.#offsets.get(seq)
    const offset = known ?? this.#free.at(-1) ?? this.#used
    if (offset + this.#length > this.#block.bytes.length) this.#grow()
    this.#codec.write(this.#name, message, this.#at(offset))
    if (known === undefined) {
      if (this.#free.pop() === undefined) this.#used += this.#length
      this.#offsets.set(seq, offset)
    }
    return this.#bytesAt(offset)
  }

  /** Keeps it no longer; false when there was none. */
  drop(seq: number): boolean {
    const offset = this.#offsets.take(seq)
    if (offset !== undefined) this.#free.push(offset)
    return offset !== undefined
  }

  /** The bytes of all that are kept, the least number first. */
  all(): readonly Buffer[] {
    return this.#offsets.values().map((offset) => this.#bytesAt(offset))
  }

  #at(offset: number): Place {
    return { block: this.#block, offset }
  }

  #bytesAt(offset: number): Buffer {
    return this.#block.bytes.subarray(offset, offset + this.#length)
  }

  #grow(): void {
    const { bytes } = this.#block
    const larger = Buffer.allocUnsafeSlow(2 * bytes.length)
    bytes.copy(larger)
    this.#block = this.#codec.blockOf(larger)
  }
}
