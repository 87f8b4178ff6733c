import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { readPublicKeys, verifyReceipt } from '../../receipts/index.ts'
import { type Finding, judged, untried } from './finding.ts'
import { ask, chat, type Outside, type Reply } from './server.ts'

const CROSS_TALK = 'what one customer says comes to no other'
const PASSED = 'words go through unchanged'
const RECEIPT = 'a call has a receipt that proves what it cost'
const RECEIPT_TRIES = 20
const RECEIPT_PAUSE_MS = 500

/** A text that is nowhere by chance. */
const makeCanary = (): string => `canary-${randomBytes(15).toString('hex')}`

/** Calls of two customers with canaries of their own, the receipt of one, and what an echo made of it. They cost what they cost. */
export async function conversationFindings(server: Outside): Promise<readonly Finding[]> {
  const { keys, model } = server
  if (keys === undefined || model === undefined)
    return [CROSS_TALK, PASSED, RECEIPT].map((claim) => untried(claim, 'needs --key and --model'))
  const [first, second] = keys
  const mine = await talk(server, { key: first, model })
  const theirs = second === undefined ? [] : await talk(server, { key: second, model })
  return [crossTalk(mine, theirs), passedOn(mine), await receipt(server, mine, first)]
}

type Talk = { readonly canary: string; readonly reply: Reply }
type Talking = { readonly key: string; readonly model: string }

/** The same question but for the canary, some at a time, so that answers could be mistaken for one another; the last one is asked twice. */
async function talk(server: Outside, { key, model }: Talking): Promise<readonly Talk[]> {
  const canaries = Array.from({ length: 4 }, makeCanary)
  const asked = [...canaries, ...canaries.slice(-1)]
  return await Promise.all(
    asked.map(async (canary) => ({
      canary,
      reply: await ask(server, { path: '/v1/chat/completions', key, json: chat(model, `Repeat: ${canary}`) }),
    })),
  )
}

function crossTalk(mine: readonly Talk[], theirs: readonly Talk[]): Finding {
  const all = [...mine, ...theirs]
  const answered = all.filter(({ reply }) => reply.status === 200)
  if (answered.length === 0) return judged(CROSS_TALK, false, `calls are answered ${all[0]?.reply.status ?? 0}`)
  const foreign = all.filter(({ canary, reply }) => {
    const text = JSON.stringify(reply.headers) + reply.body.toString()
    return all.some((other) => other.canary !== canary && text.includes(other.canary))
  })
  const ids = answered.map(({ reply }) => idOf(reply))
  const isRepeated = new Set(ids).size < ids.length
  const what = isRepeated ? 'two calls were given one answer' : `${foreign.length} of ${all.length} answers hold the canary of another call`
  const who = theirs.length === 0 ? ' (of one customer; a second key would show more)' : ''
  return judged(CROSS_TALK, foreign.length === 0 && !isRepeated, what + who)
}

const idOf = ({ headers, body }: Reply): string => String(headers['x-request-id'] ?? createHash('sha256').update(body).digest('hex'))

/** Only a model that repeats what it is told shows it: what was said and what came back have one hash. */
function passedOn(talks: readonly Talk[]): Finding {
  const texts = talks
    .filter(({ reply }) => reply.status === 200)
    .map(({ canary, reply }) => ({ said: `Repeat: ${canary}`, heard: contentOf(reply) }))
  const echoed = texts.filter(({ said, heard }) => hashOf(heard) === hashOf(said))
  if (texts.length > 0 && echoed.length === texts.length)
    return judged(PASSED, true, `sha256 ${hashOf(texts[0]?.said ?? '').slice(0, 16)}… both ways`)
  const isEcho = texts.some(({ heard }) => heard.startsWith('Repeat: '))
  return isEcho
    ? judged(PASSED, false, 'what an echo says is not what it was told')
    : untried(PASSED, 'the model is no echo, such as sandbox/echo')
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

function contentOf({ body }: Reply): string {
  try {
    const { choices } = JSON.parse(body.toString()) as {
      readonly choices?: readonly { readonly message?: { readonly content?: unknown } }[]
    }
    const content = choices?.[0]?.message?.content
    return typeof content === 'string' ? content : ''
  } catch {
    // No JSON: then nothing was said.
    return ''
  }
}

async function receipt(server: Outside, talks: readonly Talk[], key: string): Promise<Finding> {
  const answered = talks.find(({ reply }) => reply.status === 200)
  if (answered === undefined) return untried(RECEIPT, 'no call was answered')
  const id = String(answered.reply.headers['x-request-id'] ?? '')
  const path = `/v1/receipts/${encodeURIComponent(id)}`
  let shown = await ask(server, { path, key })
  // It is there when control has committed the call.
  for (let tries = 1; shown.status === 404 && tries < RECEIPT_TRIES; tries += 1) {
    await pause(RECEIPT_PAUSE_MS)
    shown = await ask(server, { path, key })
  }
  if (shown.status !== 200) return judged(RECEIPT, false, `asked for it, the server answers ${shown.status}`)
  const jwks = await ask(server, { path: '/.well-known/jwks.json' })
  const keys = readPublicKeys(jwks.body.toString())
  const { problems, provenBy, call } = verifyReceipt(shown.body.toString(), keys === undefined ? {} : { keys })
  const told = answered.reply.headers['x-farebox-cost-usd']
  const isRight = problems.length === 0 && provenBy.length > 0 && call?.request_id === id
  return judged(
    RECEIPT,
    isRight,
    isRight ? `proven by the ${provenBy.join(' and ')}, cost ${String(told)}` : (problems[0] ?? 'nothing proves who made it'),
  )
}
