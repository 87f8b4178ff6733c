import { formatUsd } from '../../src/lib/index.ts'
import { call } from '../calls.ts'
import type { CheckContext, Figure } from '../harness/index.ts'
import { costOf } from '../operator.ts'
import { until } from '../parallel.ts'
import { CALL_COST, type Nodes, OUTPUT_TOKENS } from './start-nodes.ts'

const WORTH = 100
const CALLS = 600

/** One account worth a hundred calls is called six hundred times at once, through all nodes. */
export async function spendEverywhere(context: CheckContext, { worlds }: Nodes): Promise<Record<string, Figure>> {
  const [first] = worlds
  if (first === undefined) return {}
  const credit = CALL_COST * BigInt(WORTH)
  const customer = await first.operator.customer(formatUsd(credit))
  const spend = { key: customer.key, protocol: 'openai', model: 'm-exact', outputMax: OUTPUT_TOKENS } as const
  const asked = Array.from({ length: CALLS }, (_, index) => call({ ...spend, base: worlds[index % worlds.length]?.base ?? first.base }))
  const answers = await Promise.all(asked)
  const granted = answers.filter(({ status }) => status === 200).length
  const odd = answers.filter(({ status }) => status !== 200 && status !== 402)
  context.expect(granted === WORTH, `${granted} of ${WORTH} calls were granted over all nodes`)
  context.expect(odd.length === 0, `${odd.length} answers were neither 200 nor 402, such as ${odd[0]?.status}`)
  const rows = await until(
    () => first.operator.usage(customer.id),
    (found) => found.length >= granted,
    10_000,
  )
  const charged = costOf(rows)
  context.expect(charged === CALL_COST * BigInt(granted), `charged ${charged} for ${granted} calls`)
  return { granted, overshoot_nano: String(charged > credit ? charged - credit : 0n) }
}
