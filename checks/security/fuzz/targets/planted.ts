import { type FuzzTarget, rule } from '../target.ts'

const plain = { dictionary: ['F', 'A', 'R', 'E'], bytesMax: 64, make: () => Buffer.from('xxxx') } as const satisfies Partial<FuzzTarget>

/** Breaks a rule for what begins with FARE, of which each letter is a branch of its own. */
export const throwing: FuzzTarget = {
  ...plain,
  read: (input) => {
    if (input[0] === 0x46) {
      if (input[1] === 0x41) {
        if (input[2] === 0x52) {
          rule(input[3] !== 0x45, 'a planted fault')
        }
      }
    }
    return 1
  },
}

/** Does not come back from what has a 0 in it. */
export const hanging: FuzzTarget = {
  ...plain,
  read: (input) => {
    while (input.includes(0)) input.includes(1)
    return 1
  },
}

/** Keeps more and more for what has a 0 in it. */
export const swelling: FuzzTarget = {
  ...plain,
  read: (input) => {
    // In small pieces: a single one that there is no room for would end the process, not the thread.
    let kept: object | undefined
    while (input.includes(0)) kept = { kept }
    return 1
  },
}
