// Guarantee: an operator writes what of the policy is theirs and nothing of the file's; sees what it changes before anybody else does; what claims too
// much is refused; each writing is a version with its notice, is kept with who wrote it, and never writes over another's.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { CLAUSES, checksOf, openPolicyDesk, type PolicyDesk, policySettingsOf } from '../privacy/index.ts'
import { testFacts } from '../privacy/policy/testing.ts'
import type { ApiEnv } from './dependencies.ts'
import { customerApp, operatorApp } from './index.ts'
import { send, type TestWorld, testWorld } from './test-world.ts'

let kit: TestDatabase
let world: TestWorld
let desk: PolicyDesk
let app: Hono<ApiEnv>
before(async () => {
  kit = await createTestDatabase()
  world = testWorld(kit.appDatabase)
  desk = deskOf({})
  app = operatorApp({ ...world.dependencies, policy: desk })
  await desk.publish()
})
after(() => kit.drop())

const CONTACT = { kind: 'email', value: 'privacy@example.test' } as const

/** The policy of a deployment that others can reach, with a file that sets so much. */
const deskOf = (written: Parameters<typeof policySettingsOf>[0]): PolicyDesk =>
  openPolicyDesk({
    ...{ database: kit.appDatabase, inventory: testFacts('strict').inventory, gatewayRecycleSeconds: 900, isEdgeOnly: false },
    settings: policySettingsOf(written, { isPublic: true, publicUrl: 'https://example.test' }),
    ...{ attestationFolder: undefined, listInUse: async () => [], readProof: () => [PROOF], clock: world.dependencies.clock },
  })

/** results.jsonl in which every check passed. */
const PROOF = [...new Set(CLAUSES.flatMap((clause) => checksOf(clause, CLAUSES)))]
  .map((id) =>
    JSON.stringify({ id, n: 5, failures: 0, seed: 7, measured: {}, tier: 'pr', commit: 'abc1234', at: '2026-11-21T10:00:00.000Z' }),
  )
  .join('\n')

const WORDS = {
  ...{ revision: 0, operator: 'Kassandra GmbH, Ulm', operator_zh: '卡珊德拉有限公司（乌尔姆）', contacts: [CONTACT], country: 'DE' },
  law: { en: 'that of Germany', zh: '德国法律' },
  paragraphs: [{ id: 1, en: 'We answer on working days.', zh: '我们在工作日答复。' }],
  attestations: [] as object[],
}
const PATH = '/operator/v1/policy/own'
const put = (body: object) => send(app, `PUT ${PATH}`, { body })
const preview = (body: object) => send(app, `POST ${PATH}/preview`, { body })

test('what is previewed is kept nowhere; what is written is the next version, in both languages', async () => {
  const seen = await preview(WORDS)
  assert.equal(seen.status, 200, seen.text)
  assert.deepEqual([seen.json.version.number, seen.json.version.is_significant], [2, false])
  const added = seen.json.changes.map(({ kind, of }: { kind: string; of: string }) => `${kind}: ${of}`)
  assert.ok(added.includes('added: Where the operator is, and which law applies') && added.includes('added: Words of the operator'), added)
  assert.ok(seen.json.moves.some(({ how, clauses }: { how: string; clauses: string[] }) => how === 'appears' && clauses.includes('S1.1')))
  assert.equal((await send(app, `GET ${PATH}`)).json.revision, 0)
  const written = await put(WORDS)
  assert.equal(written.status, 200, written.text)
  assert.deepEqual([written.json.revision, written.json.in_use.operator], [1, WORDS.operator])
  assert.equal(written.json.revisions[0].saved_at, new Date(world.clock.at).toISOString())
  world.clock.at += 2_000
  const customers = customerApp({ ...world.dependencies, policy: desk })
  const [english, chinese] = await Promise.all([send(customers, 'GET /privacy'), send(customers, 'GET /privacy?lang=zh')])
  assert.match(english.text, /The operator is in: Germany\. The law that applies: that of Germany\./)
  assert.match(english.text, /No check shows what it says[\s\S]*We answer on working days\./)
  assert.match(chinese.text, /卡珊德拉有限公司[\s\S]*德国法律[\s\S]*没有检查予以证明[\s\S]*我们在工作日答复。/)
  assert.match((await send(customers, 'GET /privacy.md')).text, /In the words of the operator[\s\S]*We answer on working days\.\n/)
})

test('who writes on top of what somebody else has replaced is told so, and nothing is written', async () => {
  const late = await put({ ...WORDS, country: 'AT' })
  assert.deepEqual([late.status, late.json.error.code], [409, 'policy_written_meanwhile'])
  const both = await Promise.all(['CH', 'AT'].map((country) => put({ ...WORDS, revision: 1, country })))
  assert.deepEqual(
    both.map(({ status }) => status).sort((one, other) => one - other),
    [200, 409],
  )
  const [row] = await kit.ownerDatabase.query<{ count: number }>(sql`select count(*)::int as count from farebox.policy_own`)
  assert.equal(row?.count, 2)
})

