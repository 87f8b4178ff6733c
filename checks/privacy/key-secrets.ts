import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, sql } from '../../src/db/index.ts'
import { isWellFormedKey } from '../../src/keys/index.ts'
import { call } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { startWorld, type World } from '../world.ts'
import type { Pattern } from './byte-search.ts'
import { dumpDatabase } from './dump.ts'
import { PlaceSearch } from './places.ts'

const SETTLE_MS = 1500
const REVOKED_MS_MAX = 5000
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * CL-key: a key is told once and then kept nowhere; what is kept is SHA-256 of its 256 random bits in their spelling, and a hint of its ends;
 * a key with a typo is refused without a look-up, and a revoked one at once.
 */
export async function keySecrets(context: CheckContext): Promise<Measured> {
  const world = await startWorld({ env: { FAREBOX_LOG: 'debug' } })
  try {
    const { id } = await world.operator.customer('100.00')
    const minted: Minted[] = []
    for (let index = 0; index < Math.max(2, context.n); index += 1) minted.push(await mint(world, id))
    for (const { secret } of minted) await expectWorks(context, world, secret)
    expectTypos(context, minted)
    await expectHashes(context, world, minted)
    await expectRevoked(context, world, minted[0])
    await sleep(SETTLE_MS)
    const search = new PlaceSearch(minted.flatMap(patternsOfSecret))
    search.text('list of keys', JSON.stringify(await world.operator.ask('GET', `/accounts/${id}/keys?limit=200`)))
    search.text('account', JSON.stringify(await world.operator.ask('GET', `/accounts/${id}`)))
    search.text('usage', JSON.stringify(await world.operator.usage(id)))
    search.text('metrics', await (await fetch(`${world.operatorBase}/metrics`)).text())
    for (const { name, text } of await dumpDatabase(world.connection())) search.text(`table ${name}`, text)
    for (const { pid } of world.processes()) search.process(pid)
    await world.terminate(20_000)
    search.folder(world.directory)
    for (const { form, place } of search.found) context.fail(`a key as ${form} at ${place}`)
    expectSeen(context, minted)
    return {
      n: minted.length,
      measured: { found: search.found.length, bytesSearched: search.bytesSearched, patterns: search.patternCount },
    }
  } finally {
    await world.stop()
  }
}

type Minted = { readonly id: string; readonly secret: string }

async function mint({ operator }: World, accountId: string): Promise<Minted> {
  return (await operator.ask('POST', `/accounts/${accountId}/keys`, { name: randomUUID() })) as Minted
}

async function expectWorks(context: CheckContext, { base }: World, key: string): Promise<void> {
  const { status } = await call({ base, key, protocol: 'openai' })
  context.expect(status === 200, `a new key is answered ${status}`)
}

/** The key and its random middle, which the hint does not show, in every spelling; and hashes that are easier to turn round than SHA-256. */
function patternsOfSecret({ secret }: Minted): readonly Pattern[] {
  const middle = secret.slice(8, -4)
  const forms: readonly (readonly [string, Buffer])[] = [secret, middle].flatMap((text) => [
    ['text', Buffer.from(text)] as const,
    ['utf-16', Buffer.from(text, 'utf16le')] as const,
    ['hex', Buffer.from(Buffer.from(text).toString('hex'))] as const,
    ['base64', Buffer.from(Buffer.from(text).toString('base64').slice(0, 40))] as const,
    ...(['md5', 'sha1'] as const).map((algorithm) => [algorithm, createHash(algorithm).update(text).digest()] as const),
  ])
  return forms.map(([form, bytes]) => ({ canary: secret, form, bytes }))
}

function expectTypos(context: CheckContext, minted: readonly Minted[]): void {
  for (const { secret } of minted) {
    for (let place = 0; place < secret.length; place += 1) {
      const other = ALPHABET[(ALPHABET.indexOf(secret.charAt(place)) + 7) % ALPHABET.length] ?? '0'
      const typo = secret.slice(0, place) + other + secret.slice(place + 1)
      if (typo !== secret) context.expect(!isWellFormedKey(typo), `a typo at ${place} passes for a key`)
    }
  }
}

async function expectHashes(context: CheckContext, world: World, minted: readonly Minted[]): Promise<void> {
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1 })
  try {
    for (const { id, secret } of minted) {
      const [row] = await database.query<{ readonly hash: Buffer; readonly hint: string }>(
        sql`select hash, hint from api_key where id = ${id}`,
      )
      context.expect(row?.hash.equals(createHash('sha256').update(secret).digest()) ?? false, 'the hash of a key is not its SHA-256')
      context.expect(row?.hint === `${secret.slice(0, 8)}…${secret.slice(-4)}`, 'a hint shows more or less than the ends of its key')
    }
  } finally {
    await database.end()
  }
}

async function expectRevoked(context: CheckContext, { base, operator }: World, key: Minted | undefined): Promise<void> {
  if (key === undefined) return
  await operator.ask('DELETE', `/keys/${key.id}`)
  const until = performance.now() + REVOKED_MS_MAX
  for (;;) {
    const { status } = await call({ base, key: key.secret, protocol: 'openai' })
    if (status === 401) return
    if (performance.now() > until) return context.fail(`a revoked key is answered ${status}`)
  }
}

/** The search sees each key in what it was told in, or it proves nothing. */
function expectSeen(context: CheckContext, minted: readonly Minted[]): void {
  for (const key of minted) {
    const search = new PlaceSearch(patternsOfSecret(key))
    search.text('planted', JSON.stringify(key))
    context.expect(search.found.length > 0, 'blind: a planted key was not found')
  }
}
