import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { Check, CheckContext, Measured } from '../harness/index.ts'
import { operatorOf } from '../operator.ts'
import { makeCanary, patternsOf } from './canary.ts'
import { crawl, type Deployment, readableAddresses } from './crawl.ts'
import { textOfFrames } from './frame-text.ts'
import { PlaceSearch } from './places.ts'

/** A deployment that runs, and what may be done on it: which model is called, and where its data lies if that is on this machine. */
export type LiveTarget = {
  readonly address: string
  readonly operatorAddress: string
  readonly operatorToken: string
  readonly model: string
  readonly dataDir: string | undefined
}

const CREDIT = '1.00'
const ANSWER_MS_MAX = 60_000
const OUTPUT_MAX = 64

/**
 * The part of the privacy checks that a running deployment can stand: two accounts of its own, `n` calls with canaries of their own that cost
 * what they cost, then a search in all that an operator and a customer can read, and in the data directory where it is at hand. Both accounts
 * are left without keys.
 */
export const livePrivacy = (target: LiveTarget): Check => ({
  id: 'PRV-LIVE',
  title: `what is said to ${target.address} is kept nowhere that can be looked at`,
  unit: 'calls',
  sizes: { pr: 12, nightly: 12, release: 12 },
  load: () => Promise.resolve((context) => run(context, target)),
})

async function run(context: CheckContext, target: LiveTarget): Promise<Measured> {
  const at = deploymentOf(target)
  const customers = [await openCustomer(at), await openCustomer(at)] as const
  try {
    const made = await speak(context, target, customers)
    const [first, second] = customers
    const { upstream } = await modelOf(at, target.model)
    const addresses = await readableAddresses(at, { accountId: first.id, keyId: first.keyId, model: target.model, upstream })
    const seen = await crawl(at, { addresses, key: first.key, accounts: [first.id, second.id] })
    const search = new PlaceSearch(made.flatMap(({ canary, text }) => patternsOf(canary, [text])))
    for (const { url, bytes } of seen) search.text(url, bytes)
    const isAtHand = target.dataDir !== undefined && existsSync(target.dataDir)
    if (target.dataDir !== undefined && isAtHand) search.folder(target.dataDir)
    for (const { place, form } of search.found) context.fail(`leak: ${form} at ${place}`)
    const answered = seen.filter(({ status }) => status === 200).length
    context.expect(answered > addresses.length / 2, `blind: only ${answered} of ${addresses.length} addresses were answered`)
    const dataDir = isAtHand ? 'searched' : 'not run: not named, or not on this machine'
    return {
      n: made.length,
      measured: {
        addresses: addresses.length,
        answered,
        bytesSearched: search.bytesSearched,
        dataDir,
        processes: 'not run: needs the machine',
      },
    }
  } finally {
    for (const { keyId } of customers) await at.operator.ask('DELETE', `/keys/${keyId}`)
  }
}

function deploymentOf({ address, operatorAddress, operatorToken }: LiveTarget): Deployment {
  const [base, operatorBase] = [address, operatorAddress].map((text) => text.replace(/\/+$/, ''))
  return {
    base: base ?? '',
    operatorBase: operatorBase ?? '',
    operatorToken,
    operator: operatorOf(`${operatorBase}/operator/v1`, operatorToken),
  }
}

type LiveCustomer = { readonly id: string; readonly key: string; readonly keyId: string }

async function openCustomer({ operator }: Deployment): Promise<LiveCustomer> {
  const email = `privacy-check-${randomBytes(6).toString('hex')}@example.com`
  const account = (await operator.ask('POST', '/accounts', { email })) as { readonly id: string }
  await operator.ask('POST', `/accounts/${account.id}/credits`, { amount: CREDIT, reason: 'privacy check' })
  const minted = (await operator.ask('POST', `/accounts/${account.id}/keys`, { name: 'privacy check' })) as {
    readonly id: string
    readonly secret: string
  }
  return { id: account.id, key: minted.secret, keyId: minted.id }
}

async function modelOf({ operator }: Deployment, model: string): Promise<{ readonly upstream: string }> {
  const shown = (await operator.ask('GET', `/models/${encodeURIComponent(model)}`)) as {
    readonly routes?: readonly { readonly upstream: string }[]
  }
  return { upstream: shown.routes?.[0]?.upstream ?? '' }
}

type Spoken = { readonly canary: string; readonly text: string }

/** Calls by turns of both, whole and streamed, well and with a key that is none; an answer with the canary of another call is a failure. */
async function speak(
  context: CheckContext,
  { address, model }: LiveTarget,
  customers: readonly LiveCustomer[],
): Promise<readonly Spoken[]> {
  const made: Spoken[] = []
  const base = address.replace(/\/+$/, '')
  let answered = 0
  for (let index = 0; index < context.n; index += 1) {
    const canary = makeCanary()
    const text = `Repeat: ${canary}`
    const isStranger = index % 6 === 5
    const key = isStranger ? 'sk-this-is-no-key' : (customers[index % customers.length]?.key ?? '')
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'user-agent': `app/${canary}`, 'x-title': canary }
    const body = JSON.stringify({
      model,
      max_tokens: OUTPUT_MAX,
      stream: index % 2 === 1,
      user: canary,
      messages: [{ role: 'user', content: text }],
    })
    const answer = await fetch(`${base}/v1/chat/completions?trace=${canary}`, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    })
    const told = await answer.text()
    const heard = told + textOfFrames(told)
    context.expect(!made.some((other) => heard.includes(other.canary)), 'an answer holds the canary of another call')
    context.expect(String(answer.headers.get('cache-control')).includes('no-store'), 'an answer does not say that it may not be kept')
    context.expect(answer.headers.get('set-cookie') === null, 'an answer sets a cookie')
    context.expect(!isStranger || answer.status === 401, `a key that is none was answered ${answer.status}`)
    if (answer.status === 200) answered += 1
    made.push({ canary, text })
  }
  context.expect(answered >= context.n / 2, `blind: only ${answered} of ${context.n} calls were answered`)
  return made
}
