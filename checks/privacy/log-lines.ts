import { LOG_FIELDS } from '../../src/inventory.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { startWorld } from '../world.ts'
import { patternsOf } from './canary.ts'
import { PlaceSearch } from './places.ts'
import { MODELS, planCalls, Traffic } from './traffic.ts'

const CALLS_AT_ONCE = 12
const PLAIN = /^[A-Za-z0-9_.:/@+-]{1,80}$/
/** What a line must not hold even where it is one word: mail addresses, addresses of machines, keys. */
const PERSONAL = /[\w.+-]+@[\w-]+\.\w+|\b\d{1,3}(?:\.\d{1,3}){3}\b|\bsk-[\w-]{8}|\bfbx?_[\w-]{16}/

/**
 * PRV-25: at the finest level, with calls of every kind, a killed control and a killed gateway, each line of the log is an event with declared
 * fields and plain words; no mail address, no address of a machine, no key.
 */
export async function logLines(context: CheckContext): Promise<Measured> {
  const world = await startWorld({
    ...{ gateways: 2, models: MODELS },
    env: {
      FAREBOX_LOG: 'debug',
      FAREBOX_FIRST_BYTE_TIMEOUT_SECONDS: '1',
      FAREBOX_WHOLE_ANSWER_TIMEOUT_SECONDS: '1',
      FAREBOX_IDLE_TIMEOUT_SECONDS: '1',
    },
  })
  try {
    const rich = await world.operator.customer('100000.00')
    const poor = await world.operator.customer('0.000000001')
    const limited = await world.operator.customer('10.00', { limits: { tokens_per_minute: 1 } })
    const traffic = new Traffic(world, { rich: rich.key, poor: poor.key, limited: limited.key })
    const made = [
      ...(await traffic.makeAll(planCalls(context.n), CALLS_AT_ONCE)),
      ...(await traffic.askControl()),
      ...(await traffic.askSurfaces()),
    ]
    const started = world.log()
    for (const victim of ['gateway', 'control'] as const) {
      await world.kill(victim)
      await world.untilReady()
    }
    const log = world.log()
    const lines = log.split('\n').filter((line) => line.startsWith('{'))
    for (const line of lines) judgeLine(context, line)
    context.expect(lines.length > 1, 'blind: nothing was logged')
    judgeControl(context)
    const search = new PlaceSearch(made.flatMap(({ canary, texts }) => patternsOf(canary, texts)))
    search.text('log', log)
    for (const { form } of search.found) context.fail(`leak: ${form} in the log`)
    const events = new Set(lines.map((line) => (JSON.parse(line) as { readonly event?: string }).event))
    return {
      n: made.length,
      measured: { lines: lines.length, events: events.size, linesForPeople: started.split('\n').length - started.split('\n{').length },
    }
  } finally {
    await world.stop()
  }
}

function judgeLine(context: CheckContext, line: string): void {
  const bad = faultOf(line)
  context.expect(bad === undefined, `a line of the log ${bad}`)
}

/** What is wrong with a line; undefined when nothing is. */
function faultOf(line: string): string | undefined {
  const fields = Object.entries(JSON.parse(line) as Readonly<Record<string, unknown>>)
  const unknown = fields.find(([name]) => name !== 'at' && !Object.hasOwn(LOG_FIELDS, name))
  if (unknown !== undefined) return `has the field ${unknown[0]}, which is not declared`
  const wordy = fields.find(([name, value]) => typeof value === 'string' && name !== 'at' && value !== '(withheld)' && !PLAIN.test(value))
  if (wordy !== undefined) return `has words in ${wordy[0]}`
  const personal = fields.find(([name, value]) => name !== 'at' && PERSONAL.test(String(value)))
  return personal === undefined ? undefined : `tells in ${personal[0]} who somebody is`
}

/** The positive control: lines that must not be are noticed. */
function judgeControl(context: CheckContext): void {
  const bad = [
    { event: 'x', prompt: 'y' },
    { event: 'some words' },
    { event: 'x', code: 'ann@example.com' },
    { event: 'x', code: '10.0.0.1' },
  ]
  context.expect(
    bad.every((line) => faultOf(JSON.stringify(line)) !== undefined),
    'blind: a line that must not be is not noticed',
  )
}
