// Guarantee: who belongs to an account is who its owners and admins invited, once for each code; an account keeps its owner; a member's keys spend within
// their cap and end with them; nobody acts for an account that they do not belong to.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { PUBLIC_URL } from '../../checks/security/identity-world.ts'
import { openTeamWorld, type SignedInPerson, type TeamWorld } from '../../checks/security/team-world.ts'
import { sql } from '../db/index.ts'
import { findKeyByHash, hashKey } from '../keys/index.ts'
import { SPEND_WINDOWS } from '../spec/index.ts'

let world: TeamWorld
before(async () => {
  world = await openTeamWorld()
})
after(() => world.close())

const USD = 1_000_000_000n
const codeOf = ({ json }: { readonly json: { readonly error?: { readonly code?: string } } }) => json.error?.code
const acting = (person: SignedInPerson, owner: SignedInPerson): SignedInPerson => ({ ...person, acting: owner.accountId })
const foundKey = (apiKey: string) => findKeyByHash(world.database, hashKey(apiKey))
const accept = (person: SignedInPerson, code: string) => world.as(person, 'POST /api/auth/invitations/accept', { body: { code } })
async function join(owner: SignedInPerson, role: string): Promise<SignedInPerson> {
  const person = await world.newPerson()
  const made = await world.as(owner, 'POST /api/team/invitations', { body: { role } })
  assert.equal(made.status, 201, made.text)
  assert.equal((await accept(person, made.json.data.code)).status, 200)
  return acting(person, owner)
}
const newKey = async (person: SignedInPerson): Promise<string> =>
  (await world.as(person, 'POST /api/keys/credit', { body: { name: 'k' } })).json.data.apiKey

const newManager = async (person: SignedInPerson): Promise<string> =>
  (await world.as(person, 'POST /api/keys/management', { body: { name: 'm' } })).json.data.apiKey

test('a letter invites, is worth one membership however many try, and not after a week', async () => {
  const [owner, one, two] = [await world.newPerson(), await world.newPerson(), await world.newPerson()]
  const body = { email: 'friend@example.com', role: 'developer' }
  const call = { body, headers: { 'idempotency-key': 'once' } }
  const made = await Promise.all([1, 2, 3].map(() => world.as(owner, 'POST /api/team/invitations', call)))
  assert.equal(new Set(made.map(({ json }) => json.data.id)).size, 1)
  assert.equal(made[0]?.json.data.code, null)
  const mail = (await world.lastMail('team-invitation')) ?? assert.fail('no letter')
  assert.deepEqual([mail.to, mail.fields['from'], mail.fields['role']], ['friend@example.com', owner.email, 'developer'])
  const code = /#invitation=(fbt_[\w-]{43})$/.exec(mail.fields['link'] ?? '')?.[1] ?? assert.fail(mail.fields['link'])
  const listed = await world.as(owner, 'GET /api/team/invitations')
  assert.equal(listed.json.data[0].email, 'friend@example.com')
  assert.ok(!listed.text.includes(code))
  const look = await world.as(one, 'POST /api/auth/invitations/look', { body: { code } })
  const { expires_at: expiresAt, ...told } = look.json
  assert.deepEqual(told, {
    ...{ account_id: owner.accountId, from: owner.email, team: null, invited_by: owner.email, role: 'developer' },
    ...{ is_for_another: true, is_member: false },
  })
  assert.equal(Date.parse(expiresAt), world.clock.at + 7 * 86_400_000)
  assert.equal(codeOf(await world.as(undefined, 'POST /api/auth/invitations/look', { body: { code } })), 'signed_out')
  const tries = await Promise.all([accept(one, code), accept(two, code)])
  assert.deepEqual(
    tries.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 404],
  )
  assert.equal((await world.as(owner, 'GET /api/team/members')).json.data.length, 2)
  const late = (await world.as(owner, 'POST /api/team/invitations', { body: { role: 'viewer' } })).json.data.code
  world.clock.at += 7 * 86_400_000 + 1
  const back = await world.signIn(two)
  assert.equal(codeOf(await accept(back, late)), 'invitation_invalid')
})

