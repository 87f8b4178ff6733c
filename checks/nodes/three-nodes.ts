import { type CheckContext, type Figure, type Measured, NotRunError } from '../harness/index.ts'
import { valkeyMissing } from '../valkey.ts'
import { limitWithout, limitWithValkey, untilCounted } from './limit-everywhere.ts'
import { loseNode } from './lose-node.ts'
import { previousVersion } from './previous-version.ts'
import { revokeEverywhere } from './revoke-everywhere.ts'
import { spendEverywhere } from './spend-everywhere.ts'
import { type Nodes, startNodes } from './start-nodes.ts'
import { upgradeOneByOne } from './upgrade.ts'

const COUNT = 3

/** NODE-01: three nodes on one PostgreSQL and one Valkey. The version before is what they begin with, where there is a history of it. */
export async function threeNodes(context: CheckContext): Promise<Measured> {
  const missing = valkeyMissing()
  if (missing !== undefined) throw new NotRunError(missing)
  if (process.platform !== 'linux') throw new NotRunError('it finds processes through /proc, which only Linux has')
  const measured: Record<string, Figure> = {}
  for (let round = 0; round < context.n; round += 1) Object.assign(measured, await oneRound(context))
  return { n: context.n, measured }
}

async function oneRound(context: CheckContext): Promise<Record<string, Figure>> {
  const before = previousVersion()
  const isNew = new Set<number>()
  const here = process.cwd()
  const nodes = await startNodes(COUNT, { checkout: (index) => (before === undefined || isNew.has(index) ? here : before.folder) })
  try {
    const figures: Record<string, Figure> = {
      valkey: nodes.valkey.name,
      upgraded_from: before?.commit ?? 'not run: no history of this tree',
    }
    if (before !== undefined) {
      Object.assign(figures, await upgradeOneByOne(context, nodes, { onUpgrade: (index) => void isNew.add(index) }))
      context.progress(`upgraded: ${JSON.stringify(figures)}`)
    }
    for (const part of [spendEverywhere, revokeEverywhere, untilCounted, limitWithValkey, limitWithout, loseNode]) {
      const told = await part(context, nodes)
      context.progress(`${part.name}: ${JSON.stringify(told)}`)
      Object.assign(figures, told)
    }
    await expectBooks(context, nodes)
    return figures
  } finally {
    await nodes.stop()
    before?.remove()
  }
}

async function expectBooks(context: CheckContext, { worlds }: Nodes): Promise<void> {
  const verdict = await worlds[0]?.operator.verify()
  context.expect(verdict?.ok === true, `the books do not agree: ${verdict?.problems.join(', ')}`)
}
