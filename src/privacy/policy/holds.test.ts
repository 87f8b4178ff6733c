// Guarantee: no call ever goes to a provider before the day of a version that lists it as it is, whatever is changed, when, and back.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from '../../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts'
import { holdsOf, readListings } from './holds.ts'
import { noticeDaysOf } from './notice-days.ts'
import { hoursOf, labelOf, labelsOf, type ProviderLabel, worseParts } from './provider-label.ts'
import type { UpstreamInUse } from './subprocessor.ts'
import { publishPolicy, readVersions } from './versions.ts'

let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
})
after(() => kit.drop())

const DAY_MS = 86_400_000
const NOTICE_MS = noticeDaysOf('policy') * DAY_MS
const START = Date.parse('2031-01-01T00:00:00Z')
const SHOWN = { evidence: 'https://provider.test/privacy', checked: '2030-12-01' }

const upstream = (id: string, privacy: UpstreamInUse['privacy'] = {}, more: Partial<UpstreamInUse> = {}): UpstreamInUse => ({
  ...{ id, host: `${id}.test`, placement: 'third_party' },
  privacy: { ...privacy, ...(privacy.retention === undefined && privacy.training === undefined ? {} : SHOWN) },
  ...more,
})

/** Publishes what there is, as a start of control or a change of the catalogue does. */
async function publish(inUse: readonly UpstreamInUse[], now: number): Promise<void> {
  const recipients = inUse.filter(({ placement }) => placement === 'third_party').map(({ id }) => id)
  const draft = {
    claims: [],
    recipients,
    providers: labelsOf(inUse),
    profile: 'strict',
    firstDay: '2031-01-01',
    print: () => 'text',
  } as const
  await publishPolicy(kit.appDatabase, draft, now)
}

const heldNow = async (inUse: readonly UpstreamInUse[], now: number) => holdsOf(inUse, await readListings(kit.appDatabase), now)

async function clear(): Promise<void> {
  await kit.ownerDatabase.query(sql`alter table farebox.policy_version disable trigger user`)
  await kit.ownerDatabase.query(sql`delete from farebox.policy_seen`)
  await kit.ownerDatabase.query(sql`delete from farebox.policy_version`)
  await kit.ownerDatabase.query(sql`alter table farebox.policy_version enable trigger user`)
  await kit.ownerDatabase.query(sql`delete from farebox.account`)
}

const signUp = (): Promise<unknown> =>
  kit.ownerDatabase.query(sql`insert into farebox.account (id) values ('00000000-0000-4000-8000-000000000001')`)

const PRIVACY = fc.constantFrom<UpstreamInUse['privacy']>(
  {},
  { country: 'US' },
  { country: 'US', retention: '30 days', training: 'no' },
  { country: 'US', retention: 'none', training: 'no' },
  { country: 'DE', retention: 'as it likes', training: 'yes' },
)
const STEP = fc.record({
  days: fc.integer({ min: 0, max: 30 }),
  inUse: fc.dictionary(fc.constantFrom('north', 'south'), PRIVACY, { minKeys: 1, maxKeys: 2 }),
})

/** Whether customers were told of a provider as it is, or as something worse, the length of a notice ago. */
function wasAnnounced(
  label: ProviderLabel,
  printed: readonly { readonly at: number; readonly labels: readonly ProviderLabel[] }[],
  now: number,
): boolean {
  return printed.some(({ at, labels }) => at <= now - NOTICE_MS && labels.some((said) => worseParts(said, label).length === 0))
}

type Held = { readonly label: ProviderLabel; readonly upstreams: readonly UpstreamInUse[]; readonly now: number }

/** A provider that is held has a day: it is held up to then and not from then on. */
async function assertFreeOn(until: number | undefined, { label, upstreams, now }: Held): Promise<void> {
  assert.ok(until !== undefined && until > now, `${label.name} is held and has no day`)
  const isHeldAt = async (at: number): Promise<boolean> => (await heldNow(upstreams, at)).some((one) => one.label.name === label.name)
  assert.deepEqual([await isHeldAt(until - 1), await isHeldAt(until)], [true, false], `${label.name} is held up to its day`)
}

type Judged = Held & { readonly printed: Parameters<typeof wasAnnounced>[1]; readonly isPublished: boolean }

/** Who is called was announced; who is held, once that is published, has a day. */
async function judge(hold: { readonly until: number | undefined } | undefined, judged: Judged): Promise<void> {
  const { label, printed, now, isPublished } = judged
  if (hold === undefined)
    assert.ok(wasAnnounced(label, printed, now), `${JSON.stringify(label)} is called on day ${(now - START) / DAY_MS}`)
  else if (isPublished) await assertFreeOn(hold.until, judged)
}

