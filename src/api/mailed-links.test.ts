// Guarantee: what was mailed to an address opens nothing any more once the account has another one, whoever changed it; and nobody is flooded with letters by
// who says that an address is theirs.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type IdentityWorld, NOWHERE, openIdentityWorld } from '../../checks/security/identity-world.ts'
import { FailureError } from '../failures.ts'
import { countLetter } from '../identity/index.ts'
import { makeOwnRights } from '../privacy/index.ts'

let world: IdentityWorld
before(async () => {
  world = await openIdentityWorld()
})
after(() => world.close())

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (thrown: unknown) => (thrown instanceof FailureError ? thrown.failure.code : String(thrown)),
  )
const tokenIn = async (template: Parameters<IdentityWorld['lastMail']>[0]): Promise<string> => {
  const mail = (await world.lastMail(template)) ?? assert.fail(`no ${template}`)
  return /#[\w-]+=([\w-]+)/.exec(mail.fields['link'] ?? '')?.[1] ?? assert.fail(mail.fields['link'])
}

for (const isChanged of [false, true])
  test(`links to reset, to export, to erase and to correct, ${isChanged ? 'after another address' : 'with the address as it was'}`, async () => {
    const [old, other] = [`old-${isChanged}@example.com`, `mallory-${isChanged}@example.com`]
    await world.person(old, 'a long enough password')
    const own = makeOwnRights(world.options, world.rights, 'https://shop.example')
    const ask = async (kind: 'export' | 'erase' | 'correct'): Promise<string> => {
      own.request({ email: old, kind })
      await own.settled()
      return await tokenIn('privacy-link')
    }
    await world.identity.beginReset(old, NOWHERE)
    await world.identity.settled()
    const reset = await tokenIn('password-reset')
    const [exported, erased, correct] = [await ask('export'), await ask('erase'), await ask('correct')]
    await own.beginCorrection(correct, other)
    const confirm = await tokenIn('email-confirm')
    const bystander = `bystander-${isChanged}@example.com`
    await world.person(bystander, 'a long enough password')
    await world.identity.beginReset(bystander, NOWHERE)
    await world.identity.settled()
    const kept = await tokenIn('password-reset')
    const account = (await world.options.accounts.findByEmail(old)) ?? assert.fail('no account')
    if (isChanged) await world.rights.correctEmail(account, `new-${isChanged}@example.com`)
    const wanted = isChanged ? 'link_invalid' : 'none'
    assert.equal(await codeOf(own.exportZip(exported)), wanted)
    assert.equal(await codeOf(own.planErasure(erased)), wanted)
    const password = 'mallory knows this one'
    assert.equal(await codeOf(world.identity.endReset({ token: reset, password }, NOWHERE)), isChanged ? 'sign_in_link_invalid' : 'none')
    assert.equal(await codeOf(own.confirmCorrection(confirm, other)), wanted)
    assert.equal(await codeOf(world.identity.endReset({ token: kept, password: 'somebody else knows it' }, NOWHERE)), 'none')
  })

test('an address that somebody wants to have gets three letters in a quarter of an hour, and the link to ask with stays good', async () => {
  const [owner, stranger] = ['asks@example.com', 'stranger@example.com']
  await world.person(owner, 'a long enough password')
  const options = { ...world.options, countLetter: (email: string) => countLetter({ ...world.options, subjects: world.subjects }, email) }
  const own = makeOwnRights(options, world.rights, 'https://shop.example')
  const ask = async () => {
    own.request({ email: owner, kind: 'correct' })
    await own.settled()
    return await tokenIn('privacy-link')
  }
  for (let times = 0; times < 3; times += 1) await own.beginCorrection(await ask(), stranger)
  const link = await ask()
  assert.equal(await codeOf(own.beginCorrection(link, stranger.toUpperCase())), 'sign_in_limited')
  assert.equal(await codeOf(own.beginCorrection(link, 'another@example.com')), 'none')
})
