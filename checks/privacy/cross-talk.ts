import { seededRandom } from '../../sim/index.ts'
import { ALL_SPOKEN, type Answer, call } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel } from '../parallel.ts'
import { startWorld } from '../world.ts'
import { CANARY, makeCanary } from './canary.ts'
import { textOfFrames } from './frame-text.ts'
import { MODELS, modelAt } from './traffic.ts'

const ACCOUNTS = 200
const CALLS_AT_ONCE = 24
const CANCELLED_PERCENT = 30
/** A gateway is killed each time so many calls were made. */
const CALLS_PER_DEATH = 700

/**
 * PRV-05: customers by the hundred on shared connections, 30 of 100 calls broken off, gateways killed: what each is answered holds its own
 * canary or none, in headers and in body.
 */
export async function crossTalk(context: CheckContext): Promise<Measured> {
  const random = seededRandom(context.seed)
  const world = await startWorld({ gateways: 2, models: MODELS, script: { isEcho: true, chunkDelayMs: 1 } })
  try {
    const accounts = await inParallel(Array.from({ length: Math.min(ACCOUNTS, context.n) }), 10, () => world.operator.customer('1000.00'))
    expectForeignSeen(context)
    const counts = { own: 0, foreign: 0, cancelled: 0, unanswered: 0 }
    const plans = Array.from({ length: context.n }, (_, index) => ({
      index,
      shallLeave: random.below(100) < CANCELLED_PERCENT,
      at: random.below(6),
    }))
    await inParallel(plans, CALLS_AT_ONCE, async ({ index, shallLeave, at }) => {
      if (index % CALLS_PER_DEATH === CALLS_PER_DEATH - 1) await killOne()
      const canary = makeCanary()
      const protocol = ALL_SPOKEN[index % ALL_SPOKEN.length] ?? 'openai'
      const answer = await call({
        ...{ base: world.base, key: accounts[index % accounts.length]?.key ?? '', protocol },
        model: modelAt(protocol, Math.floor(index / ALL_SPOKEN.length)).model,
        isStream: shallLeave || index % 3 === 0,
        text: `Repeat: ${canary}`,
        ...(shallLeave ? { shallAbort: ({ chunks }: { readonly chunks: number }) => chunks > at } : {}),
      })
      const seen = canariesIn(answer)
      if (seen.some((one) => one !== canary)) counts.foreign += 1
      if (seen.includes(canary)) counts.own += 1
      if (answer.isAborted) counts.cancelled += 1
      if (answer.status !== 200) counts.unanswered += 1
    })
    context.expect(counts.foreign === 0, `${counts.foreign} answers held the canary of somebody else`)
    context.expect(counts.own > context.n / 2, `blind: only ${counts.own} answers held their own canary`)
    return { n: context.n, measured: { accounts: accounts.length, ...counts } }
  } finally {
    await world.stop()
  }

  async function killOne(): Promise<void> {
    const [pid] = world.pidsOf('gateway')
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
    await world.untilReady()
  }
}

/** Whole canaries of an answer, also where a stream has them in pieces. */
function canariesIn({ body, headers }: Pick<Answer, 'body' | 'headers'>): readonly string[] {
  const text = body.toString()
  return [...new Set(`${JSON.stringify(headers)}\n${text}\n${textOfFrames(text)}`.match(CANARY))]
}

/** The positive control: an answer with another's canary, whole and in pieces, is seen as one. */
function expectForeignSeen(context: CheckContext): void {
  const canary = makeCanary()
  const pieces = [canary.slice(0, 9), canary.slice(9)].map((content) => `data: ${JSON.stringify({ delta: { content } })}\n\n`)
  const answers = [canary, pieces.join('')].map((text) => ({ body: Buffer.from(text), headers: {} }))
  context.expect(
    answers.every((answer) => canariesIn(answer).join() === canary),
    'blind: a canary in an answer is not seen',
  )
}
