import { seededRandom } from '../../sim/index.ts'
import { ALL_SPOKEN, call } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel } from '../parallel.ts'
import { dumpDatabase } from '../privacy/dump.ts'
import { PlaceSearch } from '../privacy/places.ts'
import { startWorld, type World } from '../world.ts'

const CALLS_AT_ONCE = 12
/** How cards of networks begin, and how many digits they have. */
const NETWORKS = [
  ['4', 16],
  ['51', 16],
  ['2221', 16],
  ['34', 15],
  ['6011', 16],
  ['35', 16],
  ['4', 19],
] as const

/**
 * CL-pan: numbers of cards, made up for the purpose, are put into every input there is, of customers and of operators; none is kept in a table,
 * a log or a file. Where words are kept, those with such a number are refused.
 */
export async function cardNumbers(context: CheckContext): Promise<Measured> {
  const random = seededRandom(context.seed)
  const cards = Array.from({ length: context.n }, (_, index) =>
    cardOf(NETWORKS[index % NETWORKS.length] ?? NETWORKS[0], () => random.below(10)),
  )
  const world = await startWorld({ env: { FAREBOX_LOG: 'debug' } })
  try {
    const { id, key } = await world.operator.customer('1000.00')
    const counts = { refused: 0, called: 0 }
    await inParallel(cards, CALLS_AT_ONCE, async (card, index) => {
      const written = index % 2 === 0 ? card : (card.match(/.{1,4}/g)?.join(index % 3 === 0 ? ' ' : '-') ?? card)
      const isOperator = index % 2 === 0
      const turn = Math.floor(index / 2)
      const told = isOperator
        ? await tellOperator(world, { id, card: written, turn })
        : await tellGateway(world, { key, card: written, turn })
      counts[isOperator ? 'refused' : 'called'] += told
    })
    const search = new PlaceSearch(
      cards.flatMap((card) => formsOf(card).map((form) => ({ canary: card, form: 'card', bytes: Buffer.from(form) }))),
    )
    for (const { name, text } of await dumpDatabase(world.connection())) search.text(`table ${name}`, text)
    search.text('log', world.log())
    search.text('metrics', await (await fetch(`${world.operatorBase}/metrics`)).text())
    await world.terminate(20_000)
    search.folder(world.directory)
    for (const { place } of search.found) context.fail(`a card number is in ${place}`)
    context.expect(counts.refused > context.n / 4, `blind: only ${counts.refused} inputs were refused`)
    context.expect(counts.called > context.n / 4, `blind: only ${counts.called} calls were answered`)
    expectFound(context)
    return { n: cards.length, measured: { ...counts, kept: search.found.length, bytesSearched: search.bytesSearched } }
  } finally {
    await world.stop()
  }
}

const formsOf = (card: string): readonly string[] => [
  card,
  card.match(/.{1,4}/g)?.join(' ') ?? card,
  card.match(/.{1,4}/g)?.join('-') ?? card,
]

/** Digits of a network with a check digit that is right. */
function cardOf([begin, length]: readonly [begin: string, length: number], digit: () => number): string {
  const body = begin + Array.from({ length: length - 1 - begin.length }, digit).join('')
  const sum = [...body].reverse().reduce((total, one, index) => {
    const doubled = Number(one) * (index % 2 === 0 ? 2 : 1)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return body + String((10 - (sum % 10)) % 10)
}

type Told = { readonly card: string; readonly turn: number }

/** Every field of the operator's API that takes words; tells whether it was refused. */
async function tellOperator(world: World, { id, card, turn }: Told & { readonly id: string }): Promise<number> {
  const inputs = [
    ['POST', `/accounts/${id}/keys`, { name: card }],
    ['POST', `/accounts/${id}/keys`, { name: `card ${card} of mine` }],
    ['POST', `/accounts/${id}/credits`, { amount: '0.01', reason: card }],
    ['POST', `/accounts/${id}/refunds`, { amount: '0.01', reason: `for ${card}` }],
    ['POST', '/accounts', { email: `${card.replace(/[ -]/g, '')}@example.com` }],
    ['POST', '/accounts', { email: card }],
    ['POST', `/accounts/${id}/keys`, { name: 'x', models: [card] }],
    ['PUT', `/models/${encodeURIComponent(card)}`, { card }],
    ['GET', `/accounts/${encodeURIComponent(card)}`, undefined],
  ] as const
  const [method, path, body] = inputs[turn % inputs.length] ?? inputs[0]
  return await world.operator.ask(method, path, body).then(
    () => 0,
    () => 1,
  )
}

/** Every part of a call; tells whether it was answered. */
async function tellGateway(world: World, { key, card, turn }: Told & { readonly key: string }): Promise<number> {
  const protocol = ALL_SPOKEN[turn % ALL_SPOKEN.length] ?? 'openai'
  const ways = [
    { text: `Pay with ${card}` },
    { headers: { 'x-title': card, 'user-agent': card } },
    { fields: { user: card } },
    { model: card },
  ] as const
  const { status } = await call({ base: world.base, key, protocol, ...ways[Math.floor(turn / ALL_SPOKEN.length) % ways.length] })
  return status === 200 ? 1 : 0
}

/** The positive control: a card number in a text is found. */
function expectFound(context: CheckContext): void {
  const search = new PlaceSearch([{ canary: 'card', form: 'card', bytes: Buffer.from('4111111111111111') }])
  search.text('text', 'a row with 4111111111111111 in it')
  context.expect(search.found.length === 1, 'blind: a card number in a text is not found')
}