test('a team has a name that its owners and admins give it, in the profile, the invitation and its letter, and nowhere readable', async () => {
  const owner = await world.newPerson()
  const [admin, viewer, guest] = [await join(owner, 'admin'), await join(owner, 'viewer'), await world.newPerson()]
  const called = async (person: SignedInPerson) => (await world.as(person, 'GET /api/team')).json.data.name
  const name = (person: SignedInPerson, body: object) => world.as(person, 'PUT /api/team', { body })
  assert.equal(await called(owner), null)
  assert.equal(codeOf(await name(viewer, { name: 'Mine' })), 'member_role')
  for (const wrong of ['', 'a'.repeat(41), 'see evil.com', 'x@y.co', 'two\nlines', 7])
    assert.equal(codeOf(await name(owner, { name: wrong })), 'invalid_field', String(wrong))
  assert.equal((await name(owner, { name: 'First' })).status, 200)
  assert.equal((await name(admin, { name: ' Night shift 夜班 ' })).json.data.name, 'Night shift 夜班')
  assert.deepEqual([await called(viewer), await called(guest)], ['Night shift 夜班', null])
  const { accounts } = (await world.as(viewer, 'GET /api/auth/me')).json
  const of = accounts.find(({ id }: { id: string }) => id === owner.accountId)
  assert.deepEqual([of.team, of.name], ['Night shift 夜班', owner.email])
  await world.as(owner, 'POST /api/team/invitations', { body: { email: 'named@example.com', role: 'viewer' } })
  const mail = (await world.lastMail('team-invitation')) ?? assert.fail('no letter')
  assert.deepEqual([mail.to, mail.fields['team'], mail.fields['from']], ['named@example.com', 'Night shift 夜班', owner.email])
  const code = /#invitation=(.+)$/.exec(mail.fields['link'] ?? '')?.[1]
  assert.equal((await world.as(guest, 'POST /api/auth/invitations/look', { body: { code } })).json.team, 'Night shift 夜班')
  const kept = await world.database.query<{ text: string }>(sql`select encode(name_sealed, 'escape') as text from team_name`)
  assert.ok(kept.length === 1 && !kept[0]?.text.includes('Night'))
  await name(owner, { name: null })
  assert.equal(await called(viewer), null)
})

test('what is withdrawn, made up or of a member already makes nobody a member', async () => {
  const [owner, stranger] = [await world.newPerson(), await world.newPerson()]
  const { id, code } = (await world.as(owner, 'POST /api/team/invitations', { body: { role: 'admin' } })).json.data
  assert.equal(codeOf(await world.as(stranger, `DELETE /api/team/invitations/${id}`)), 'invitation_unknown')
  assert.equal(codeOf(await accept(owner, code)), 'member_exists')
  assert.equal((await world.as(owner, `DELETE /api/team/invitations/${id}`)).status, 200)
  for (const wrong of [code, `${code}x`, 'fbt_']) assert.equal(codeOf(await accept(stranger, wrong)), 'invitation_invalid')
  assert.equal(codeOf(await world.as(acting(stranger, owner), 'GET /api/account')), 'account_unknown')
})

test('who is invited can say no, and the code is worth nothing from then on', async () => {
  const [owner, guest] = [await world.newPerson(), await world.newPerson()]
  const invite = async (body: object) => (await world.as(owner, 'POST /api/team/invitations', { body })).json.data
  const { id, code } = await invite({ role: 'viewer' })
  const decline = (person: SignedInPerson | undefined) => world.as(person, 'POST /api/auth/invitations/decline', { body: { code } })
  assert.equal(codeOf(await decline(undefined)), 'signed_out')
  assert.deepEqual((await decline(guest)).json, { declined: true })
  for (const again of [await decline(guest), await accept(guest, code)]) assert.equal(codeOf(again), 'invitation_invalid')
  const open = (await world.as(owner, 'GET /api/team/invitations')).json.data as readonly { readonly id: string }[]
  assert.ok(open.every((one) => one.id !== id))
  await invite({ role: 'viewer', email: guest.email.toUpperCase() })
  const mailed = /#invitation=(.*)$/.exec((await world.lastMail('team-invitation'))?.fields['link'] ?? '')?.[1]
  const look = await world.as(guest, 'POST /api/auth/invitations/look', { body: { code: mailed } })
  assert.deepEqual([look.json.is_for_another, look.json.is_member], [false, false])
})

