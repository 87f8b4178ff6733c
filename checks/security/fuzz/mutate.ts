import type { SeededRandom } from '../../../sim/index.ts'
import type { FuzzTarget } from './target.ts'

type Change = (input: Buffer, random: SeededRandom) => Buffer

/** Another input out of one of the pool: one to four changes, of bytes, of words of the target, of its structure, or with parts of a second. */
export function mutated(target: FuzzTarget, pool: readonly Buffer[], random: SeededRandom): Buffer {
  let input = pool[random.below(pool.length)] ?? Buffer.alloc(0)
  const changes = changesOf(target, pool)
  for (let left = 1 + random.below(4); left > 0; left -= 1) input = random.pick(changes)(input, random)
  return input.subarray(0, target.bytesMax)
}

function changesOf({ dictionary, edit }: FuzzTarget, pool: readonly Buffer[]): readonly [Change, ...Change[]] {
  const word: Change = (input, random) => {
    const at = random.below(input.length + 1)
    const gone = random.below(2) === 0 ? 0 : random.below(8)
    return Buffer.concat([
      input.subarray(0, at),
      Buffer.from(dictionary[random.below(dictionary.length)] ?? '', 'latin1'),
      input.subarray(at + gone),
    ])
  }
  const splice: Change = (input, random) => {
    const other = pool[random.below(pool.length)] ?? input
    return Buffer.concat([input.subarray(0, random.below(input.length + 1)), other.subarray(random.below(other.length + 1))])
  }
  const own = edit === undefined ? [] : [edit, edit, edit, edit]
  return [flipBit, setByte, cutOut, repeat, otherNumber, word, word, splice, ...own]
}

function flipBit(input: Buffer, random: SeededRandom): Buffer {
  const changed = Buffer.from(input)
  const at = random.below(input.length)
  changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8))
  return changed
}

function setByte(input: Buffer, random: SeededRandom): Buffer {
  const changed = Buffer.from(input)
  changed[random.below(input.length)] =
    random.below(2) === 0 ? random.below(256) : random.pick([0, 9, 10, 13, 32, 34, 92, 127, 128, 192, 237, 255])
  return changed
}

function cutOut(input: Buffer, random: SeededRandom): Buffer {
  const at = random.below(input.length + 1)
  return Buffer.concat([input.subarray(0, at), input.subarray(at + 1 + random.below(random.below(2) === 0 ? 4 : 64))])
}

function repeat(input: Buffer, random: SeededRandom): Buffer {
  const at = random.below(input.length + 1)
  const part = input.subarray(at, at + 1 + random.below(48))
  return Buffer.concat([input.subarray(0, at), ...Array<Buffer>(1 + random.below(4)).fill(part), input.subarray(at)])
}

/** Figures at which readers of numbers go wrong. */
const NUMBERS = [
  ...['0', '-0', '-1', '1', '1.5', '1e400', '-1e400', '1e-400', '2147483647', '2147483648', '4294967296', '9007199254740991'],
  ...['9007199254740993', '18446744073709551616', '00', '0x10', '1e3', `1${'0'.repeat(80)}`],
] as const

function otherNumber(input: Buffer, random: SeededRandom): Buffer {
  const text = input.toString('latin1')
  const found = [...text.matchAll(/\d{1,80}/g)]
  const one = found[random.below(found.length)]
  if (one === undefined) return input
  return Buffer.from(text.slice(0, one.index) + random.pick(NUMBERS) + text.slice(one.index + one[0].length), 'latin1')
}
