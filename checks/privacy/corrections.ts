import { stopTestServer } from '../../src/db/testing.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { makeCanary, patternsOf } from './canary.ts'
import { dumpDatabase } from './dump.ts'
import { PlaceSearch } from './places.ts'
import { openRightsWorld, type RightsWorld } from './rights-world.ts'

/**
 * CL-correct: of an address that was corrected, by the operator or by its owner over two mailed links, no row of the database says the old value in
 * any spelling, nothing is found by it, and it is free for somebody else; the new one is found and told.
 */
export async function corrections(context: CheckContext): Promise<Measured> {
  const world = await openRightsWorld()
  try {
    const old: string[] = []
    for (let index = 0; index < context.n; index += 1) old.push(await correctOne(context, world, index % 2 === 0))
    const search = new PlaceSearch(old.flatMap((canary) => patternsOf(canary)))
    for (const { name, text } of await dumpDatabase(world.kit.connection)) search.text(`table ${name}`, text)
    for (const { place, form } of search.found) context.fail(`an address that was corrected is in ${place} as ${form}`)
    return { n: context.n, measured: { readable: search.found.length, bytes_searched: search.bytesSearched } }
  } finally {
    await world.close()
    await stopTestServer()
  }
}

async function correctOne(context: CheckContext, world: RightsWorld, isByOwner: boolean): Promise<string> {
  const [canary, next] = [makeCanary(), `${makeCanary()}@example.com`]
  const before = `${canary}@example.com`
  const id = await world.customer(before)
  if (isByOwner) await byLinks(world, before, next)
  else await world.rights.correctEmail(id, next)
  const { accounts } = world.options
  context.expect((await accounts.emailOf(id)) === next, 'the new address is not told')
  context.expect((await accounts.findByEmail(next)) === id, 'the account is not found by its new address')
  context.expect((await accounts.findByEmail(before)) === undefined, 'the account is still found by its old address')
  context.expect(world.mails.at(-1)?.to === before, 'the old address was not told')
  return canary
}

async function byLinks(world: RightsWorld, before: string, next: string): Promise<void> {
  world.own.request({ email: before, kind: 'correct' })
  await world.own.settled()
  await world.own.beginCorrection(world.lastLink().token, next)
  await world.own.confirmCorrection(world.lastLink().token, next)
}
