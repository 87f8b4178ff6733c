import { planList, planShown, type ShownPlan } from '../api/contract/index.ts'
import type { Command } from './command.ts'
import { type Connect, connectOperator } from './operator-client.ts'
import { inPath, JSON_OPTION, printData } from './operator-command.ts'
import { formatTable } from './table.ts'

type Flags = { readonly json?: boolean }

/** `farebox plan list | set | delete`, over a connection. */
export const planWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .command('list')
      .description('list plans')
      .option(...JSON_OPTION)
      .action(async (flags: Flags) => {
        const plans = planList.parse(await (await connect(context)).get('/plans'))
        printData(context, plans, { isJson: flags.json, text: tellList(plans.data) })
      })
    program
      .command('set')
      .description('add a plan, or change what its members pay from their next call on; its other terms stay')
      .argument('<plan>', 'id of the plan, such as pro')
      .argument('<multiplier>', 'what members pay of the list price, such as 0.9')
      .option(...JSON_OPTION)
      .action(async (id: string, multiplier: string, flags: Flags) => {
        const client = await connect(context)
        const known = planList.parse(await client.get('/plans')).data.find((one) => one.id === id && one.is_active)
        const terms = { ...(known === undefined ? {} : termsOf(known)), price_multiplier: multiplier }
        const plan = planShown.parse(await client.put(`/plans/${inPath(id)}`, terms))
        const text = `Members of plan ${plan.id} pay ${plan.price_multiplier} times the list price.\nNext: npx farebox account change ACCOUNT --plan ${plan.id}`
        printData(context, plan, { isJson: flags.json, text })
      })
    program
      .command('delete')
      .description('put a plan without members out of use')
      .argument('<plan>', 'id of the plan')
      .option(...JSON_OPTION)
      .action(async (id: string, flags: Flags) => {
        await (await connect(context)).delete(`/plans/${inPath(id)}`)
        printData(context, { id }, { isJson: flags.json, text: `Plan ${id} is out of use.` })
      })
  }

/** `farebox plan`: what members pay, on the running server. */
export const plan: Command = planWith(connectOperator)

/** What a plan was put with, so that changing one term leaves the others. */
function termsOf(shown: ShownPlan): object {
  const terms = Object.fromEntries(Object.entries(shown).filter(([name, value]) => value !== null && !NO_TERMS.includes(name)))
  return { ...terms, price_changes: shown.price_changes.map(({ change: _id, ...change }) => change) }
}

const NO_TERMS: readonly string[] = ['id', 'members', 'source', 'is_active']

function tellList(plans: readonly ShownPlan[]): string {
  if (plans.length === 0) return 'There is no plan yet. Add one: npx farebox plan set pro 0.9'
  const rows = plans.map((shown) => [
    shown.id,
    shown.price_multiplier,
    String(shown.members),
    shown.source,
    shown.is_active ? 'in use' : 'out of use',
  ])
  return formatTable(['plan', 'times the list price', 'members', 'from', 'state'], rows, [1, 2])
}