test('whatever comes, goes and changes, who is called was announced as it is for the length of a notice, or was there at the start', async () => {
  const seed = randomInt(2 ** 31)
  let called = 0
  let held = 0
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { minLength: 1, maxLength: 8 }), async (steps) => {
      await clear()
      const atStart = [upstream('north', { country: 'US', retention: '30 days', training: 'no' })]
      await publish(atStart, START)
      await signUp()
      const printed = [{ at: START - NOTICE_MS, labels: labelsOf(atStart) }]
      let now = START
      for (const { days, inUse } of steps) {
        now += days * DAY_MS
        const upstreams = Object.entries(inUse).map(([id, privacy]) => upstream(id, privacy))
        // A change is live before it is published: nothing may hang on which is first.
        for (const isPublished of [false, true]) {
          if (isPublished) {
            await publish(upstreams, now)
            printed.push({ at: now, labels: labelsOf(upstreams) })
          }
          const holds = await heldNow(upstreams, now)
          for (const label of labelsOf(upstreams)) {
            const hold = holds.find((one) => one.label.name === label.name)
            called += hold === undefined ? 1 : 0
            held += hold !== undefined && isPublished ? 1 : 0
            await judge(hold, { label, upstreams, now, printed, isPublished })
          }
        }
      }
    }),
    { numRuns: 40, seed },
  )
  assert.ok(called > 20 && held > 20, `blind: ${called} called, ${held} held, seed ${seed}`)
})

test('while nobody has signed up nothing is held, and who signs up later finds it on the list', async () => {
  await clear()
  await publish([upstream('north')], START)
  const later = [upstream('north'), upstream('south', { country: 'CN', training: 'yes' })]
  assert.deepEqual(
    (await heldNow(later, START + 1)).map(({ label }) => label.name),
    ['south'],
  )
  await publish(later, START + 1)
  assert.deepEqual(await heldNow(later, START + 1), [])
  await signUp()
  assert.deepEqual(await heldNow(later, START + 2), [])
  const more = [...later, upstream('east')]
  await publish(more, START + 2)
  const [hold] = await heldNow(more, START + 2)
  assert.deepEqual([hold?.label.name, hold?.until, hold?.worse], ['east', START + 2 + NOTICE_MS, []])
})

test('own machines, and what is called on this one, are never held', async () => {
  await clear()
  await publish([], START)
  await signUp()
  const own = [
    upstream('cellar', {}, { placement: 'local' }),
    upstream('proxy', {}, { host: '127.0.0.1:4000' }),
    upstream('six', {}, { host: '[::1]:4000' }),
    upstream('name', {}, { host: 'localhost' }),
  ]
  assert.deepEqual(await heldNow(own, START), [])
  assert.equal((await heldNow([upstream('far', {}, { host: '127.0.0.1.far.test' })], START)).length, 1)
})

test('who was taken out for a while comes back at once, a name more for the same host is no other provider, and another host is', async () => {
  await clear()
  const north = upstream('north', { country: 'US', retention: 'none', training: 'no' })
  await publish([north], START)
  await signUp()
  await publish([], START + DAY_MS)
  await publish([north], START + 2 * DAY_MS)
  assert.deepEqual(await heldNow([north], START + 2 * DAY_MS), [])
  assert.equal((await readVersions(kit.appDatabase)).at(-1)?.isSignificant, false)
  const twin = { ...north, id: 'north-2' }
  assert.deepEqual(await heldNow([north, twin], START + 3 * DAY_MS), [])
  const [moved] = await heldNow([{ ...north, host: 'elsewhere.test' }], START + 3 * DAY_MS)
  assert.deepEqual(moved?.worse, ['host'])
})

test('which of two labels is worse', () => {
  const label = (privacy: UpstreamInUse['privacy']): ProviderLabel => labelOf(upstream('a', privacy)) ?? assert.fail()
  const worse = (before: UpstreamInUse['privacy'], now: UpstreamInUse['privacy']) => worseParts(label(before), label(now)).join()
  assert.equal(worse({}, { country: 'US', retention: '5 years', training: 'no' }), '')
  assert.equal(worse({}, { training: 'yes' }), 'training')
  assert.equal(worse({ training: 'no' }, {}), 'training')
  assert.equal(worse({ country: 'US' }, { country: 'DE' }), 'country')
  assert.equal(worse({ country: 'US' }, {}), 'country')
  assert.equal(worse({ retention: '30 days' }, { retention: '1 week' }), '')
  assert.equal(worse({ retention: '30 days' }, { retention: '1 month' }), 'retention')
  assert.equal(worse({ retention: 'none' }, { retention: 'until asked' }), 'retention')
  assert.equal(worse({ retention: 'until asked' }, { retention: 'none' }), 'retention')
  assert.deepEqual(['none', '0', '24 hours', '1 year', 'a while'].map(hoursOf), [0, 0, 24, 8784, undefined])
})

test('a database from before labels were kept holds nobody whom its version names, and labels are told from then on', async () => {
  await clear()
  const north = upstream('north', { country: 'US' })
  await publish([north], START)
  await signUp()
  await kit.ownerDatabase.query(sql`alter table farebox.policy_version disable trigger user`)
  await kit.ownerDatabase.query(sql`update farebox.policy_version set providers = null`)
  await kit.ownerDatabase.query(sql`alter table farebox.policy_version enable trigger user`)
  assert.deepEqual(await heldNow([north], START + 1), [])
  assert.equal((await heldNow([north, upstream('south')], START + 1)).length, 1)
  await publish([north], START + 1)
  const [, told] = await readVersions(kit.appDatabase)
  assert.deepEqual([told?.isSignificant, told?.effectiveAt, told?.providers?.[0]?.country], [false, START + 1, 'US'])
})
