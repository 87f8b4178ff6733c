import { createHash } from 'node:crypto'
import { ALL_SPOKEN, call } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel } from '../parallel.ts'
import { startWorld } from '../world.ts'
import { makeCanary } from './canary.ts'
import { MODELS, modelAt } from './traffic.ts'

const CALLS_AT_ONCE = 12
const CUSTOMERS = 4
const ADDRESS = '203.0.113.77'
const FIELDS: readonly string[] = ['user', 'safety_identifier', 'prompt_cache_key']

/**
 * PRV-23: of who calls nothing reaches an upstream: no address, mail, account or key, in clear or as a digest. What the customer calls its own
 * user arrives as a pseudonym: one for a user, another for every account and upstream.
 */
export async function identity(context: CheckContext): Promise<Measured> {
  const world = await startWorld({ keepBodies: true, models: MODELS, env: { FAREBOX_TRUSTED_PROXIES: '127.0.0.1' } })
  try {
    const customers = await inParallel(Array.from({ length: CUSTOMERS }), 2, () => world.operator.customer('1000.00'))
    const shown = await Promise.all(customers.map(({ id }) => world.operator.ask('GET', `/accounts/${id}`)))
    const mails = shown.map((account) => String((account as { readonly email?: string }).email))
    const users = customers.map(() => makeCanary())
    await inParallel(Array.from({ length: context.n }), CALLS_AT_ONCE, async (_, index) => {
      const who = index % customers.length
      const protocol = ALL_SPOKEN[Math.floor(index / customers.length) % ALL_SPOKEN.length] ?? 'openai'
      const name = FIELDS[Math.floor(index / 8) % FIELDS.length] ?? 'user'
      const fields = protocol === 'anthropic' ? { metadata: { user_id: users[who] } } : protocol === 'gemini' ? {} : { [name]: users[who] }
      const headers = { 'x-forwarded-for': ADDRESS, 'user-agent': `app/${users[who]}`, 'x-real-ip': ADDRESS }
      const turn = Math.floor(index / (customers.length * ALL_SPOKEN.length))
      await call({ base: world.base, key: customers[who]?.key ?? '', protocol, model: modelAt(protocol, turn).model, fields, headers })
    })
    const secrets = [ADDRESS, ...mails, ...users, ...customers.flatMap(({ id, key, keyId }) => [id, key, keyId])]
    const wanted = secrets.flatMap((text) => [
      text,
      ...['sha256', 'sha1', 'md5'].map((name) => createHash(name).update(text).digest('hex').slice(0, 16)),
    ])
    const sent = world.sim.calls.map(({ body, headersSeen, path }) => `${path}\n${JSON.stringify(headersSeen)}\n${body?.toString() ?? ''}`)
    const told = wanted.filter((text) => sent.some((call) => call.includes(text)))
    context.expect(told.length === 0, `${told.length} things that tell who the customer is reached an upstream`)
    context.expect(mails.every((mail) => mail.includes('@')) && sent.length > context.n / 2, 'blind: too little was sent')
    const pseudonyms = [
      ...new Set(
        sent.flatMap((call) =>
          [...call.matchAll(/"(?:user|safety_identifier|prompt_cache_key|user_id)":"([^"]+)"/g)].map(([, name = '']) => name),
        ),
      ),
    ]
    context.expect(pseudonyms.length >= customers.length, `blind: only ${pseudonyms.length} pseudonyms arrived`)
    // Two upstreams of the fake take names: OpenAI's and Anthropic's.
    context.expect(pseudonyms.length <= customers.length * 3, `${pseudonyms.length} pseudonyms for ${customers.length} users`)
    return { n: context.n, measured: { callsUpstream: sent.length, secretsLookedFor: wanted.length, pseudonyms: pseudonyms.length } }
  } finally {
    await world.stop()
  }
}