test('words that claim more than can be shown, and half a translation, are refused with their field', async () => {
  const refused = async (words: object, field: string, expected: RegExp) => {
    for (const ask of [preview, put]) {
      const { status, json } = await ask({ ...WORDS, revision: 2, ...words })
      assert.deepEqual(
        [status, json.error.code === 'invalid_field' || json.error.code === 'missing_field'],
        [400, true],
        JSON.stringify(json),
      )
      assert.equal(json.error.field, field)
      assert.match(json.error.message, expected)
    }
  }
  await refused({ paragraphs: [{ id: 1, en: 'We guarantee privacy.', zh: '好。' }] }, 'paragraphs.0.en', /without: guarantee/)
  await refused({ paragraphs: [{ id: 1, en: 'Good.', zh: '绝对安全。' }] }, 'paragraphs.0.zh', /绝对/)
  await refused({ law: { en: 'that of Germany' } }, 'law.zh', /law\.zh/)
  await refused({ operator: null }, 'operator', /who runs the service/)
  await refused({ contacts: [] }, 'contacts', /a way to write/)
  await refused({ contacts: [{ kind: 'email', value: 'nobody' }] }, 'contacts.0.value', /e-mail/)
  await refused({ country: 'Germany' }, 'country', /two letters/)
  const twice = [1, 1].map((id) => ({ id, en: 'Good.', zh: '好。' }))
  await refused({ paragraphs: twice }, 'paragraphs', /numbers of their own/)
})

test('with customers a paragraph changes after the notice in either language, a contact at once, and the history tells both', async () => {
  await kit.ownerDatabase.query(sql`insert into farebox.account (id) values (gen_random_uuid())`)
  const now = (await send(app, `GET ${PATH}`)).json
  const changed = { ...now.words, revision: now.revision, paragraphs: [{ ...WORDS.paragraphs[0], zh: '我们每天答复。' }] }
  const seen = await preview(changed)
  assert.equal(seen.json.version.is_significant, true)
  assert.equal(Date.parse(seen.json.version.effective_at) - world.clock.at, 14 * 86_400_000)
  assert.equal(seen.json.changes[0].after_zh, '我们每天答复。')
  assert.equal((await put(changed)).status, 200)
  world.clock.at += 2_000
  const customers = customerApp({ ...world.dependencies, policy: desk })
  assert.match((await send(customers, 'GET /privacy?lang=zh')).text, /我们在工作日答复。/)
  world.clock.at += 14 * 86_400_000
  assert.match((await send(customers, 'GET /privacy?lang=zh')).text, /我们每天答复。/)
  const other = { ...changed, revision: now.revision + 1, contacts: [{ kind: 'web', value: 'https://example.test/privacy' }] }
  assert.equal((await preview(other)).json.version.is_significant, false)
  assert.equal((await put(other)).status, 200)
  world.clock.at += 2_000
  const [newest, before] = (await send(app, 'GET /operator/v1/policy/state')).json.versions
  assert.deepEqual([newest.is_in_force, newest.changes[0].of, before.changes[0].of], [true, 'How to reach us', 'Words of the operator'])
})

test('an attestation holds from its day on with its document, lets its clause appear, and goes on the day it expires', async () => {
  const now = (await send(app, `GET ${PATH}`)).json
  const attestation = {
    ...{ clause: 'S3.11', subject: 'SOC 2 Type II', issuer: 'Example Auditors', scope: 'the hall in Dublin', document: 'report.pdf' },
    ...{ issued: '2026-01-01', expires: '2027-01-01' },
  }
  const base = { ...now.words, revision: now.revision }
  const bare = await put({ ...base, attestations: [attestation] })
  assert.deepEqual([bare.status, bare.json.error.field], [400, 'attestations.0.document'])
  const whole = { ...base, attestations: [{ ...attestation, document_base64: Buffer.from('a report').toString('base64') }] }
  const move = (await preview(whole)).json.moves.find(({ clauses }: { clauses: string[] }) => clauses.includes('S3.11'))
  assert.equal(move.how, 'appears')
  const written = await put(whole)
  assert.equal(written.status, 200, written.text)
  assert.equal(written.json.in_use.attestations[0].file, 'console')
  world.clock.at += 2_000
  assert.match(await desk.markdown(), /Example Auditors/)
  const kept = { ...base, revision: written.json.revision, attestations: written.json.words.attestations }
  assert.equal((await put(kept)).status, 200, 'a document that is here need not be sent again')
  world.clock.at = Date.parse('2027-01-01T00:00:00Z')
  assert.doesNotMatch(await desk.markdown(), /Example Auditors/)
  assert.deepEqual((await send(app, `GET ${PATH}`)).json.in_use.attestations, [])
})

test('what the file sets is the file’s: the console shows it and cannot write it', async () => {
  const filed = operatorApp({ ...world.dependencies, policy: deskOf({ operator: 'Filed Ltd', contact: [CONTACT] }) })
  const { json } = await send(filed, `GET ${PATH}`)
  assert.deepEqual([json.set_by_file, json.in_use.operator], [['operator', 'contacts'], 'Filed Ltd'])
  const base = { ...json.words, revision: json.revision }
  const refused = await send(filed, `PUT ${PATH}`, { body: base })
  assert.deepEqual([refused.status, refused.json.error.field], [400, 'operator'])
  const { status } = await send(filed, `POST ${PATH}/preview`, { body: { ...base, operator: null, contacts: [] } })
  assert.equal(status, 200)
})

test('what was written is never changed or deleted', async () => {
  for (const statement of [sql`update policy_own set words = '{}'`, sql`delete from policy_own`, sql`delete from policy_document`])
    await assert.rejects(kit.appDatabase.query(statement))
  await assert.rejects(kit.ownerDatabase.query(sql`update farebox.policy_own set saved_by = 'x'`))
})