test('who has no account yet brings the invitation along through the letter of the sign-up', async () => {
  const owner = await world.newPerson()
  const { code } = (await world.as(owner, 'POST /api/team/invitations', { body: { role: 'viewer' } })).json.data
  const signUp = (invitation: string, from = '23456789AB') =>
    world.as(undefined, 'POST /api/auth/sign-up', { body: { email: 'newcomer@example.com', invitation, from } })
  assert.equal(codeOf(await signUp('https://elsewhere.example')), 'invalid_field')
  assert.equal(codeOf(await signUp(code, 'o#&token=x')), 'invalid_field')
  assert.equal((await signUp(code)).status, 202)
  const { link = '' } = (await world.lastMail('sign-up-link'))?.fields ?? {}
  const fields = new URLSearchParams(new URL(link).hash.slice(1))
  assert.deepEqual([fields.get('invitation'), fields.get('from')], [code, '23456789AB'])
})

test('whoever is in several accounts is told which they are, and as whom they act', async () => {
  const [owner, stranger] = [await world.newPerson(), await world.newPerson()]
  const developer = await join(owner, 'developer')
  const me = async (person: SignedInPerson) => (await world.as(person, 'GET /api/auth/me')).json
  const both = [
    { id: developer.accountId, role: 'owner', name: developer.email, sign_on: null, team: null },
    { id: owner.accountId, role: 'developer', name: owner.email, sign_on: null, team: null },
  ]
  const acted = await me(developer)
  assert.deepEqual([acted.account, acted.accounts], [{ id: owner.accountId, role: 'developer' }, both])
  assert.equal((await me(acting(stranger, owner))).error.code, 'account_unknown')
})

test('a link acts for the account that its address names, and nothing that changes anything does', async () => {
  const [owner, stranger] = [await world.newPerson(), await world.newPerson()]
  const { acting: team = '', ...viewer } = await join(owner, 'viewer')
  const month = new Date(world.clock.at).toISOString().slice(0, 7)
  const linked = (person: SignedInPerson, account: string) =>
    world.as(person, `GET /api/statements/${month}.json?farebox-account=${account}&lang=en`)
  assert.equal((await linked(viewer, team)).json.account_id, owner.accountId)
  assert.equal((await linked(viewer, viewer.accountId)).json.account_id, viewer.accountId)
  assert.equal(codeOf(await linked(stranger, team)), 'account_unknown')
  const made = await world.as(viewer, `POST /api/keys/credit?farebox-account=${team}`, { body: { name: 'own' } })
  assert.deepEqual([made.status, (await foundKey(made.json.data.apiKey))?.accountId], [201, viewer.accountId])
})

test('admins have nothing to do with owners, and an account keeps who opened it', async () => {
  const owner = await world.newPerson()
  const [admin, second] = [await join(owner, 'admin'), await join(owner, 'owner')]
  const change = (who: SignedInPerson, whom: SignedInPerson, role: string) =>
    world.as(who, `PATCH /api/team/members/${whom.personId}`, { body: { role } })
  assert.equal(codeOf(await world.as(admin, 'POST /api/team/invitations', { body: { role: 'owner' } })), 'member_role')
  for (const [who, whom, role] of [
    [admin, admin, 'owner'],
    [admin, second, 'viewer'],
  ] as const)
    assert.equal(codeOf(await change(who, whom, role)), 'member_role')
  assert.equal(codeOf(await world.as(admin, `DELETE /api/team/members/${second.personId}`)), 'member_role')
  assert.equal(codeOf(await change(second, owner, 'viewer')), 'owner_stays')
  assert.equal(codeOf(await world.as(second, `DELETE /api/team/members/${owner.personId}`)), 'owner_stays')
  assert.equal(codeOf(await world.as(owner, 'POST /api/team/leave')), 'owner_stays')
  assert.equal((await change(owner, second, 'viewer')).json.data.role, 'viewer')
  assert.equal(codeOf(await world.as(second, 'POST /api/keys/credit', { body: { name: 'k' } })), 'member_role')
  assert.equal((await world.as(second, 'POST /api/team/leave')).status, 200)
  assert.equal(codeOf(await world.as(second, 'GET /api/account')), 'account_unknown')
})

