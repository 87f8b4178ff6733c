import type { SeededRandom, SimFacilitator } from '../../../sim/index.ts'
import { type Draft, draftOf, headerOf, newWallet, sign, type Wallet } from './wallet.ts'

/** What a payment is made of: who pays, how much is asked in units, what time it is in milliseconds, and headers that were served. */
export type Making = {
  readonly random: SeededRandom
  readonly wallet: Wallet
  readonly units: bigint
  readonly now: number
  readonly served: readonly string[]
  readonly manner: SimFacilitator['manner']
}

/** A payment as it is sent: right, wrong in one way, or either (undefined); `manner` is how the facilitator behaves meanwhile. */
export type Made = {
  readonly kind: string
  readonly header: string
  readonly isRight: boolean | undefined
  readonly manner?: SimFacilitator['manner']
  /** Sent so often at the same time. */
  readonly times?: number
}

type Maker = (making: Making) => Promise<Made>

const OTHER_TOKEN = '0x00000000000000000000000000000000000000cc'
const seconds = (now: number): number => Math.floor(now / 1000)

/** Signed as it is, so that nothing but what it says is wrong. */
const wrong =
  (kind: string, change: (draft: Draft, making: Making) => Partial<Draft>): Maker =>
  async (making) => {
    const draft = draftOf(making.wallet, making)
    return { kind, header: headerOf(await sign(making.wallet, { ...draft, ...change(draft, making) })), isRight: false }
  }

/** Changed after it was signed. */
const forged =
  (kind: string, change: (draft: Draft, making: Making) => Partial<Draft & { readonly signature: string }>): Maker =>
  async (making) => {
    const payment = await sign(making.wallet, draftOf(making.wallet, making))
    return { kind, header: headerOf({ ...payment, ...change(payment, making) }), isRight: false }
  }

/** Written otherwise than the standard says. */
const misspelt =
  (kind: string, change: (text: string, random: SeededRandom) => string): Maker =>
  async (making) => {
    const header = headerOf(await sign(making.wallet, draftOf(making.wallet, making)))
    const text = change(Buffer.from(header, 'base64').toString('utf8'), making.random)
    return { kind, header: Buffer.from(text).toString('base64'), isRight: false }
  }

const right =
  (kind: string, more: Pick<Made, 'manner' | 'times'> = {}): Maker =>
  async (making) => ({ kind, header: headerOf(await sign(making.wallet, draftOf(making.wallet, making))), isRight: true, ...more })

const flip = (text: string, random: SeededRandom): string => {
  const at = random.below(text.length)
  return text.slice(0, at) + String.fromCharCode(33 + random.below(90)) + text.slice(at + 1)
}

/** Somewhere in the text a character is another; by luck it is one that does not count. */
const scribbled: Maker = async (making) => ({ ...(await misspelt('a character changed', flip)(making)), isRight: undefined })

/** All ways, right ones among them. */
const MAKERS: readonly Maker[] = [
  right('as asked'),
  right('as asked, five times at once', { times: 5 }),
  right('answer lost', { manner: { losesAnswerOf: 'settle' } }),
  right('another network named', { manner: { lies: 'network' } }),
  right('no transaction named', { manner: { lies: 'transaction' } }),
  async (making) => ({ ...(await right('found invalid', { manner: { lies: 'invalid' } })(making)), isRight: false }),
  async (making) => ({ ...(await right('facilitator away', { manner: { isDown: true } })(making)), isRight: false }),
  async (making) => {
    const draft = draftOf(making.wallet, making)
    const more = { ...draft, value: draft.value + BigInt(1 + making.random.below(1_000_000)) }
    return { kind: 'more than asked', header: headerOf(await sign(making.wallet, more)), isRight: true }
  },
  async ({ random, served }) => {
    const header = served[random.below(Math.max(1, served.length))] ?? 'e30='
    return { kind: 'used before', header, isRight: false }
  },
  async ({ random, served }) => {
    const header = served[random.below(Math.max(1, served.length))] ?? 'e30='
    const text = Buffer.from(header, 'base64').toString('utf8')
    const upper = text.replace(/0x[0-9a-f]+/g, (hex) => `0x${hex.slice(2).toUpperCase()}`)
    return { kind: 'used before, in capitals', header: Buffer.from(upper).toString('base64'), isRight: false }
  },
  wrong('one unit short', ({ value }) => ({ value: value - 1n })),
  wrong('nothing', () => ({ value: 0n })),
  wrong('to its own wallet', ({ from }) => ({ to: from })),
  wrong('another token', () => ({ asset: OTHER_TOKEN })),
  wrong('another chain', () => ({ chainId: 1 })),
  wrong('expired', (_, { now }) => ({ validBefore: seconds(now) - 1 })),
  wrong('not valid yet', (_, { now }) => ({ validAfter: seconds(now) + 60, validBefore: seconds(now) + 120 })),
  forged('value raised', ({ value }) => ({ value: value * 2n })),
  forged('payer replaced', () => ({ from: newWallet().address })),
  forged('nonce replaced', (_, { random }) => ({ nonce: `0x${random.below(0x1_0000_0000).toString(16).padStart(64, '0')}` })),
  forged('time moved', ({ validBefore }) => ({ validBefore: validBefore + 1 })),
  forged('no signature', () => ({ signature: `0x${'00'.repeat(65)}` })),
  async (making) => {
    const draft = draftOf(making.wallet, making)
    return { kind: 'signed by another wallet', header: headerOf(await sign(newWallet(), draft)), isRight: false }
  },
  async (making) => {
    const poor = newWallet()
    return { kind: 'without funds', header: headerOf(await sign(poor, draftOf(poor, making))), isRight: false }
  },
  scribbled,
  misspelt('version 1', (text) => text.replace('"x402Version":2', '"x402Version":1')),
  misspelt('another scheme', (text) => text.replace('"exact"', '"upto"')),
  misspelt('a value that is a number', (text) => text.replace(/"value":"(\d+)"/, '"value":$1')),
  misspelt('a negative value', (text) => text.replace(/"value":"/, '"value":"-')),
  misspelt('a nonce too short', (text) => text.replace(/("nonce":"0x)../, '$1')),
  misspelt('cut off', (text, random) => text.slice(0, random.below(text.length))),
  async ({ random }) => ({ kind: 'noise', header: random.below(2) === 0 ? '{}' : 'A'.repeat(random.below(9000)), isRight: false }),
]

/** A payment of the next kind, so that all come. */
export const madeOf = (making: Making, index: number): Promise<Made> => (MAKERS[index % MAKERS.length] ?? scribbled)(making)
