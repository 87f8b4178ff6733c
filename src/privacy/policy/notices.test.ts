// Guarantee: everybody who was there hears once, and the length of a notice ahead, which provider is to come and how it handles texts.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from '../../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts'
import { comingProviders, providersLine } from './coming-providers.ts'
import { noticeDaysOf } from './notice-days.ts'
import { type PolicyLetter, putOffUntold, queueNotices, sendNotices } from './notices.ts'
import type { ProviderLabel } from './provider-label.ts'
import { publishPolicy, readVersions } from './versions.ts'

let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
})
after(() => kit.drop())

const DAY_MS = 86_400_000
const START = Date.parse('2031-01-01T00:00:00Z')
const ACCOUNTS = 12
const NORTH: ProviderLabel = { name: 'north', host: 'north.test', country: 'US' }
const SOUTH: ProviderLabel = { name: 'south', host: 'south.test', country: 'IE', retention: '30 days', training: 'no' }

const publish = (providers: readonly ProviderLabel[], now: number) =>
  publishPolicy(
    kit.appDatabase,
    {
      ...{ claims: [], recipients: providers.map(({ name }) => name), providers, profile: 'strict', firstDay: '2031-01-01' },
      print: () => 'text',
    },
    now,
  )

test('letters get lost, two send at once: each account is told once of the provider that comes, and the version waits for the last of them', async () => {
  const seed = randomInt(2 ** 31)
  await publish([NORTH], START)
  for (let index = 0; index < ACCOUNTS; index += 1) {
    await kit.ownerDatabase.query(sql`
      insert into farebox.account (id, email_sealed, email_lookup)
      values (gen_random_uuid(), decode('00', 'hex'), decode(md5(${`${index}`}) || md5(${`${index}`}), 'hex'))`)
  }
  await kit.ownerDatabase.query(sql`delete from farebox.policy_seen`)
  await publish([NORTH, SOUTH], START + DAY_MS)
  const letters: PolicyLetter[] = []
  let toll = seed
  const mailer = {
    send: async (letter: PolicyLetter): Promise<void> => {
      toll = (toll * 48_271) % 2_147_483_647
      if (toll % 3 === 0) throw new Error('lost')
      letters.push(letter)
    },
  }
  let now = START + DAY_MS
  for (let round = 0; round < 60 && letters.length < ACCOUNTS; round += 1) {
    now += DAY_MS
    await queueNotices(kit.appDatabase, now)
    await Promise.all([sendNotices(kit.appDatabase, mailer, now), sendNotices(kit.appDatabase, mailer, now)])
    await putOffUntold(kit.appDatabase, now)
  }
  assert.equal(letters.length, ACCOUNTS, `seed ${seed}`)
  assert.equal(new Set(letters.map(({ accountId }) => accountId)).size, ACCOUNTS, `seed ${seed}`)
  for (const { coming, version } of letters) assert.deepEqual([version, coming], [2, [SOUTH]])
  const effect = (await readVersions(kit.appDatabase)).at(-1)?.effectiveAt ?? 0
  assert.ok(effect >= now + noticeDaysOf('policy') * DAY_MS, `seed ${seed}`)
  assert.equal(await sendNotices(kit.appDatabase, mailer, now + DAY_MS), 0)
})

test('who is to come is who was not listed as it will be', () => {
  const said = { recipients: ['north'], providers: [NORTH] }
  const worse = { ...NORTH, training: 'yes' as const }
  assert.deepEqual(comingProviders(said, { recipients: ['north', 'south'], providers: [NORTH, SOUTH] }), [SOUTH])
  assert.deepEqual(comingProviders(said, { recipients: ['north'], providers: [worse] }), [worse])
  assert.deepEqual(comingProviders(said, said), [])
  assert.deepEqual(comingProviders(undefined, said), [])
})

test('a line names host, country, how long texts are kept and training, in each language, and always fits a letter', () => {
  assert.equal(providersLine([SOUTH], 'en'), 'south (south.test): Ireland, keeps texts: 30 days, does not train on them')
  assert.equal(providersLine([SOUTH], 'zh'), 'south（south.test）：爱尔兰，文本保留：30 days，不用于训练')
  assert.equal(
    providersLine([{ name: 'x', host: 'x.test' }], 'en'),
    'x (x.test): country unknown, keeps texts: unknown, training on them: unknown',
  )
  const label = fc.record({ name: fc.string({ minLength: 1, maxLength: 64 }), host: fc.string({ minLength: 1, maxLength: 300 }) })
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 20 }), fc.constantFrom('en' as const, 'zh' as const), (labels, language) => {
      const line = providersLine(labels, language)
      assert.ok(line.length > 0 && line.length <= 500 && !/\p{Cc}/u.test(line), line)
    }),
    { seed: randomInt(2 ** 31) },
  )
})

test('a member of teams is told once, by their own address, whether their teams have one or not', async () => {
  const now = START + 400 * DAY_MS
  const account = async (hasAddress: boolean): Promise<string> => {
    const [row] = await kit.ownerDatabase.query<{ id: string }>(sql`
      insert into farebox.account (id, email_sealed) values (gen_random_uuid(), ${hasAddress ? Buffer.from('x') : null}) returning id`)
    return row?.id ?? ''
  }
  const [own, team, numbered] = [await account(true), await account(true), await account(false)]
  await kit.ownerDatabase.query(sql`
    with made as (insert into farebox.person (id, account_id, created_at) values (gen_random_uuid(), ${own}, now()) returning id)
    insert into farebox.account_member (account_id, person_id, role, created_at)
    select team::uuid, id, 'viewer', now() from made, unnest(${[own, team, numbered]}::text[]) as team`)
  await publish([NORTH, SOUTH, { name: 'east', host: 'east.test' }], now + DAY_MS)
  const told: string[] = []
  const mailer = { send: async ({ accountId }: PolicyLetter): Promise<void> => void told.push(accountId) }
  for (let round = 0; round < 5; round += 1) {
    await queueNotices(kit.appDatabase, now + 2 * DAY_MS)
    await sendNotices(kit.appDatabase, mailer, now + 2 * DAY_MS)
  }
  const times = (id: string): number => told.filter((one) => one === id).length
  assert.deepEqual([times(own), times(team), times(numbered)], [1, 1, 0])
})