test('who invited and the owners are told by letter and on their lists that somebody joined, and nobody else is', async () => {
  const owner = await world.newPerson()
  const [admin, viewer] = [await join(owner, 'admin'), await join(owner, 'viewer')]
  await world.as(owner, 'PUT /api/team', { body: { name: 'Night shift' } })
  const noted = async (person: SignedInPerson) =>
    (await world.as({ ...person, acting: person.accountId }, 'GET /api/auth/sign-in-changes')).json.data.filter(
      ({ what }: { readonly what: string }) => what === 'member-joined',
    ).length
  const before = await noted(owner)
  await join({ ...admin, acting: owner.accountId }, 'developer')
  const letter = (await world.lastMail('member-joined')) ?? assert.fail('no letter')
  assert.deepEqual(letter.fields, { team: 'Night shift', role: 'developer', link: `${PUBLIC_URL}/dashboard/team` })
  assert.ok([owner.email, admin.email].includes(letter.to))
  assert.deepEqual([(await noted(owner)) - before, await noted(admin), await noted(viewer)], [1, 1, 0])
  const { code } = (await world.as(owner, 'POST /api/team/invitations', { body: { role: 'owner' } })).json.data
  const second = await world.newPerson()
  assert.equal((await accept(second, code)).status, 200)
  assert.deepEqual([(await noted(owner)) - before, await noted(admin), await noted(second)], [2, 1, 0])
})

