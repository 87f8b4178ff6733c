// Guarantee: a letter about a subscription is written down with what it tells of, sent once where it is taken, by whoever sends, tried again where it
// is not, and forgotten when it was sent or is a week old.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import type { LogEvent } from '../lib/index.ts'
import { noteLetter, type PlanLetter, sendLetters } from './letters.ts'
import { openPlanKit, type PlanKit } from './testing.ts'

const BEGAN = Date.parse('2026-03-01T00:00:00Z')
const DAY_MS = 86_400_000
/** By then what was not taken once is tried again. */
const LATER_MS = 60_000

let kit: PlanKit
before(async () => {
  kit = await openPlanKit(BEGAN)
})
after(() => kit.drop())

const write = (accountId: string, plan: string) =>
  kit.database.transaction((tx) => noteLetter(tx, kit.parts, { accountId, template: 'subscription-ended', fields: { plan } }))
const left = async () => (await kit.database.query(sql`select from plan_letter`)).length

test('each letter is sent once, in the order of writing; one that is not taken holds up no other', async () => {
  const [one, two] = [await kit.newAccount(0n), await kit.newAccount(0n)]
  await write(one, 'first')
  kit.clock.at += 1
  await write(two, 'second')
  const sent: PlanLetter[] = []
  const logged: LogEvent[] = []
  const log = (event: LogEvent): void => void logged.push(event)
  const refusing = async (letter: PlanLetter): Promise<void> => {
    if (letter.accountId === one) throw new Error('not taken')
    sent.push(letter)
  }
  await sendLetters(kit.parts, refusing, log)
  assert.deepEqual([sent.map(({ fields }) => fields['plan']), await left()], [['second'], 1])
  assert.deepEqual(
    logged.map(({ event, account }) => [event, account]),
    [['plan-letter-unsent', one]],
  )
  const take = async (letter: PlanLetter): Promise<void> => void sent.push(letter)
  await sendLetters(kit.parts, take, log)
  assert.equal(await left(), 1, 'it was tried again at once')
  kit.clock.at += LATER_MS
  await sendLetters(kit.parts, take, log)
  await sendLetters(kit.parts, take, log)
  assert.deepEqual([sent.map(({ fields }) => fields['plan']), await left()], [['second', 'first'], 0])
})

test('more letters that are never taken than are tried at a time hold up no other', async () => {
  const [deaf, hears] = [await kit.newAccount(0n), await kit.newAccount(0n)]
  for (let index = 0; index < 120; index += 1) await write(deaf, 'lost')
  kit.clock.at += 1
  await write(hears, 'heard')
  const sent: string[] = []
  const send = async ({ accountId }: PlanLetter): Promise<void> => {
    if (accountId === deaf) throw new Error('not taken')
    sent.push(accountId)
  }
  for (let round = 0; round < 60 && sent.length === 0; round += 1) await sendLetters(kit.parts, send, () => undefined)
  assert.deepEqual(sent, [hears])
  await kit.database.query(sql`delete from plan_letter`)
})

test('two who send at the same time send each letter once between them', async () => {
  const accountId = await kit.newAccount(0n)
  for (let index = 0; index < 12; index += 1) await write(accountId, `plan ${index}`)
  const sent: string[] = []
  const send = async ({ fields }: PlanLetter): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    sent.push(fields['plan'] ?? '')
  }
  await Promise.all([sendLetters(kit.parts, send, () => undefined), sendLetters(kit.parts, send, () => undefined)])
  assert.deepEqual([sent.length, new Set(sent).size, await left()], [12, 12, 0])
})

test('where no mail server is there, the first few that say so are the last that are tried', async () => {
  const accountId = await kit.newAccount(0n)
  for (let index = 0; index < 12; index += 1) await write(accountId, 'waits')
  let tried = 0
  const send = async (): Promise<void> => {
    tried += 1
    throw Object.assign(new Error('nobody there'), { isUnreachable: true })
  }
  await sendLetters(kit.parts, send, () => undefined)
  assert.deepEqual([tried, await left()], [3, 12])
  await kit.database.query(sql`delete from plan_letter`)
})

test('what nobody takes for a week is forgotten, and so is all where no mail can be sent', async () => {
  const accountId = await kit.newAccount(0n)
  await write(accountId, 'old')
  kit.clock.at += 7 * DAY_MS + 1
  await write(accountId, 'new')
  await sendLetters(
    kit.parts,
    () => Promise.reject(new Error('no')),
    () => undefined,
  )
  assert.equal(await left(), 1)
  await sendLetters(kit.parts, undefined, () => undefined)
  assert.equal(await left(), 0)
})