test('whoever is in a session invites nobody and raises no role without a new proof, and a lesser role needs none', async () => {
  const owner = await world.newPerson()
  const [admin, developer, viewer] = [await join(owner, 'admin'), await join(owner, 'developer'), await join(owner, 'viewer')]
  const invite = (role: string) => world.as(owner, 'POST /api/team/invitations', { body: { role } })
  const change = (whom: SignedInPerson, role: string) => world.as(owner, `PATCH /api/team/members/${whom.personId}`, { body: { role } })
  world.clock.at += 11 * 60_000
  for (const role of ['viewer', 'admin', 'owner']) assert.equal(codeOf(await invite(role)), 'not_fresh', role)
  for (const [whom, role] of [
    [viewer, 'billing'],
    [developer, 'billing'],
    [developer, 'admin'],
    [admin, 'owner'],
  ] as const)
    assert.equal(codeOf(await change(whom, role)), 'not_fresh', role)
  assert.deepEqual((await world.as(owner, 'GET /api/team/invitations')).json.data, [])
  assert.equal((await change(admin, 'viewer')).json.data.role, 'viewer')
  const proof = await world.as(owner, 'POST /api/auth/proof', { body: { password: 'a long enough password' } })
  const proven = { ...owner, cookie: (proof.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
  const raise = { body: { role: 'admin' } }
  assert.equal((await world.as(proven, `PATCH /api/team/members/${admin.personId}`, raise)).json.data.role, 'admin')
  assert.equal((await world.as(proven, 'POST /api/team/invitations', raise)).status, 201)
})

test('a management key makes nobody owner or admin, neither by inviting nor by another role', async () => {
  const owner = await world.newPerson()
  const [viewer, key] = [await join(owner, 'viewer'), await newManager(owner)]
  const path = `PATCH /api/team/members/${viewer.personId}`
  for (const role of ['owner', 'admin']) {
    assert.equal(codeOf(await world.byKey(key, 'POST /api/team/invitations', { role })), 'person_needed', role)
    assert.equal(codeOf(await world.byKey(key, path, { role })), 'person_needed', role)
  }
  for (const role of ['developer', 'billing', 'viewer']) {
    assert.equal((await world.byKey(key, 'POST /api/team/invitations', { role })).status, 201, role)
    assert.equal((await world.byKey(key, path, { role })).json.data.role, role)
  }
})

test("a member's cap bounds the keys they made before and make after, and they make none beside it", async () => {
  const owner = await world.newPerson()
  const developer = await join(owner, 'developer')
  const before = await newKey(developer)
  const own = await newKey(owner)
  const path = `PATCH /api/team/members/${developer.personId}`
  const changed = await world.as(owner, path, { body: { cap: { amount: '5.00', window: 'week' } } })
  const { resetsAt, ...cap } = changed.json.data.cap
  assert.deepEqual(cap, { amount: '5.00', window: 'week', spent: '0.00' })
  assert.ok(Date.parse(resetsAt) > world.clock.at && new Date(resetsAt).getUTCDay() === 1, resetsAt)
  const keys = [before, await newKey(developer), (await world.as(developer, 'POST /api/keys/temporary')).json.data.apiKey]
  const groups = await Promise.all(keys.map(async (key) => (await foundKey(key))?.spending?.find(({ owner: of }) => of === 'group')))
  assert.equal(new Set(groups.map((group) => group?.subjectId)).size, 1)
  for (const group of groups) assert.deepEqual([group?.limit, group?.window], [5n * USD, 'week'])
  await world.kit.ownerDatabase.query(sql`
    insert into spend_window (subject_id, kind, starts_at, account_id, cap, granted, spent)
    values (${groups[0]?.subjectId ?? ''}::uuid, ${SPEND_WINDOWS.indexOf('week')}, ${new Date(Date.parse(resetsAt) - 7 * 86_400_000)},
      ${owner.accountId}::uuid, ${5n * USD}::bigint, ${USD}::bigint, ${USD}::bigint)`)
  const listed = (await world.as(owner, 'GET /api/team/members')).json.data as readonly {
    readonly id: string
    readonly cap: { readonly spent: string }
  }[]
  assert.equal(listed.find(({ id }) => id === developer.personId)?.cap.spent, '1.00')
  assert.equal((await foundKey(own))?.spending, undefined)
  assert.equal(codeOf(await world.as(developer, path, { body: { cap: null } })), 'member_role')
  assert.equal((await world.as(owner, path, { body: { cap: null } })).json.data.cap, null)
  assert.equal((await foundKey(before))?.spending, undefined)
})

test('the keys of who is removed end at once, or stay where that is asked for', async () => {
  const owner = await world.newPerson()
  const [one, two] = [await join(owner, 'developer'), await join(owner, 'developer')]
  const [gone, kept, home] = [await newKey(one), await newKey(two), await newKey({ ...one, acting: one.accountId })]
  const short = (await world.as(two, 'POST /api/keys/temporary')).json.data.apiKey
  assert.equal((await world.as(owner, `DELETE /api/team/members/${one.personId}`)).json.data.keysEnded, 1)
  assert.equal((await world.as(owner, `DELETE /api/team/members/${two.personId}?keep_keys=true`)).json.data.keysEnded, 1)
  assert.deepEqual(await Promise.all([gone, short, kept, home].map(async (key) => (await foundKey(key)) !== undefined)), [
    false,
    false,
    true,
    true,
  ])
})

test('who is erased leaves no membership, no invitation and no maker of a key; the team and the keys that call stay', async () => {
  const owner = await world.newPerson()
  const admin = await join(owner, 'admin')
  const key = await newKey(admin)
  await world.as(admin, `PATCH /api/team/members/${admin.personId}`, { body: { cap: { amount: '1.00', window: 'day' } } })
  await world.as(admin, 'POST /api/team/invitations', { body: { role: 'viewer', email: 'x@example.com' } })
  const manages = await newManager(admin)
  await world.rights.erase({ accountId: admin.accountId, email: admin.email, giveUp: 0n, cause: 'customer' })
  assert.deepEqual(
    (await world.as(owner, 'GET /api/team/members')).json.data.map(({ id }: { id: string }) => id),
    [owner.personId],
  )
  assert.deepEqual((await world.as(owner, 'GET /api/team/invitations')).json.data, [])
  assert.equal((await world.byKey(manages, 'GET /api/team/members')).status, 401)
  assert.equal((await foundKey(key))?.spending?.[0]?.limit, USD)
  assert.deepEqual((await world.as(owner, 'GET /api/end-users')).json.error?.code ?? 'none', 'not_offered')
  assert.equal((await world.as(owner, 'GET /api/keys')).json.data[0].madeBy, null)
})

for (const [how, end] of [
  ['is removed', (owner: SignedInPerson, id: string) => world.as(owner, `DELETE /api/team/members/${id}?keep_keys=true`)],
  [
    'becomes a developer',
    (owner: SignedInPerson, id: string) => world.as(owner, `PATCH /api/team/members/${id}`, { body: { role: 'developer' } }),
  ],
] as const)
  test(`an admin who ${how} comes back by nothing that they made: no management key, no key of such a key, no invitation of either`, async () => {
    const owner = await world.newPerson()
    const [admin, home] = [await join(owner, 'admin'), await newManager(owner)]
    const invite = { body: { role: 'admin' } }
    const first = await newManager(admin)
    const second = (await world.byKey(first, 'POST /api/keys/management', { name: 'second' })).json.data.apiKey
    const codes = [
      (await world.as(admin, 'POST /api/team/invitations', invite)).json.data.code,
      (await world.byKey(second, 'POST /api/team/invitations', { role: 'developer' })).json.data.code,
    ]
    const kept = (await world.as(owner, 'POST /api/team/invitations', invite)).json.data.code
    for (const key of [first, second, home]) assert.equal((await world.byKey(key, 'GET /api/team/members')).status, 200)
    assert.equal((await end(owner, admin.personId)).status, 200)
    for (const key of [first, second]) assert.equal(codeOf(await world.byKey(key, 'GET /api/team/members')), 'management_key_invalid')
    const stranger = await world.newPerson()
    for (const code of codes) assert.equal((await accept(stranger, code)).status, 404)
    assert.equal((await accept(stranger, kept)).status, 200)
    assert.equal((await world.byKey(home, 'GET /api/team/members')).status, 200)
  })

test('an owner who becomes an admin makes no owner any more, also by no invitation of before', async () => {
  const owner = await world.newPerson()
  const second = await join(owner, 'owner')
  const invite = async (role: string) => (await world.as(second, 'POST /api/team/invitations', { body: { role } })).json.data.code
  const [asOwner, asAdmin] = [await invite('owner'), await invite('admin')]
  assert.equal((await world.as(owner, `PATCH /api/team/members/${second.personId}`, { body: { role: 'admin' } })).status, 200)
  const stranger = await world.newPerson()
  assert.equal((await accept(stranger, asOwner)).status, 404)
  assert.equal((await accept(stranger, asAdmin)).status, 200)
})

test('who is given a lesser role while they raise somebody raises nobody', async () => {
  const owner = await world.newPerson()
  const [admin, viewer] = [await join(owner, 'admin'), await join(owner, 'viewer')]
  const roleOf = async ({ personId }: SignedInPerson) =>
    (await world.as(owner, 'GET /api/team/members')).json.data.find(({ id }: { id: string }) => id === personId)?.role
  const patch = (by: SignedInPerson, { personId }: SignedInPerson, role: string) =>
    world.as(by, `PATCH /api/team/members/${personId}`, { body: { role } })
  const [demotion, raise] = await world.database.transaction(async (tx) => {
    await tx.query(sql`select from account where id = ${owner.accountId}::uuid for no key update`)
    const demoting = patch(owner, admin, 'viewer')
    while ((await world.database.query(waiting)).length < 1) await delay(5)
    const raising = patch(admin, viewer, 'admin')
    while ((await world.database.query(waiting)).length < 2) await delay(5)
    return [demoting, raising]
  })
  assert.equal((await demotion).status, 200)
  assert.equal(codeOf(await raise), 'account_unknown')
  assert.deepEqual([await roleOf(admin), await roleOf(viewer)], ['viewer', 'viewer'])
})

/** Locks that are waited for in this database. */
const waiting = sql`select from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()`

test('who is given a lesser role while the body of their request comes is asked again at its end', async () => {
  const owner = await world.newPerson()
  const [admin, viewer] = [await join(owner, 'admin'), await join(owner, 'viewer')]
  const begun = Promise.withResolvers<void>()
  const rest = Promise.withResolvers<void>()
  async function* slowly() {
    yield Buffer.from('{"role":')
    begun.resolve()
    await rest.promise
    yield Buffer.from('"admin"}')
  }
  const raising = world.as(admin, `PATCH /api/team/members/${viewer.personId}`, { body: ReadableStream.from(slowly()) })
  await begun.promise
  assert.equal((await world.as(owner, `PATCH /api/team/members/${admin.personId}`, { body: { role: 'viewer' } })).status, 200)
  rest.resolve()
  assert.equal(codeOf(await raising), 'member_role')
})

test('of a management key or an invitation and the removal of who makes it, at once, the removal is last', async () => {
  const owner = await world.newPerson()
  for (let round = 0; round < 10; round += 1) {
    const admin = await join(owner, 'admin')
    const [made, invited] = await Promise.all([
      world.as(admin, 'POST /api/keys/management', { body: { name: 'late' } }),
      world.as(admin, 'POST /api/team/invitations', { body: { role: 'admin' } }),
      world.as(owner, `DELETE /api/team/members/${admin.personId}`),
    ])
    if (made.status === 201) assert.equal((await world.byKey(made.json.data.apiKey, 'GET /api/team/members')).status, 401)
    if (invited.status === 201) assert.equal((await accept(await world.newPerson(), invited.json.data.code)).status, 404)
  }
})
